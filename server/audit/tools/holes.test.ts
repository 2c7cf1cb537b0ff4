import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { testEntry } from '../../testing/audit-log.ts';
import { removedBy } from './holes.ts';
import { copyOf, makeLog, removeFolders, verified, type LogFolder } from './testing/log-folder.ts';
import { edited, rewriteSegment, segmentsOf } from './testing/rewrite.ts';
import { reportOf } from './verification.ts';

const RECORDS = 700;
let log: LogFolder;
/** The third and the fourth segment: one record says that they were removed. */
let names: readonly string[];
let hole: { readonly first: number; readonly last: number };
beforeAll(async () => {
  const plain = await makeLog({ records: RECORDS });
  names = segmentsOf(plain.dir);
  const firsts = names.map((name) => Number(/\d+/.exec(name)?.[0]));
  hole = { first: firsts[2] ?? 0, last: (firsts[4] ?? 0) - 1 };
  const removed = { action: 'retention.removed', details: { ...hole } };
  log = await makeLog({ records: RECORDS, entry: (n) => testEntry(n, n === 599 ? removed : {}) });
});
afterAll(removeFolders);

const without = (segments: readonly number[]): LogFolder => {
  const copy = copyOf(log);
  for (const at of segments) rmSync(join(copy.dir, names[at] ?? ''));
  return copy;
};

describe('records that retention removed', () => {
  it('R-48: are proven by their hashes still, and who removed them is said', async () => {
    const copy = without([2, 3]);
    const found = await verified(copy);
    expect(found).toMatchObject({ isRight: true, records: RECORDS });
    const said = `Note: records ${hole.first} to ${hole.last} were removed by retention, record 600`;
    expect(reportOf(found)).toContain(said);
    const range = await verified(copy, { range: { from: 1, to: 200 } });
    expect(range.isRight).toBe(true);
    expect(reportOf(range)).toContain(said);
  });

  it('R-45: one record more than was said is missing', async () => {
    const beyond = Number(/\d+/.exec(names[4] ?? '')?.[0]);
    expect((await verified(without([2, 3, 4]))).wrong?.first).toBe(hole.first);
    expect((await verified(without([4]))).wrong).toMatchObject({ first: beyond, last: beyond });
  });

  it('R-45: without their hashes nothing is proven', async () => {
    const copy = without([2, 3]);
    rmSync(join(copy.dir, 'tree'), { recursive: true });
    expect((await verified(copy)).wrong).toMatchObject({ first: hole.first, last: hole.first });
  });

  it('R-45: a wrong record before or behind them is named all the same', async () => {
    for (const at of [1, 5]) {
      const copy = without([2, 3]);
      const first = Number(/\d+/.exec(names[at] ?? '')?.[0]);
      rewriteSegment(copy.dir, names[at] ?? '', (payloads) => (payloads[0] = edited(payloads[0])));
      expect((await verified(copy)).wrong).toMatchObject({ first, last: first });
    }
  });
});

it('a hole is told of by records behind it that cover it without a gap', () => {
  const hole = { first: 10, last: 29 };
  const by = (...removals: [number, number, number][]): number | null =>
    removedBy(
      hole,
      removals.map(([seq, first, last]) => ({ seq, first, last })),
    );
  expect(by([40, 1, 30])).toBe(40);
  expect(by([40, 10, 19], [50, 20, 29])).toBe(50);
  expect(by([40, 10, 18], [50, 20, 29])).toBeNull();
  // It can't have been said before they were written.
  expect(by([20, 1, 30])).toBeNull();
  expect(by()).toBeNull();
});
