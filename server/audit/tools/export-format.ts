/**
 * An export: gzip of JSON lines. The first line says what it is and carries key, head and the hashes
 * beside the range; then each record as the very line that was hashed, so that any tool that can do
 * gzip, lines and SHA-256 can check it, and none has to hold it whole; a head follows its last record.
 */
import { z } from 'zod';

const hash = z.string().regex(/^[0-9a-f]{64}$/);

export const exportHeaderSchema = z.strictObject({
  kind: z.literal('cwts-audit-export'),
  version: z.literal(1),
  readme: z.array(z.string()),
  verifier: z.string(),
  /** The signed head that everything is proven under. */
  checkpoint: z.string(),
  from: z.int().min(1),
  to: z.int().min(1),
  /** Hashes of the perfect trees left and right of the range, left to right. */
  left: z.array(hash).max(64),
  right: z.array(hash).max(128),
});
export type ExportHeader = z.infer<typeof exportHeaderSchema>;

/** A line that is no record: a head over the records so far, or the hash of a removed record. */
export const besideSchema = z.union([
  z.strictObject({ head: z.string() }),
  z.strictObject({ removed: z.int().min(1), leaf: hash }),
]);

export const README: readonly string[] = [
  'Records of an audit log, with everything that proves them. Check it with',
  '    npm run audit -- check FILE --key VERIFIER',
  'where VERIFIER is the verifier key of the log, got by another way than this file.',
  'To check it by other means: this is gzip; every line is JSON, in UTF-8.',
  'Line 1 is this one. "checkpoint" and every "head" are C2SP signed notes (c2sp.org/signed-note,',
  'c2sp.org/tlog-checkpoint), signed with Ed25519 by the key in "verifier": origin, size, root.',
  'A line that begins {"action": is record "from", "from"+1, ... "to" in turn: canonical JSON (RFC 8785).',
  'Its leaf is SHA-256(0x00 || the line without its newline); a node is SHA-256(0x01 || left || right);',
  'the tree is that of RFC 9162. {"removed":N,"leaf":H}: record N was removed by retention, H is its leaf.',
  '"left": hashes of the perfect trees over the records before "from", largest first. "right": those of',
  'the perfect trees behind "to", up to the size in "checkpoint", each as large as its place allows.',
  '{"head":NOTE}: a head that was signed when the log had just the records up to there.',
  '"wall" is UTC in ns since 1970, "wallError" the bound of its error in ns.',
];
