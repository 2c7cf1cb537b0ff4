import { useView } from '../../app/services.ts';
import { PROOF_STEPS, STEP_WORDS, type Verdict } from '../../audit/verdict.ts';
import type { RecordCheck } from '../../audit/verifier.ts';
import { StatusMark } from '../../ui/status-mark.tsx';
import { Check } from './ProofMark.tsx';

/** What this page found of one record, step by step. */
export function RecordProof({
  check,
  asking,
  onAgain,
}: {
  readonly check: RecordCheck | undefined;
  readonly asking: boolean;
  readonly onAgain: () => void;
}) {
  const broken = useView('audit', (view) => view.broken);
  const verdict: Verdict | undefined = check?.verdict;
  if (broken !== null) return <p className="refusal">{broken}</p>;
  if (!verdict)
    return (
      <p className="quiet" role="status">
        {asking ? 'Reading and proving…' : 'Not checked.'}
      </p>
    );
  return (
    <div className={`record-proof record-proof-${verdict.kind}`} role="status" aria-label="Proof">
      <p>
        {verdict.kind === 'proven' && (
          <>
            <Check /> <strong>Proven at head {verdict.size}</strong>
            {verdict.removed && ' · its bytes were removed by retention; its place in the log stands'}{' '}
            <span className="quiet small" data-mask="latency">
              {verdict.ms.toFixed(2)} ms in this page
            </span>
          </>
        )}
        {verdict.kind === 'failed' && (
          <>
            <StatusMark tone="warning" />{' '}
            <strong className="tone-warning">Proof failed: {verdict.step}.</strong> {verdict.sentence}
          </>
        )}
        {verdict.kind === 'unchecked' && (
          <>
            <StatusMark tone="unknown" /> <strong>Not checked.</strong> {verdict.sentence}
          </>
        )}
      </p>
      <ol className="record-steps small">
        {PROOF_STEPS.map((step) => (
          <li key={step} data-step={stepState(step, verdict)}>
            {stepState(step, verdict) === 'held' && <Check />}
            {stepState(step, verdict) === 'failed' && <StatusMark tone="warning" />}
            {stepState(step, verdict) === 'open' && <StatusMark tone="unknown" />} {STEP_WORDS[step]}
            <span className="for-readers">, {stepState(step, verdict)}</span>
          </li>
        ))}
      </ol>
      <button type="button" className="button button-small" disabled={asking} onClick={onAgain}>
        Prove again
      </button>
    </div>
  );
}

function stepState(step: (typeof PROOF_STEPS)[number], verdict: Verdict): 'held' | 'failed' | 'open' {
  if (verdict.kind === 'unchecked') return 'open';
  if (verdict.kind === 'proven') return 'held';
  const failedAt = PROOF_STEPS.indexOf(verdict.step);
  const at = PROOF_STEPS.indexOf(step);
  return at < failedAt ? 'held' : at === failedAt ? 'failed' : 'open';
}
