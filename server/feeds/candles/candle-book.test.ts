import { describe, expect, it } from 'vitest';
import type { CandlesQuery } from '../../../protocol/messages.ts';
import { ok, refuse, type Result } from '../../../protocol/result.ts';
import { instrument } from '../../testing/orders.ts';
import type { VenueCandle } from '../dialect.ts';
import type { CandlePage } from './backfill.ts';
import { CandleBook } from './candle-book.ts';
import { InstrumentBars, MINUTE, SECOND } from './instrument-bars.ts';
import type { MinuteRow } from './minute-rows.ts';

/** The minute that is open; 20 s of it are over. */
const NOW = 1_000_000;
const at = (minute: number): number => minute * MINUTE;

/** A venue with a candle each minute, and an instrument that we watch from when `watch` is called. */
function rig({ page = 100, holds = Infinity, skips = [] as readonly number[], omitsEmpty = false } = {}) {
  const state = {
    now: at(NOW) + 20 * SECOND,
    monotonic: 0,
    fault: null as string | null,
    none: false,
    patience: new Promise<void>(() => undefined),
    silent: false,
  };
  const bars = new InstrumentBars({ seconds: 120, minutes: 300 });
  const asked: CandlePage[] = [];
  const filled: MinuteRow[] = [];
  const open = (): number => Math.floor(state.now / MINUTE);
  const ask = (_: unknown, wanted: CandlePage): Promise<Result<VenueCandle[] | null>> => {
    asked.push(wanted);
    if (state.silent) return new Promise(() => undefined);
    if (state.fault !== null) return Promise.resolve(refuse('rest-unreachable', state.fault));
    if (state.none || wanted.interval === '1s') return Promise.resolve(ok(null));
    const newest = wanted.to === null ? open() : Math.floor(wanted.to / MINUTE);
    const candles: VenueCandle[] = [];
    for (let minute = newest; minute > newest - wanted.limit && minute > open() - holds; minute--) {
      if (skips.includes(minute)) continue;
      candles.unshift({ candle: [at(minute), 1, 9, 1, minute % 7, 5] as never, trades: 1 });
    }
    return Promise.resolve(ok(candles));
  };
  const book = new CandleBook({
    name: 'Minutes only',
    markets: [{ instrument: instrument(0, 'AAAUSDT'), flow: { bars } }],
    venue: { ask, candlesAPage: page, omitsEmpty },
    clocks: { now: () => (state.monotonic += SECOND), venueNow: () => state.now },
    patience: () => state.patience,
    onFilled: (rows) => filled.push(...rows),
  });
  const query = (change: Partial<CandlesQuery> = {}) =>
    book.query({ instrument: 0 as never, interval: '1m', limit: 10, ...change });
  return { state, bars, asked, filled, book, query };
}

describe('candles', () => {
  it('are the venue’s of the time before we watched, and ours from then on, without asking again', async () => {
    const { state, bars, asked, filled, query } = rig();
    const reply = await query();
    expect(reply).toMatchObject({ ok: true, gaps: [], fault: null });
    expect(reply.ok && reply.candles.map(([open]) => open)).toEqual(
      Array.from({ length: 10 }, (_, minute) => at(NOW - 9 + minute)),
    );
    expect(filled).toHaveLength(10);
    expect(asked).toEqual([{ interval: '1m', limit: 11, to: null }]);
    // We watched the minute after whole, and it is over.
    bars.cover(at(NOW + 1), at(NOW + 2) + 20 * SECOND);
    bars.trade(at(NOW + 1) + 5, 77, 3, 0);
    state.now = at(NOW + 2) + 20 * SECOND;
    const later = await query();
    expect(asked).toHaveLength(2);
    expect(later).toMatchObject({ ok: true, gaps: [] });
    expect(later.ok && later.candles.slice(-3)).toEqual([
      [at(NOW), 1, 9, 1, NOW % 7, 5],
      [at(NOW + 1), 77, 77, 77, 77, 3],
      // Watched, and nothing was traded: the price stands.
      [at(NOW + 2), 77, 77, 77, 77, 0],
    ]);
    await query();
    expect(asked).toHaveLength(2);
  });

  it('of the open minute are the venue’s as long as we have not seen it from its start', async () => {
    const { bars, query } = rig();
    bars.cover(at(NOW) + 10 * SECOND, at(NOW) + 20 * SECOND);
    bars.trade(at(NOW) + 15 * SECOND, 50, 1, 0);
    const reply = await query();
    expect(reply.ok && reply.candles.at(-1)).toEqual([at(NOW), 1, 9, 1, NOW % 7, 5]);
  });

  it('of a minute that closed a second ago are the venue’s, and are kept once it has settled', async () => {
    const { state, bars, query } = rig();
    state.now = at(NOW) + SECOND;
    const reply = await query();
    expect(reply.ok && reply.candles.slice(-2)).toEqual([
      [at(NOW - 1), 1, 9, 1, (NOW - 1) % 7, 5],
      [at(NOW), 1, 9, 1, NOW % 7, 5],
    ]);
    expect(bars.minutes.isWhole(at(NOW - 1))).toBe(false);
    state.now = at(NOW) + 3 * SECOND;
    await query();
    expect(bars.minutes.isWhole(at(NOW - 1))).toBe(true);
  });

  it('that nobody has are gaps: no candle stands there, and the others keep their places', async () => {
    const { bars, query } = rig({ holds: 0 });
    bars.cover(at(NOW - 8), at(NOW - 6));
    bars.trade(at(NOW - 8) + 5, 40, 1, 0);
    bars.cover(at(NOW - 4) + 30 * SECOND, at(NOW) + 20 * SECOND);
    bars.trade(at(NOW - 4) + 31 * SECOND, 60, 1, 0);
    const reply = await query();
    expect(reply.ok && reply.gaps).toEqual([[at(NOW - 6), at(NOW - 3)]]);
    expect(
      reply.ok && reply.candles.map(([open, , , , close]) => [(open - at(NOW)) / MINUTE, close]),
    ).toEqual([
      [-8, 40],
      [-7, 40],
      // What is known of it, marked as a gap.
      [-4, 60],
      [-3, 60],
      [-2, 60],
      [-1, 60],
      [0, 60],
    ]);
  });

  it('between others of a venue that leaves out those without trades had none; of another they are gaps', async () => {
    const other = await rig({ skips: [NOW - 3] }).query();
    expect(other).toMatchObject({ ok: true, gaps: [[at(NOW - 3), at(NOW - 2)]] });
    expect(other.ok && other.candles).toHaveLength(9);
    const { query } = rig({ skips: [NOW - 3], omitsEmpty: true });
    const reply = await query();
    expect(reply).toMatchObject({ ok: true, gaps: [] });
    expect(reply.ok && reply.candles[6]).toEqual([
      at(NOW - 3),
      (NOW - 4) % 7,
      (NOW - 4) % 7,
      (NOW - 4) % 7,
      (NOW - 4) % 7,
      0,
    ]);
  });

  it('are read page by page, the newest first, and no further than the venue reaches', async () => {
    const { asked, query } = rig({ page: 100, holds: 250 });
    const reply = await query({ limit: 300 });
    expect(reply.ok && reply.candles).toHaveLength(250);
    expect(asked.map(({ limit, to }) => [limit, to === null ? null : to / MINUTE - NOW])).toEqual([
      [100, null],
      [100, -100],
      [100, -200],
    ]);
    // What it did not have is not asked for again and again.
    await query({ limit: 300 });
    expect(asked).toHaveLength(4);
    expect(asked.at(-1)).toMatchObject({ limit: 2, to: null });
  });

  it('of five minutes are made of minutes, from the first that is whole', async () => {
    const { query } = rig({ holds: 12 });
    const reply = await query({ interval: '5m', limit: 5 });
    expect(reply.ok && reply.candles.map(([open]) => open)).toEqual([10, 5, 0].map((ago) => at(NOW - ago)));
    // One before it is known from its fourth minute on: what was before the venue's time is no gap.
    expect(reply.ok && reply.gaps).toEqual([]);
    expect(reply.ok && reply.candles[0]?.[5]).toBe(25);
  });

  it('come without the venue when it fails, with their gaps and why, and are asked for again later', async () => {
    const { state, bars, asked, query } = rig();
    state.fault = 'It is down.';
    expect(await query()).toEqual({ ok: false, code: 'candles', sentence: 'It is down.' });
    bars.trade(at(NOW) + 15 * SECOND, 50, 1, 0);
    bars.cover(at(NOW) + 10 * SECOND, at(NOW) + 20 * SECOND);
    expect(await query()).toMatchObject({ ok: true, fault: 'It is down.', gaps: [[at(NOW), at(NOW + 1)]] });
    expect(asked).toHaveLength(1);
    state.fault = null;
    state.monotonic += 15 * SECOND;
    expect(await query()).toMatchObject({ ok: true, fault: null, gaps: [] });
  });

  it('do not wait for a venue that is silent', async () => {
    const { state, bars, query } = rig();
    bars.trade(at(NOW) + 15 * SECOND, 50, 1, 0);
    state.silent = true;
    state.patience = Promise.resolve();
    expect(await query()).toMatchObject({
      ok: true,
      fault: 'Minutes only has not answered yet.',
      gaps: [[at(NOW), at(NOW + 1)]],
    });
  });

  it('of a venue that has none of an interval are ours alone, and it is said', async () => {
    const { query } = rig();
    expect(await query({ interval: '1s' })).toEqual({
      ok: false,
      code: 'candles',
      sentence: 'Minutes only has no candles of 1s.',
    });
  });

  it('of an instrument that is not there are refused', async () => {
    expect(await rig().query({ instrument: 3 as never })).toMatchObject({ code: 'unknown-instrument' });
  });
});

describe('gaps', () => {
  it('that have just closed are behind the newest candles of the venue, and are filled all the same', async () => {
    const { state, bars, asked, query } = rig({ page: 3 });
    await query({ limit: 3 });
    bars.cover(at(NOW + 2), at(NOW + 9));
    // The one that opened a second ago may still change, and is not counted as closed.
    state.now = at(NOW + 9) + SECOND;
    asked.length = 0;
    expect(await query({ limit: 10 })).toMatchObject({ ok: true, gaps: [] });
    expect(bars.minutes.lastHole(at(NOW), at(NOW + 8))).toBeNull();
  });

  it('of the last hours are filled before anybody asks', async () => {
    const { book, bars, asked, filled } = rig({ page: 1000 });
    book.sweep();
    await new Promise<void>((resolve) => setImmediate(resolve));
    expect(asked).toEqual([{ interval: '1m', limit: 301, to: null }]);
    expect(filled.length).toBeGreaterThanOrEqual(299);
    expect(bars.minutes.lastHole(at(NOW - 298), at(NOW))).toBeNull();
    book.sweep();
    await new Promise<void>((resolve) => setImmediate(resolve));
    expect(asked).toHaveLength(1);
  });

  it('are no more where an earlier run kept what it watched whole', async () => {
    const { book, asked, query } = rig();
    const bar = (minute: number, covered: number) => ({
      instrument: 0,
      bar: {
        at: at(minute),
        open: 3,
        high: 3,
        low: 3,
        close: 3,
        volume: 1,
        buys: 1,
        trades: 1,
        covered,
        mid: 6,
      },
    });
    const kept = Array.from({ length: 9 }, (_, minute) => bar(NOW - 9 + minute, MINUTE));
    expect(book.restore([...kept, { ...bar(NOW - 9, MINUTE), instrument: 5 }])).toBe(9);
    const reply = await query();
    expect(reply.ok && reply.candles[0]).toEqual([at(NOW - 9), 3, 3, 3, 3, 1]);
    expect(asked).toEqual([{ interval: '1m', limit: 2, to: null }]);
    // A bar that was cut by the restart is known in part, and the venue's takes its place.
    expect(book.restore([bar(NOW - 20, 30 * SECOND)])).toBe(1);
    const longer = await query({ limit: 25 });
    expect(longer).toMatchObject({ ok: true, gaps: [] });
    expect(longer.ok && longer.candles[4]).toEqual([at(NOW - 20), 1, 9, 1, (NOW - 20) % 7, 5]);
  });
});
