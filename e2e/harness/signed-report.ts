import { createPublicKey, createHash, verify } from 'node:crypto';
import { canonicalJson } from '../../protocol/canonical.ts';
import { parseCheckpoint, parseVerifier } from '../../protocol/checkpoint.ts';
import { leafHash, verifyInclusion } from '../../protocol/merkle.ts';

interface Signed {
  readonly report: {
    readonly log: { readonly size: number; readonly checkpoint: string };
    readonly cited: readonly { readonly seq: number; readonly record: string; readonly proof: string[] }[];
  };
  readonly signature: { readonly purpose: string; readonly value: string };
}

const sha256 = (bytes: Uint8Array): Uint8Array => createHash('sha256').update(bytes).digest();

/** How many records a report's JSON proves with the log's public key alone; null when anything is wrong. */
export function provenRecords(text: string, verifier: string): number | null {
  const { report, signature } = JSON.parse(text) as Signed;
  const key = parseVerifier(verifier);
  const head = parseCheckpoint(report.log.checkpoint);
  if (!key.ok || !head.ok || head.value.size !== report.log.size) return null;
  const x = Buffer.from(key.value.publicKey).toString('base64url');
  const publicKey = createPublicKey({ key: { kty: 'OKP', crv: 'Ed25519', x }, format: 'jwk' });
  const covered = Buffer.from(`${signature.purpose}\0${canonicalJson(report)}`);
  const { root, size, signatures, signedText } = head.value;
  const isSigned =
    verify(null, covered, publicKey, Buffer.from(signature.value, 'base64')) &&
    signatures.some((one) => verify(null, Buffer.from(signedText), publicKey, one.signature));
  const areProven = report.cited.every(({ seq, record, proof: hashes }) => {
    const leaf = leafHash(sha256, Buffer.from(record));
    const proof = hashes.map((hash) => Buffer.from(hash, 'hex'));
    return verifyInclusion(sha256, { leaf, index: seq - 1, size, root, proof });
  });
  return isSigned && areProven ? report.cited.length : null;
}
