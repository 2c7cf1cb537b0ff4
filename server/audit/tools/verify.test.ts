import { cpSync, readFileSync, rmSync, statSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { HeadSigner } from '../signer.ts';
import { anchorOf, copyOf, makeLog, removeFolders, verified, type LogFolder } from './testing/log-folder.ts';
import {
  cutRecords,
  cutTo,
  edited,
  payloadsOf,
  renumbered,
  rewriteSegment,
  rewriteTree,
  segmentsOf,
  writeSegments,
} from './testing/rewrite.ts';
import { reportOf } from './verification.ts';
import { verifyLog } from './verify.ts';

const RECORDS = 700;
/** 700 records, a head over each 50, some 20 records a segment; and 7 more behind the newest head. */
let log: LogFolder;
let behind: LogFolder;
beforeAll(async () => {
  log = await makeLog({ records: RECORDS });
  behind = await makeLog({ records: RECORDS, behind: 7 });
});
afterAll(removeFolders);

/** The first wrong record of a copy that was changed. */
async function wrongIn(change: (dir: string) => void, anchors: readonly string[] = []): Promise<unknown> {
  const copy = copyOf(log);
  change(copy.dir);
  const more = anchors.length > 0 ? { anchors: [anchorOf(anchors)] } : {};
  const { isRight, wrong, faults } = await verified(copy, more);
  expect(isRight).toBe(false);
  return wrong ? [wrong.first, wrong.last] : faults;
}
const segmentWith = (dir: string, seq: number): { name: string; at: number } => {
  let first = 1;
  for (const [i, payloads] of payloadsOf(dir).entries()) {
    if (seq < first + payloads.length) return { name: segmentsOf(dir)[i] ?? '', at: seq - first };
    first += payloads.length;
  }
  throw new Error(String(seq));
};
const change = (dir: string, seq: number, how: (payloads: Buffer[], at: number) => void): void => {
  const { name, at } = segmentWith(dir, seq);
  rewriteSegment(dir, name, (payloads) => how(payloads, at));
};
const all = (dir: string, how: (records: Buffer[]) => void): void => {
  const segments = payloadsOf(dir);
  const records = segments.flat();
  how(records);
  const renamed = segments.map((one) => records.splice(0, one.length));
  writeSegments(
    dir,
    [...renamed.slice(0, -1), [...(renamed.at(-1) ?? []), ...records]].filter((one) => one.length > 0),
  );
};

describe('a log that nobody touched', () => {
  it('R-45: is right, by its own heads and by anchors, record by record too', async () => {
    const found = await verified(log, { anchors: [anchorOf(log.heads.slice(0, 5))], reencode: true });
    expect(found).toMatchObject({ isRight: true, records: 700, heads: 14, anchors: 5, anchored: 250 });
    expect(reportOf(found)).toContain('450 records not yet anchored');
    expect(reportOf(found).at(-1)).toBe('Right: every record is the one that was signed.');
  });

  it.each([
    [1, 1],
    [200, 330],
    [256, 257],
    [690, 700],
  ])('a range of it, %i to %i', async (from, to) => {
    const found = await verified(log, { range: { from, to } });
    expect(found).toMatchObject({ isRight: true, wrong: null });
    expect(found.range?.from).toBeLessThanOrEqual(from);
    expect(found.range?.to).toBeGreaterThanOrEqual(to);
  });

  it.each([
    [0, 5],
    [9, 8],
    [1, 701],
  ])('has no range %i to %i', async (from, to) => {
    await expect(verified(log, { range: { from, to } })).rejects.toThrow('no-such-range');
  });

  it('is right while records and a torn end lie behind its newest head, which are only said', async () => {
    const copy = copyOf(behind);
    const name = segmentsOf(copy.dir).at(-1) ?? '';
    const file = join(copy.dir, name);
    truncateSync(file, statSync(file).size - 9);
    const found = await verified(copy);
    expect(found).toMatchObject({ isRight: true, records: 706, anchored: 700 });
    expect(reportOf(found)).toContain('6 records not yet anchored');
    expect(reportOf(found).some((line) => /^torn tail, \d+ bytes$/.test(line))).toBe(true);
    cutRecords(copy.dir, 700);
    expect(reportOf(await verified(copy)).join()).not.toMatch(/not yet|torn/);
  });

  it('is right without its tree, whose files can be made anew', async () => {
    const copy = copyOf(log);
    rmSync(join(copy.dir, 'tree'), { recursive: true });
    expect(await verified(copy)).toMatchObject({ isRight: true });
    await expect(verified(copy, { range: { from: 1, to: 9 } })).rejects.toThrow('tree-short');
  });
});

describe('R-45: the first wrong record is named', () => {
  it.each([1, 49, 50, 51, 256, 257, 700])('edited in its place, checksum and all: %i', async (seq) => {
    expect(
      await wrongIn((dir) => change(dir, seq, (records, at) => (records[at] = edited(records[at])))),
    ).toEqual([seq, seq]);
  });

  it('edited, and the tree made anew from it: one of those between two heads', async () => {
    const rewrite = (dir: string): void => {
      change(dir, 333, (records, at) => (records[at] = edited(records[at])));
      rewriteTree(dir);
    };
    expect(await wrongIn(rewrite)).toEqual([301, 350]);
  });

  it.each([1, 100, 699])('deleted: %i', async (seq) => {
    expect(await wrongIn((dir) => change(dir, seq, (records, at) => records.splice(at, 1)))).toEqual([
      seq,
      seq,
    ]);
    const closed = (dir: string): void =>
      all(dir, (records) => {
        records.splice(seq - 1, 1);
        for (let i = seq - 1; i < records.length; i++) records[i] = renumbered(records[i], i + 1);
      });
    expect(await wrongIn(closed)).toEqual([seq, seq]);
  });

  it('the last one deleted', async () => {
    expect(await wrongIn((dir) => cutRecords(dir, 699))).toEqual([700, 700]);
  });

  it.each([1, 100, 700])('inserted before %i', async (seq) => {
    const plain = (dir: string): void =>
      change(dir, seq, (records, at) => records.splice(at, 0, edited(records[at])));
    // A twin with the right number: the record behind it is the first with a wrong one, but no record was signed so.
    expect(await wrongIn(plain)).toEqual([seq, seq]);
    const closed = (dir: string): void =>
      all(dir, (records) => {
        records.splice(seq - 1, 0, edited(records[seq - 1]));
        for (let i = seq - 1; i < records.length; i++) records[i] = renumbered(records[i], i + 1);
      });
    expect(await wrongIn(closed)).toEqual([seq, seq]);
  });

  it.each([1, 120, 699])('%i in the other’s place', async (seq) => {
    const swap = (dir: string): void =>
      all(dir, (records) => records.splice(seq - 1, 2, ...records.slice(seq - 1, seq + 1).reverse()));
    expect(await wrongIn(swap)).toEqual([seq, seq]);
    const closed = (dir: string): void =>
      all(dir, (records) => {
        const [a, b] = records.slice(seq - 1, seq + 1);
        records.splice(seq - 1, 2, renumbered(b, seq), renumbered(a, seq + 1));
      });
    expect(await wrongIn(closed)).toEqual([seq, seq]);
  });

  it('a segment taken out, the first and one in the middle', async () => {
    const name = (at: number) => segmentsOf(log.dir)[at] ?? '';
    expect(await wrongIn((dir) => rmSync(join(dir, name(0))))).toEqual([1, 1]);
    const due = Number(/\d+/.exec(name(7))?.[0]);
    expect(await wrongIn((dir) => rmSync(join(dir, name(7))))).toEqual([due, due]);
  });

  it('cut, records alone', async () => {
    expect(await wrongIn((dir) => cutRecords(dir, 420))).toEqual([421, 421]);
  });

  it('cut with heads and tree: an anchor shows it, and without one it is said that none was given', async () => {
    let left = 0;
    const cut = (dir: string): void => void (left = cutTo(dir, 420));
    expect(await wrongIn(cut, log.heads.slice(-1))).toEqual([left + 1, left + 1]);
    expect(left).toBe(400);
    const copy = copyOf(log);
    cutTo(copy.dir, 420);
    const found = await verified(copy);
    expect(found.isRight).toBe(true);
    expect(reportOf(found).join()).toContain('No anchor was given');
    // Anchors that are older than the cut can't know of it.
    const stale = await verified(copy, { anchors: [anchorOf(log.heads.slice(0, 3))] });
    expect(stale).toMatchObject({ isRight: true, anchored: 150 });
    expect(reportOf(stale)).toContain('250 records not yet anchored');
  });

  it('the tree forgotten in a cut shows it too', async () => {
    const cut = (dir: string): void => {
      const tree = readFileSync(join(dir, 'tree/level-00'));
      cutTo(dir, 420);
      writeFileSync(join(dir, 'tree/level-00'), tree);
    };
    expect(await wrongIn(cut)).toEqual([expect.stringContaining('level-00 has 700')]);
  });
});

describe('R-45: another log in its place', () => {
  const stranger = HeadSigner.generate();

  it('signed by another key: wrong by the key given, and by an anchor of the true one', async () => {
    const other = await makeLog({ records: 60, signer: stranger });
    const { faults, newest } = await verified(other);
    expect(faults.join()).toMatch(
      /names another key.*not signed by this log’s key.*and 1 more of its heads are wrong/,
    );
    expect(newest).toBeNull();
    const own = await verified(other, { key: null, anchors: [anchorOf(log.heads)] });
    expect(own.isRight).toBe(false);
    // What a check by nothing but the folder is worth.
    expect(await verified(other, { key: null })).toMatchObject({ isRight: true, key: 'own' });
  });

  it('one of its segments in the place of ours', async () => {
    const other = await makeLog({
      records: RECORDS,
      signer: stranger,
      entry: (n) => ({ ...entryOf(n), actor: 'somebody' }),
    });
    const name = segmentsOf(log.dir)[3] ?? '';
    expect(segmentsOf(other.dir)).toEqual(segmentsOf(log.dir));
    const first = Number(/\d+/.exec(name)?.[0]);
    expect(await wrongIn((dir) => cpSync(join(other.dir, name), join(dir, name)))).toEqual([first, first]);
  });

  it('written and signed again with its own key: an anchor shows it', async () => {
    const again = await makeLog({
      records: RECORDS,
      entry: (n) => (n === 444 ? { ...entryOf(n), actor: 'nobody' } : entryOf(n)),
    });
    expect(await verified(again)).toMatchObject({ isRight: true });
    const found = await verified(again, { anchors: [anchorOf(log.heads)] });
    expect(found.wrong).toMatchObject({ first: 401, last: 450 });
    expect(found.wrong?.sentence).toContain('signed again with the log’s own key');
  });

  it('has no head at all, or no key', async () => {
    const bare = copyOf(log);
    rmSync(join(bare.dir, 'heads.log'));
    rmSync(join(bare.dir, 'checkpoint'));
    expect((await verified(bare)).isRight).toBe(false);
    rmSync(join(bare.dir, 'verifier'));
    const options = { dir: bare.dir, key: null, anchors: [], range: null, reencode: false, threads: null };
    expect(await verifyLog(options)).toMatchObject({ error: { code: 'no-verifier' } });
  });
});

const entryOf = (n: number) => ({
  actor: 'operator',
  action: 'order.place',
  scope: `order:${n}`,
  details: { n },
});
