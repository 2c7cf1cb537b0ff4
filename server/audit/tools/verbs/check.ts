import { openSync, closeSync, readSync } from 'node:fs';
import { resolve } from 'node:path';
import { checkExport } from '../check-export.ts';
import { HeadVerifier } from '../head-verifier.ts';
import { checkProof, proofFileSchema } from '../proof-file.ts';
import { readOptions, readText, VerbRefused, verifierKey, type Terminal, type Verb } from '../verb.ts';

/** a proof or an export, checked with nothing but the file and the verifier key. */
export const check: Verb = {
  usage: 'FILE [--key VERIFIER]',
  about: 'checks a proof, an export or a report without the log, by the verifier key that you have of it',
  run: async (args, at) => {
    const { options, words } = readOptions(args, { key: 'text' });
    const [name, ...more] = words;
    if (name === undefined || more.length > 0) throw new VerbRefused('Give one file.', 'usage');
    const file = resolve(at.cwd, name);
    const key = verifierKey(options.key, at);
    const found = isGzip(file) ? await checkExport(file, key) : checkText(readText(file), key, at);
    if (!found.ok) {
      at.say(`WRONG: ${found.error.sentence}`);
      return 1;
    }
    for (const line of found.value) at.say(line);
    if (key === null) {
      at.note('Checked by the key in the file itself: compare it with the log’s, or give that by --key.');
    }
    return 0;
  },
};

function checkText(
  text: string,
  key: string | null,
  { otherFiles }: Terminal,
): ReturnType<typeof checkProof> {
  for (const other of otherFiles) {
    const found = other(text, key);
    if (found) return found;
  }
  const proof = proofFileSchema.safeParse(parse(text)).data;
  if (!proof) throw new VerbRefused('The file is no proof, export or report of this version.');
  const verifier = HeadVerifier.of(key ?? proof.verifier);
  return verifier.ok ? checkProof(proof, verifier.value) : verifier;
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

function isGzip(file: string): boolean {
  try {
    const handle = openSync(file, 'r');
    const bytes = Buffer.alloc(2);
    readSync(handle, bytes, 0, 2, 0);
    closeSync(handle);
    return bytes.readUInt16BE(0) === 0x1f8b;
  } catch {
    throw new VerbRefused(`${file} can't be read.`);
  }
}
