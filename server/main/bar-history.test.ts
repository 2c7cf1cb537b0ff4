import { expect, it } from 'vitest';
import type { Origin } from '../../protocol/origin.ts';
import { ok, refuse, type Result } from '../../protocol/result.ts';
import type { VenueId } from '../../protocol/units.ts';
import { MINUTE } from '../feeds/candles/instrument-bars.ts';
import { packRows, unpackRows, type MinuteRow } from '../feeds/candles/minute-rows.ts';
import type { BarsQuestion } from '../store/bars/questions.ts';
import { ManualClock } from '../testing/manual-clock.ts';
import { instrument } from '../testing/orders.ts';
import { BarHistory } from './bar-history.ts';

const VENUE = 'sim' as VenueId;
const settle = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

function rig(origin: Origin = 'SIM', instruments = 1) {
  const clock = new ManualClock();
  const now = clock.wallMicros();
  const kept: MinuteRow[] = [];
  const writes: (BarsQuestion & { kind: 'write' })[] = [];
  const reads: (BarsQuestion & { kind: 'read' })[] = [];
  const restored: (readonly MinuteRow[])[] = [];
  const store = { refusal: null as Result<never> | null };
  const history = new BarHistory({
    ask: (question) => {
      if (question.kind === 'write') writes.push(question);
      else reads.push(question);
      if (store.refusal) return Promise.resolve(store.refusal);
      if (question.kind === 'write') return Promise.resolve(ok(null));
      const found = kept.filter(({ bar }) => bar.at >= question.from && bar.at < question.to);
      return Promise.resolve(ok(packRows(found)));
    },
    restore: (_venue, minutes) => restored.push(unpackRows(minutes)),
    instruments: () => Array.from({ length: instruments }, (_, index) => instrument(index, `S${index}USDT`)),
    origin,
    clock,
  });
  const bar = (ago: number): MinuteRow => ({
    instrument: 0,
    bar: {
      at: Math.floor(now / MINUTE) * MINUTE - ago * MINUTE,
      open: 1,
      high: 1,
      low: 1,
      close: 1,
      volume: 1,
      buys: 1,
      trades: 1,
      covered: MINUTE,
      mid: 2,
    },
  });
  return { clock, history, store, kept, writes, reads, restored, bar };
}

it('gives a feed that begins its last day, the newest first, and says when there is no more', async () => {
  const { history, kept, restored, reads, bar } = rig('SIM', 100);
  kept.push(bar(1), bar(1000), bar(1439), bar(2000));
  history.begun(VENUE);
  await settle();
  expect(restored.flat().map(({ bar: { at } }) => at)).toEqual(
    [bar(1), bar(1000), bar(1439)].map(({ bar: { at } }) => at),
  );
  expect(restored.at(-1)).toEqual([]);
  // 15,000 bars at once are 150 minutes of a hundred instruments.
  expect(reads.length).toBe(10);
});

it('asks again until the store is open', async () => {
  const { history, store, kept, restored, clock, bar } = rig();
  kept.push(bar(3));
  store.refusal = refuse('bars-starting', 'Not yet.');
  history.begun(VENUE);
  await settle();
  clock.advance(1000);
  await settle();
  expect(restored).toEqual([]);
  store.refusal = null;
  clock.advance(1000);
  await settle();
  expect(restored).toEqual([[bar(3)], []]);
});

it('lets a feed go on without a past where none is kept', async () => {
  const { history, store, restored } = rig();
  store.refusal = refuse('bars-none', 'No store.');
  history.begun(VENUE);
  await settle();
  expect(restored).toEqual([[]]);
});

it('tells of bars that could not be handed over once they can be', async () => {
  const { history, store, writes, bar } = rig();
  store.refusal = refuse('archive-down', 'It died.');
  history.minutes(VENUE, packRows([bar(1), bar(2)]));
  await settle();
  store.refusal = null;
  history.minutes(VENUE, packRows([bar(0)]));
  await settle();
  history.minutes(VENUE, packRows([bar(0)]));
  expect(writes.map(({ lost }) => lost)).toEqual([0, 2, 0]);
});

it('keeps nothing of a replay, and gives it nothing: its future is not its past', async () => {
  const { history, writes, reads, restored, bar } = rig('REPLAY');
  history.begun(VENUE);
  history.minutes(VENUE, packRows([bar(1)]));
  await settle();
  expect([writes, reads]).toEqual([[], []]);
  expect(restored).toEqual([[]]);
});
