/** Signs reports and checks them: the signature, the head and every cited record. Pure but for the keys. */
import { createPublicKey, verify } from 'node:crypto';
import { canonicalJson } from '../../protocol/canonical.ts';
import { parseCheckpoint, parseVerifier } from '../../protocol/checkpoint.ts';
import { verifyInclusion } from '../../protocol/merkle.ts';
import { ok, refuse, type Result } from '../../protocol/result.ts';
import { hashLeaf, sha256 } from '../audit/hash.ts';
import type { HeadSigner } from '../audit/signer.ts';
import { signedReportSchema, type ReportDocument, type SignedReport } from './document.ts';

/** The log's key signs reports too, under a name of their own: neither passes as the other. */
export const REPORT_PURPOSE = 'cwts-report-v1';

export function signReport(report: ReportDocument, signer: HeadSigner): SignedReport {
  const value = signer.signFor(REPORT_PURPOSE, Buffer.from(canonicalJson(report))).toString('base64');
  return { report, signature: { verifier: signer.verifier, purpose: REPORT_PURPOSE, value } };
}

/** The report in a file, if the holder of `trusted` (`name+hash+key`) signed it and every citation proves. */
export function checkReport(text: string, trusted: string): Result<ReportDocument> {
  const signed = signedReportSchema.safeParse(parse(text));
  if (!signed.success) return refuse('report-malformed', 'This is not a signed report of this version.');
  const { report, signature } = signed.data;
  const key = parseVerifier(trusted);
  if (!key.ok) return key;
  const publicKey = createPublicKey({
    key: { kty: 'OKP', crv: 'Ed25519', x: Buffer.from(key.value.publicKey).toString('base64url') },
    format: 'jwk',
  });
  const covered = Buffer.concat([Buffer.from(`${REPORT_PURPOSE}\0`), Buffer.from(canonicalJson(report))]);
  if (!verify(null, covered, publicKey, Buffer.from(signature.value, 'base64'))) {
    return refuse('report-signature', 'The report is not signed by this key, or was changed since.');
  }
  const head = parseCheckpoint(report.log.checkpoint);
  if (!head.ok) return head;
  const { size, root, signatures, signedText } = head.value;
  const isSigned = signatures.some(({ signature: one }) =>
    verify(null, Buffer.from(signedText), publicKey, one),
  );
  if (!isSigned || size !== report.log.size) {
    return refuse('report-head', 'The head that the report names is not signed by this key.');
  }
  for (const { seq, record, proof } of report.cited) {
    const hashes = proof.map((hash) => Buffer.from(hash, 'hex'));
    const leaf = hashLeaf(Buffer.from(record));
    if (!verifyInclusion(sha256, { leaf, index: seq - 1, size, root, proof: hashes })) {
      return refuse('report-proof', `Record ${seq}, which the report cites, is not in the log of its head.`);
    }
  }
  const cited = new Set(report.cited.map(({ seq }) => seq));
  const missing = report.sections
    .flatMap(({ rows }) => rows)
    .find(({ seq }) => seq !== null && !cited.has(seq));
  return missing
    ? refuse('report-proof', `Record ${missing.seq}, which the report cites, has no proof in it.`)
    : ok(report);
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
