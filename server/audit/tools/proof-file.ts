/** What `prove` writes and `check` reads: everything that a proof needs, but the key one trusts. Pure. */
import { z } from 'zod';
import { verifyConsistency, verifyInclusion } from '../../../protocol/merkle.ts';
import { refuse, ok, type Result } from '../../../protocol/result.ts';
import { hashLeaf, sha256 } from '../hash.ts';
import type { HeadVerifier } from './head-verifier.ts';

const hash = z.string().regex(/^[0-9a-f]{64}$/);
const hashes = z.array(hash).max(128);
const note = z.string().max(10_000);

export const proofFileSchema = z.discriminatedUnion('kind', [
  z.strictObject({
    kind: z.literal('cwts-inclusion-proof'),
    version: z.literal(1),
    verifier: z.string(),
    checkpoint: note,
    seq: z.int().min(1),
    /** The record's canonical bytes; null = removed by retention, `leaf` speaks for it. */
    record: z.string().nullable(),
    leaf: hash,
    hashes,
  }),
  z.strictObject({
    kind: z.literal('cwts-consistency-proof'),
    version: z.literal(1),
    verifier: z.string(),
    from: note,
    to: note,
    hashes,
  }),
]);
export type ProofFile = z.infer<typeof proofFileSchema>;

/** What the proof proves, in lines; refused with what is wrong with it. */
export function checkProof(proof: ProofFile, verifier: HeadVerifier): Result<readonly string[]> {
  const path = proof.hashes.map(bytesOf);
  if (proof.kind === 'cwts-consistency-proof') {
    const from = verifier.headOf(proof.from);
    if (!from.ok) return refuse('proof-wrong', `The older head ${from.error.sentence}.`);
    const to = verifier.headOf(proof.to);
    if (!to.ok) return refuse('proof-wrong', `The newer head ${to.error.sentence}.`);
    const [a, b] = [from.value, to.value];
    const heads = { from: a.size, fromRoot: a.root, to: b.size, toRoot: b.root };
    if (!verifyConsistency(sha256, { ...heads, proof: path })) {
      return refuse('proof-wrong', `The log of ${b.size} records does not begin with that of ${a.size}.`);
    }
    return ok([`The log of ${b.size} records begins with the very ${a.size} records of the older head.`]);
  }
  const head = verifier.headOf(proof.checkpoint);
  if (!head.ok) return refuse('proof-wrong', `The head ${head.error.sentence}.`);
  const leaf = bytesOf(proof.leaf);
  if (proof.record !== null && !hashLeaf(Buffer.from(proof.record)).equals(leaf)) {
    return refuse('proof-wrong', 'The record is not the one of its hash.');
  }
  const { size, root, signedAt } = head.value;
  if (!verifyInclusion(sha256, { leaf, index: proof.seq - 1, size, root, proof: path })) {
    return refuse('proof-wrong', `Record ${proof.seq} is not in the log of ${size} records.`);
  }
  const at = new Date(signedAt / 1000).toISOString();
  return ok([
    `Record ${proof.seq} is in the log of ${size} records whose head was signed ${at}:`,
    proof.record ?? 'The record itself was removed by retention; its hash is in the log.',
  ]);
}

export const hexOf = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex');
const bytesOf = (hex: string): Buffer => Buffer.from(hex, 'hex');
