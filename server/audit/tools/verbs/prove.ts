import { writeFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { hashLeaf } from '../../hash.ts';
import { consistencyProof, inclusionProof } from '../../proofs.ts';
import { AuditDamaged, readRecords } from '../../reader.ts';
import type { Head } from '../../signer.ts';
import { hashesUnder, readEvidence, type LogEvidence } from '../log-hashes.ts';
import { checkProof, hexOf, type ProofFile } from '../proof-file.ts';
import { logFolder, readOptions, VerbRefused, wholeNumber, type Verb } from '../verb.ts';

/** One record's inclusion, or that a newer head goes on from an older one: a file that proves it alone. */
export const prove: Verb = {
  usage: '--seq N | --from SIZE [--to SIZE]  [--data DIR] [--out FILE]',
  about: 'a proof of one record, or that a later head goes on from an earlier one, as a file for "check"',
  run: async (args, at) => {
    const kinds = { data: 'text', seq: 'text', from: 'text', to: 'text', out: 'text' } as const;
    const { options, words } = readOptions(args, kinds);
    const seq = wholeNumber('seq', options.seq);
    const from = wholeNumber('from', options.from);
    if (words.length > 0 || (seq === null) === (from === null)) {
      throw new VerbRefused('Give a record (--seq), or the sizes of two heads (--from, --to).', 'usage');
    }
    const dir = logFolder(options.data, at);
    const evidence = await readEvidence(dir);
    const proof =
      seq === null
        ? await consistency(dir, evidence, from ?? 1, wholeNumber('to', options.to))
        : await inclusion(dir, evidence, seq);
    // What is handed out was checked as whoever gets it will.
    const checked = checkProof(proof, evidence.verifier);
    if (!checked.ok) throw new VerbRefused(`No proof was made: ${checked.error.sentence}`);
    const text = JSON.stringify(proof, null, 2);
    if (options.out === undefined) at.say(text);
    else {
      writeFileSync(resolve(at.cwd, options.out), `${text}\n`);
      for (const line of checked.value) at.say(line);
    }
    return 0;
  },
};

async function inclusion(dir: string, { verifier, newest }: LogEvidence, seq: number): Promise<ProofFile> {
  if (seq > newest.size) {
    throw new VerbRefused(`The newest head is over ${newest.size} records: ${seq} is not signed yet.`);
  }
  const read = await hashesUnder(dir, newest);
  const leaf = await read(0, seq - 1, 1);
  const record = await recordAt(dir, seq);
  if (record && !hashLeaf(record).equals(leaf)) {
    throw new VerbRefused(`Record ${seq} is not the one that was signed; see "verify".`);
  }
  return {
    kind: 'cwts-inclusion-proof',
    version: 1,
    verifier: verifier.verifier,
    checkpoint: newest.checkpoint,
    seq,
    record: record?.toString('utf8') ?? null,
    leaf: hexOf(leaf),
    hashes: (await inclusionProof(read, seq - 1, newest.size)).map(hexOf),
  };
}

/** null: it is not there, though its hash is. */
async function recordAt(dir: string, seq: number): Promise<Buffer | null> {
  try {
    for await (const { payload } of readRecords(dir, { from: seq, to: seq })) return payload;
  } catch (error) {
    if (!(error instanceof AuditDamaged)) throw error;
  }
  return null;
}

async function consistency(
  dir: string,
  { verifier, heads, newest }: LogEvidence,
  from: number,
  to: number | null,
): Promise<ProofFile> {
  const older = headAt(heads, from);
  const newer = to === null ? newest : headAt(heads, to);
  if (older.size > newer.size) throw new VerbRefused('The older head comes first (--from).', 'usage');
  const read = await hashesUnder(dir, newer);
  return {
    kind: 'cwts-consistency-proof',
    version: 1,
    verifier: verifier.verifier,
    from: older.checkpoint,
    to: newer.checkpoint,
    hashes: (await consistencyProof(read, older.size, newer.size)).map(hexOf),
  };
}

function headAt(heads: readonly Head[], size: number): Head {
  const found = heads.find((head) => head.size === size);
  if (found) return found;
  const before = heads.findLast((head) => head.size < size)?.size;
  const behind = heads.find((head) => head.size > size)?.size;
  const near = [before, behind].filter((one) => one !== undefined).join(' and ');
  throw new VerbRefused(`No head was signed over ${size} records; the nearest are over ${near}.`);
}
