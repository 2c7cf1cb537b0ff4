/** A record's proof, answered from the disk and checked by the page's own code and hash. */
import { hashLeaf } from '../../server/audit/hash.ts';
import type { AuditLog } from '../../server/audit/log.ts';
import type { Head } from '../../server/audit/signer.ts';
import { proveRecord } from '../../web/audit/proof.ts';

export interface ProofFigures {
  readonly answeredMs: readonly number[];
  readonly checkedMs: readonly number[];
  readonly proven: number;
}

/** `count` records from all over the log, in this process: a browser's engine is the same one. */
export async function measureProofs(log: AuditLog, head: Head, count: number): Promise<ProofFigures> {
  const answeredMs: number[] = [];
  const checkedMs: number[] = [];
  let proven = 0;
  for (let n = 0; n < count; n++) {
    const seq = 1 + Math.floor((n * head.size) / count);
    let started = performance.now();
    const payload = await log.payload(seq);
    const proof = await log.inclusion(seq, head.size);
    answeredMs.push(performance.now() - started);
    if (!payload) continue;
    const record = { seq, payload: payload.toString('utf8'), leaf: hashLeaf(payload).toString('hex') };
    started = performance.now();
    const verdict = proveRecord({ seq, record, proof, head, shown: null }, () => performance.now());
    checkedMs.push(performance.now() - started);
    if (verdict.kind === 'proven') proven += 1;
  }
  return { answeredMs, checkedMs, proven };
}
