/** Sealed segments are verified like any other, and so are the files they are sealed in. */
import { mkdirSync, readFileSync, renameSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { copyOf, makeLog, removeFolders, verified, type LogFolder } from './testing/log-folder.ts';
import { edited, rewriteSegment, segmentsOf } from './testing/rewrite.ts';

const RECORDS = 700;
let log: LogFolder;
/** The third and the fourth segment are sealed, the first of them lies in another folder. */
let sealed: LogFolder;
let names: readonly string[];
let firsts: readonly number[];
beforeAll(async () => {
  log = await makeLog({ records: RECORDS });
  names = segmentsOf(log.dir);
  firsts = names.map((name) => Number(/\d+/.exec(name)?.[0]));
  sealed = copyOf(log);
  for (const at of [2, 3]) seal(join(sealed.dir, names[at] ?? ''));
  const elsewhere = `${sealed.dir}-sealed`;
  mkdirSync(elsewhere);
  const moved = `${names[2] ?? ''}.gz`;
  renameSync(join(sealed.dir, moved), join(elsewhere, moved));
  writeFileSync(join(sealed.dir, 'sealed-to'), `${elsewhere}\n`);
});
afterAll(removeFolders);

function seal(file: string): void {
  writeFileSync(`${file}.gz`, gzipSync(readFileSync(file)));
  rmSync(file);
}

describe('sealed segments', () => {
  it('R-45: are right where they lie', async () => {
    expect(await verified(sealed, { reencode: true })).toMatchObject({ isRight: true, records: RECORDS });
    const range = { from: firsts[2] ?? 0, to: firsts[3] ?? 0 };
    expect(await verified(sealed, { range })).toMatchObject({ isRight: true });
  });

  it('R-45: one that is not there any more: its first record is missing', async () => {
    const copy = copyOf(sealed);
    rmSync(join(copy.dir, 'sealed-to'));
    expect((await verified(copy)).wrong?.first).toBe(firsts[2]);
  });

  it('R-45: an edit inside it is named', async () => {
    const copy = copyOf(log);
    const name = names[3] ?? '';
    rewriteSegment(copy.dir, name, (payloads) => (payloads[4] = edited(payloads[4])));
    seal(join(copy.dir, name));
    const wrong = (firsts[3] ?? 0) + 4;
    expect((await verified(copy)).wrong).toMatchObject({ first: wrong, last: wrong });
  });

  it('R-45: no flip in it and no cut of it passes', async () => {
    const file = `${names[3] ?? ''}.gz`;
    const good = readFileSync(join(sealed.dir, file));
    // The first ten bytes are the container's: when, by what system; they hold nothing of a record.
    const place = fc.record({ at: fc.integer({ min: 10, max: good.length - 1 }), cut: fc.boolean() });
    await fc.assert(
      fc.asyncProperty(place, async ({ at, cut }) => {
        const copy = copyOf(sealed);
        const bad = Buffer.from(good);
        bad[at] = (bad[at] ?? 0) ^ 1;
        writeFileSync(join(copy.dir, file), bad);
        if (cut) truncateSync(join(copy.dir, file), at);
        const found = await verified(copy);
        rmSync(copy.dir, { recursive: true });
        expect(found.isRight).toBe(false);
        const { first = firsts[3] ?? 0 } = found.wrong ?? {};
        expect(first).toBeGreaterThanOrEqual(firsts[3] ?? 0);
        // The record behind it: a byte more than the segment had.
        expect(first).toBeLessThanOrEqual(firsts[4] ?? 0);
        if (!found.wrong) expect(found.faults.join()).toContain(basename(file));
      }),
      { numRuns: 60 },
    );
  });
});
