import { existsSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { reportOf } from '../verification.ts';
import {
  logFolder,
  readOptions,
  readText,
  VerbRefused,
  verifierKey,
  wholeNumber,
  type Terminal,
  type Verb,
} from '../verb.ts';
import { verifyLog } from '../verify.ts';
import type { AnchorText } from '../witnesses.ts';

const THREADS_MAX = 8;

/** Is every record the one that was signed, and is none missing? */
export const verify: Verb = {
  usage: '[--data DIR] [--from N] [--to M] [--anchors FILE …] [--key VERIFIER] [--reencode]',
  about: 'verifies the log: records, hashes, signed heads, anchors',
  run: async (args, at) => {
    const { options, words } = readOptions(args, {
      data: 'text',
      from: 'text',
      to: 'text',
      key: 'text',
      anchors: 'texts',
      reencode: 'flag',
    });
    // `--anchors A B C`: what stands alone are further anchors.
    const files = [...options.anchors, ...words];
    if (options.anchors.length === 0 && words.length > 0) {
      throw new VerbRefused(`What is "${words[0] ?? ''}"? Anchors are named behind --anchors.`, 'usage');
    }
    const from = wholeNumber('from', options.from);
    const to = wholeNumber('to', options.to);
    const dir = logFolder(options.data, at);
    const found = await verifyLog({
      dir,
      key: verifierKey(options.key, at),
      anchors: files.length > 0 ? files.map((file) => anchorsIn(resolve(at.cwd, file))) : usualAnchors(dir),
      range: from === null && to === null ? null : { from: from ?? 1, to },
      reencode: options.reencode,
      threads: threadsOf(at),
    });
    if (!found.ok) throw new VerbRefused(found.error.sentence);
    for (const line of reportOf(found.value)) at.say(line);
    return found.value.isRight ? 0 : 1;
  },
};

const anchorsIn = (file: string): AnchorText => ({ name: file, text: readText(file) });

/** Where a server puts them that was told of no other place; better than none, though beside the log. */
function usualAnchors(dir: string): AnchorText[] {
  const file = join(dirname(dir), 'anchors', 'heads.txt');
  return existsSync(file) ? [anchorsIn(file)] : [];
}

function threadsOf({ threadEntry }: Terminal): { readonly entry: URL; readonly count: number } | null {
  const count = Math.min(availableParallelism(), THREADS_MAX);
  return threadEntry === null ? null : { entry: threadEntry, count };
}
