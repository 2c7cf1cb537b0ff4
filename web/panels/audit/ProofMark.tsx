import type { Verdict } from '../../audit/verdict.ts';
import { StatusMark } from '../../ui/status-mark.tsx';

/** What this page found of a record: shape and words, and on hover the whole sentence. */
export function ProofMark({ verdict }: { readonly verdict: Verdict | undefined }) {
  if (!verdict) return <span className="proof proof-none">not checked</span>;
  switch (verdict.kind) {
    case 'proven':
      return (
        <span
          className="proof proof-proven"
          title={`Proven in this page at the signed head of ${verdict.size} records.`}
        >
          <Check /> <span className="proof-words">proven at head {verdict.size}</span>
        </span>
      );
    case 'failed':
      return (
        <span className="proof tone-warning" title={verdict.sentence}>
          <StatusMark tone="warning" /> <span className="proof-words">FAILED: {verdict.step}</span>
        </span>
      );
    case 'unchecked':
      return (
        <span className="proof proof-none" title={verdict.sentence}>
          <StatusMark tone="unknown" /> <span className="proof-words">not checked</span>
        </span>
      );
  }
}

export function Check() {
  return (
    <svg className="mark proof-check" viewBox="0 0 10 10" width="10" height="10" aria-hidden>
      <path d="M1.2 5.4 4 8.2 8.9 2.2" />
    </svg>
  );
}
