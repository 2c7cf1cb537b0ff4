import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { BarRing, foldBars, type Bar } from './bar-ring.ts';
import { InstrumentBars, MINUTE, SECOND } from './instrument-bars.ts';

const START = 1_700_000_000 * SECOND - ((1_700_000_000 * SECOND) % (5 * MINUTE));

/** Trades of ten minutes in any order, as a late one comes. */
const trades = fc.array(
  fc.record({
    at: fc.integer({ min: 0, max: 10 * MINUTE - 1 }).map((after) => START + after),
    price: fc.integer({ min: 1, max: 1000 }),
    size: fc.integer({ min: 1, max: 50 }),
    aggressor: fc.integer({ min: 0, max: 1 }),
  }),
  { maxLength: 200 },
);

describe('bars from ticks', () => {
  it('of a minute are the aggregate of its seconds, and of five of its minutes, in whatever order trades come', () => {
    fc.assert(
      fc.property(trades, fc.array(fc.integer({ min: 0, max: 599 }), { maxLength: 40 }), (ticks, watched) => {
        const bars = new InstrumentBars();
        for (const { at, price, size, aggressor } of ticks) bars.trade(at, price, size, aggressor);
        for (const second of new Set(watched)) {
          bars.cover(START + second * SECOND, START + (second + 1) * SECOND);
          bars.mid(START + (second + 1) * SECOND, 2 * second + 1);
        }
        const five = new BarRing(5 * MINUTE, 4);
        for (const { at, price, size, aggressor } of ticks) five.trade(at, price, size, aggressor);
        for (let minute = 0; minute < 10; minute++) {
          const at = START + minute * MINUTE;
          const seconds = Array.from({ length: 60 }, (_, second) => bars.seconds.read(at + second * SECOND));
          const parts = seconds.filter((bar) => bar !== null);
          const whole = bars.minutes.read(at);
          if (whole === null) expect(parts).toEqual([]);
          else expect({ ...whole, mid: 0 }).toEqual({ ...foldBars(at, parts), mid: 0 });
        }
        for (const at of [START, START + 5 * MINUTE]) {
          const folded = bars.folded(at, 5);
          const direct = five.read(at);
          if (direct) expect({ ...folded, covered: 0, mid: 0 }).toEqual({ ...direct, covered: 0, mid: 0 });
        }
      }),
    );
  });

  it('are what a plain count of the trades says', () => {
    fc.assert(
      fc.property(trades, (ticks) => {
        const ring = new BarRing(MINUTE, 20);
        for (const { at, price, size, aggressor } of ticks) ring.trade(at, price, size, aggressor);
        for (let at = START; at < START + 10 * MINUTE; at += MINUTE) {
          // In time, and of the same moment in the order they came.
          const own = ticks.filter((tick) => ring.openOf(tick.at) === at);
          const sorted = own.map((tick, place) => ({ ...tick, place }));
          sorted.sort((a, b) => a.at - b.at || a.place - b.place);
          const firsts = sorted.filter((tick) => tick.at === sorted[0]?.at);
          const bar = ring.read(at);
          expect(bar?.trades ?? 0).toBe(own.length);
          if (!bar || own.length === 0) continue;
          expect(bar).toMatchObject({
            open: firsts[0]?.price,
            close: sorted.at(-1)?.price,
            high: Math.max(...own.map(({ price }) => price)),
            low: Math.min(...own.map(({ price }) => price)),
            volume: own.reduce((sum, { size }) => sum + size, 0),
            buys: own.reduce((sum, { size, aggressor }) => sum + (aggressor === 0 ? size : 0), 0),
          });
        }
      }),
    );
  });

  it('say how much of them was watched: whole only without a break', () => {
    const ring = new BarRing(MINUTE, 10);
    ring.cover(START + 10, START + MINUTE + 500);
    expect(ring.isWhole(START)).toBe(false);
    expect(ring.read(START)?.covered).toBe(MINUTE - 10);
    ring.cover(START + MINUTE + 500, START + 3 * MINUTE);
    expect(ring.isWhole(START + MINUTE)).toBe(true);
    expect(ring.isWhole(START + 2 * MINUTE)).toBe(true);
    expect(ring.lastHole(START, START + 3 * MINUTE)).toBe(START);
    expect(ring.lastHole(START + MINUTE, START + 3 * MINUTE)).toBeNull();
    expect(ring.volume(START, START + 3 * MINUTE)).toEqual({ lots: 0, whole: 2 });
  });

  it('of a venue that does not tell who took have no buys, and say so', () => {
    const ring = new BarRing(MINUTE, 10);
    ring.trade(START, 5, 3, 0);
    ring.trade(START, 5, 3, 2);
    expect(ring.read(START)).toMatchObject({ volume: 6, buys: Number.NaN });
  });

  it('make room for newer ones, and an older one never takes the place of a newer', () => {
    const ring = new BarRing(MINUTE, 3);
    ring.trade(START, 5, 1, 0);
    ring.trade(START + 3 * MINUTE, 7, 1, 0);
    expect(ring.read(START)).toBeNull();
    ring.trade(START, 9, 1, 0);
    expect(ring.read(START + 3 * MINUTE)).toMatchObject({ close: 7, trades: 1 });
  });
});

describe('a bar from elsewhere', () => {
  const bar: Bar = {
    at: START,
    open: 1,
    high: 4,
    low: 1,
    close: 3,
    volume: 9,
    buys: Number.NaN,
    trades: 2,
    covered: MINUTE,
    mid: 0,
  };
  it('takes the place of one that was watched less, and never of one that was watched whole', () => {
    const ring = new BarRing(MINUTE, 10);
    ring.trade(START + 30 * SECOND, 3, 2, 0);
    ring.cover(START + 30 * SECOND, START + MINUTE);
    ring.mid(START + MINUTE, 7);
    expect(ring.put(bar)).toBe(true);
    expect(ring.read(START)).toEqual({ ...bar, mid: 7 });
    ring.cover(START + MINUTE, START + 2 * MINUTE);
    expect(ring.put({ ...bar, at: START + MINUTE })).toBe(false);
    expect(ring.read(START + MINUTE)).toMatchObject({ trades: 0, covered: MINUTE });
  });
});
