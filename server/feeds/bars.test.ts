import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readBars, readHistory } from '../../protocol/bars.ts';
import { decodeFrame } from '../../protocol/frame.ts';
import type { Micros } from '../../protocol/units.ts';
import { BarSeries, encodeBar, encodeHistory, type BarSource, type ClosedBar } from './bars.ts';

const S = 1_000_000;
const T0 = 1_700_000_000 * S;
const source = (mid: number, valid = true, changes = 1): BarSource => ({ mid, valid, changes });
const states = (bars: readonly ClosedBar[]): number[][] => bars.map(({ state }) => [...state]);

describe('1 s bars of the mid', () => {
  it('are updated, unchanged on a quiet live feed, and invalid when stale or without a mid', () => {
    const bars = new BarSeries(4, T0 + 300_000, 16);
    expect(bars.advance(T0 + S - 1, () => source(1))).toEqual([]);
    const now = [source(200), source(201, true, 0), source(202, false), source(0)];
    const [bar] = bars.advance(T0 + S, (index) => now[index] ?? source(0));
    expect(bar?.openAt).toBe(T0);
    expect([...(bar?.state ?? [])]).toEqual([1, 2, 0, 0]);
    expect([...(bar?.close ?? [])]).toEqual([200, 201, 0, 0]);
  });

  it('are numbered without a gap; what a short stall missed is invalid, not unchanged', () => {
    const bars = new BarSeries(1, T0, 16);
    const first = bars.number;
    const closed = bars.advance(T0 + 3 * S, () => source(10));
    expect(closed.map(({ number }) => number)).toEqual([first + 1, first + 2, first + 3]);
    expect(states(closed)).toEqual([[0], [0], [0]]);
    const [next] = bars.advance(T0 + 4 * S, () => source(11));
    expect([next?.number, next?.close[0], next?.state[0]]).toEqual([first + 4, 11, 1]);
    expect([...bars.history(4).state]).toEqual([0, 0, 0, 1]);
  });

  it('after a long stall or a step of the clock skip numbers, so that consoles ask for history', () => {
    for (const [jump, invalid] of [
      [9 * S, 9],
      [100_000 * S, 15],
      [-30 * S, 15],
    ] as const) {
      const bars = new BarSeries(1, T0, 16);
      const [first] = bars.advance(T0 + S, () => source(10));
      expect(bars.advance(T0 + S + jump, () => source(10))).toEqual([]);
      const [next] = bars.advance(T0 + 2 * S + jump, () => source(10));
      expect(next?.number).toBeGreaterThan((first?.number ?? 0) + 1);
      expect(next?.openAt).toBe(T0 + S + jump);
      expect(bars.history(16).state.filter((state) => state === 0).length).toBeGreaterThanOrEqual(
        invalid - 1,
      );
    }
  });

  it('are numbered by time, so that a restarted thread goes on and never starts again below', () => {
    const before = new BarSeries(1, T0, 16);
    const old = before.advance(T0 + 2 * S, () => source(10)).at(-1);
    const after = new BarSeries(1, T0 + 100 * S, 16);
    const [first] = after.advance(T0 + 101 * S, () => source(10));
    expect((first?.number ?? 0) - (old?.number ?? 0)).toBe(99);
    // The clock steps back under a running thread: its numbers still go up.
    after.advance(T0 + 50 * S, () => source(10));
    const [back] = after.advance(T0 + 51 * S, () => source(10));
    expect(back?.openAt).toBe(T0 + 50 * S);
    expect(back?.number).toBeGreaterThan((first?.number ?? 0) + 1);
  });

  it('take their past from candles, but only before the feed was live, and a gap tells consoles', () => {
    const bars = new BarSeries(1, T0, 16);
    bars.advance(T0 + S, () => source(0, false));
    bars.advance(T0 + 2 * S, () => source(10));
    bars.advance(T0 + 3 * S, () => source(0, false));
    expect(bars.fill(0, T0 - 2 * S, 7, 'updated')).toBe(true);
    expect(bars.fill(0, T0, 8, 'unchanged')).toBe(true);
    expect(bars.fill(0, T0 + S, 9, 'updated')).toBe(false);
    expect(bars.fill(0, T0 + 2 * S, 9, 'updated')).toBe(false);
    expect(bars.fill(0, T0 - 100 * S, 9, 'updated')).toBe(false);
    const before = bars.history(6);
    expect([...before.close]).toEqual([0, 7, 0, 8, 10, 0]);
    expect([...before.state]).toEqual([0, 1, 0, 2, 1, 0]);
    bars.markGap();
    const after = bars.history(6);
    expect(after.newest).toBe(before.newest + 1);
    expect(after.firstOpenAt).toBe(before.firstOpenAt);
    expect(after.close).toEqual(before.close);
  });

  it('history is exactly the bars that were sent, through its frame', () => {
    fc.assert(
      fc.property(
        fc.array(fc.array(fc.nat(3), { minLength: 3, maxLength: 3 }), { minLength: 1, maxLength: 40 }),
        fc.integer({ min: 1, max: 30 }),
        (seconds, asked) => {
          const bars = new BarSeries(3, T0, 16);
          const sent = seconds.flatMap((mids, second) =>
            bars.advance(T0 + (second + 1) * S, (index) => source(mids[index] ?? 0, mids[index] !== 3)),
          );
          const frame = decodeFrame(encodeHistory(bars.history(asked), 'SIM', 5 as Micros));
          if (!frame.ok || !frame.value.sections[0]) throw new Error('no frame');
          const history = readHistory(frame.value.sections[0]);
          if (!history.ok) throw new Error(history.error.sentence);
          const { bars: t, newest, close, state, firstOpenAt } = history.value;
          expect(t).toBe(Math.min(asked, 16));
          expect(newest).toBe(sent.at(-1)?.number);
          sent.slice(-t).forEach((bar, column) => {
            const at = t - Math.min(t, sent.length) + column;
            expect(firstOpenAt + at * S).toBe(bar.openAt);
            for (let instrument = 0; instrument < 3; instrument++) {
              expect(close[instrument * t + at]).toBe(bar.close[instrument]);
              expect(state[instrument * t + at]).toBe(bar.state[instrument]);
            }
          });
        },
      ),
    );
  });

  it('travel as a bars frame of their own', () => {
    const bars = new BarSeries(2, T0, 16);
    const [bar] = bars.advance(T0 + S, (index) => source(10 + index));
    if (!bar) throw new Error('no bar');
    const frame = decodeFrame(encodeBar(bar, 'REPLAY', 9 as Micros));
    if (!frame.ok || !frame.value.sections[0]) throw new Error('no frame');
    expect(frame.value).toMatchObject({ kind: 'bars', origin: 'REPLAY', sentAt: 9 });
    const read = readBars(frame.value.sections[0]);
    if (!read.ok) throw new Error(read.error.sentence);
    expect(read.value).toMatchObject({ number: bar.number, openAt: T0 });
    expect([...read.value.rows.instrument]).toEqual([0, 1]);
    expect([...read.value.rows.close]).toEqual([10, 11]);
  });
});
