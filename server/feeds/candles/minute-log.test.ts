import { expect, it } from 'vitest';
import { BarRing } from './bar-ring.ts';
import { MINUTE } from './instrument-bars.ts';
import { MinuteLog } from './minute-log.ts';
import { packRows, unpackRows } from './minute-rows.ts';

const START = 100 * MINUTE;
const AFTER = 3_000_000;

function rig() {
  const rings = [new BarRing(MINUTE, 10), new BarRing(MINUTE, 10)] as const;
  return { rings, log: new MinuteLog(rings, START + 20_000_000) };
}

it('tells each minute once, when its last trades are in, of what is known of it', () => {
  const { rings, log } = rig();
  rings[0].trade(START + 30_000_000, 5, 1, 0);
  rings[0].trade(START + MINUTE, 6, 1, 0);
  expect(log.closed(START + MINUTE + AFTER - 1)).toEqual([]);
  expect(log.closed(START + MINUTE + AFTER)).toMatchObject([{ instrument: 0, bar: { at: START, close: 5 } }]);
  expect(log.closed(START + MINUTE + AFTER)).toEqual([]);
  // The clock was set back and comes again.
  expect(log.closed(START)).toEqual([]);
  rings[1].cover(START + MINUTE, START + 2 * MINUTE);
  expect(log.closed(START + 2 * MINUTE + AFTER).map(({ instrument }) => instrument)).toEqual([0, 1]);
});

it('at the end also tells of the minute that is open, with its gap', () => {
  const { rings, log } = rig();
  rings[0].trade(START + 30_000_000, 5, 1, 0);
  rings[0].cover(START + 20_000_000, START + 40_000_000);
  expect(log.rest()).toMatchObject([{ bar: { at: START, covered: 20_000_000 } }]);
});

it('packs rows without losing what is not known', () => {
  const { rings } = rig();
  rings[0].trade(START, 5, 2, 2);
  const bar = rings[0].read(START);
  if (!bar) throw new Error('no bar');
  const rows = [{ instrument: 7, bar }];
  expect(unpackRows(packRows(rows))).toEqual(rows);
});
