import { once } from 'node:events';
import { createWriteStream } from 'node:fs';
import { rename, rm } from 'node:fs/promises';
import { resolve } from 'node:path';
import { createGzip } from 'node:zlib';
import { README, type ExportHeader } from '../export-format.ts';
import { hashesUnder, readEvidence } from '../log-hashes.ts';
import { hexOf } from '../proof-file.ts';
import { beside } from '../range-tree.ts';
import { recordsAndHoles } from '../records-and-holes.ts';
import { logFolder, readOptions, VerbRefused, wholeNumber, type Verb } from '../verb.ts';

/** records with everything that proves them, in one file for a separate tool. */
export const exportRecords: Verb = {
  usage: '--out FILE.jsonl.gz [--from N] [--to M] [--data DIR]',
  about: 'records with all that proves them, one file (gzip of JSON lines) for "check" and other tools',
  run: async (args, at) => {
    const kinds = { data: 'text', from: 'text', to: 'text', out: 'text' } as const;
    const { options, words } = readOptions(args, kinds);
    if (options.out === undefined || words.length > 0) throw new VerbRefused('Give --out FILE.', 'usage');
    const dir = logFolder(options.data, at);
    const { verifier, heads, newest } = await readEvidence(dir);
    const from = wholeNumber('from', options.from) ?? 1;
    const to = wholeNumber('to', options.to) ?? newest.size;
    if (from > to || to > newest.size) {
      throw new VerbRefused(`The newest head is over ${newest.size} records: give a range in them.`);
    }
    const read = await hashesUnder(dir, newest);
    const { left, right } = await beside(read, from, to, newest.size);
    const header: ExportHeader = {
      kind: 'cwts-audit-export',
      version: 1,
      readme: [...README],
      verifier: verifier.verifier,
      checkpoint: newest.checkpoint,
      ...{ from, to, left: left.map(hexOf), right: right.map(hexOf) },
    };
    const file = resolve(at.cwd, options.out);
    const draft = `${file}.part`;
    const gzip = createGzip();
    const done = once(gzip.pipe(createWriteStream(draft, { mode: 0o600 })), 'finish');
    const write = async (line: string | Buffer): Promise<void> => {
      gzip.write(line);
      if (!gzip.write('\n')) await once(gzip, 'drain');
    };
    const noted = new Map(heads.map((head) => [head.size, head.checkpoint]));
    let removed = 0;
    try {
      await write(JSON.stringify(header));
      for await (const { seq, payload } of recordsAndHoles(dir, from, to)) {
        if (payload) await write(payload);
        else {
          removed += 1;
          await write(JSON.stringify({ removed: seq, leaf: hexOf(await read(0, seq - 1, 1)) }));
        }
        const head = noted.get(seq);
        if (head !== undefined) await write(JSON.stringify({ head }));
      }
      gzip.end();
      await done;
      await rename(draft, file);
    } catch (error) {
      gzip.destroy();
      await rm(draft, { force: true });
      throw error;
    }
    at.say(`${file}: records ${from} to ${to}, under the head over ${newest.size}.`);
    if (removed > 0) at.say(`${removed} of them were removed by retention: their hashes are in it.`);
    at.say(`Verifier key, to hand over by another way: ${verifier.verifier}`);
    return 0;
  },
};
