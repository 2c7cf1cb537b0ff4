import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Bars, History } from '../../protocol/bars.ts';
import { logReturn } from './log-returns.ts';
import { ReturnsRing } from './returns-ring.ts';

const INVALID = 0;
const UPDATED = 1;
const UNCHANGED = 2;
type Cell = readonly [instrument: number, close: number, state: number];

function bar(number: number, ...cells: Cell[]): Bars {
  return {
    number,
    openAt: number * 1e6,
    rows: {
      instrument: Uint16Array.from(cells, ([instrument]) => instrument),
      close: Float64Array.from(cells, ([, close]) => close),
      state: Uint8Array.from(cells, ([, , state]) => state),
    },
  };
}

/** Row `i` of a window: numbers, or null where the bit is clear. */
function row(ring: ReturnsRing, i: number, bars = 100): (number | null)[] {
  const { returns, valid, t } = ring.window(bars);
  const words = Math.ceil(t / 32);
  return Array.from({ length: t }, (_, k) =>
    ((valid[i * words + (k >>> 5)] ?? 0) >>> (k & 31)) & 1 ? (returns[i * t + k] ?? null) : null,
  );
}

describe('a return', () => {
  test('is the log of the ratio of closing mids', () => {
    expect(logReturn({ close: 200, state: 'updated' }, { close: 202, state: 'updated' })).toBe(
      Math.log(1.01),
    );
  });

  test('is 0 without an update on a live feed, and absent when stale', () => {
    const before = { close: 200, state: 'updated' } as const;
    expect(logReturn(before, { close: 200, state: 'unchanged' })).toBe(0);
    expect(logReturn(before, { close: 200, state: 'invalid' })).toBeNull();
    expect(logReturn({ close: 200, state: 'invalid' }, { close: 201, state: 'updated' })).toBeNull();
    expect(logReturn(null, before)).toBeNull();
  });

  test.each([0, -5, NaN, Infinity])('is absent for a close of %s', (close) => {
    expect(logReturn({ close, state: 'updated' }, { close: 5, state: 'updated' })).toBeNull();
    expect(logReturn({ close: 5, state: 'updated' }, { close, state: 'updated' })).toBeNull();
  });
});

describe('the ring of returns', () => {
  test('turns bars into columns, oldest first', () => {
    const ring = new ReturnsRing([7, 3], 10);
    ring.push(bar(5, [3, 100, UPDATED], [7, 50, UPDATED]));
    ring.push(bar(6, [3, 110, UPDATED], [7, 50, UNCHANGED]));
    ring.push(bar(7, [3, 99, UPDATED], [7, 50, INVALID]));
    ring.push(bar(8, [3, 99, UPDATED], [7, 55, UPDATED]));
    ring.push(bar(9, [3, 99, UPDATED], [7, 66, UPDATED]));
    expect(row(ring, 0)).toEqual([0, null, null, Math.log(66 / 55)]);
    expect(row(ring, 1)).toEqual([Math.log(1.1), Math.log(99 / 110), 0, 0]);
    expect(ring.newest).toEqual({ number: 9, openAt: 9e6 });
  });

  test('keeps the newest when it is full', () => {
    const ring = new ReturnsRing([0], 3);
    for (let k = 0; k <= 10; k++) ring.push(bar(k, [0, 2 ** k, UPDATED]));
    expect(ring.length).toBe(3);
    expect(row(ring, 0)).toEqual([Math.LN2, Math.LN2, Math.LN2]);
    expect(row(ring, 0, 2)).toEqual([Math.LN2, Math.LN2]);
  });

  test('a missed bar leaves a hole as wide as it was and says so', () => {
    const ring = new ReturnsRing([0], 10);
    ring.push(bar(1, [0, 100, UPDATED]));
    expect(ring.push(bar(2, [0, 101, UPDATED]))).toBe(true);
    expect(ring.push(bar(5, [0, 102, UPDATED]))).toBe(false);
    expect(ring.push(bar(6, [0, 103, UPDATED]))).toBe(true);
    expect(row(ring, 0)).toEqual([Math.log(1.01), null, null, null, Math.log(103 / 102)]);
  });

  test('a gap longer than the ring empties it of returns', () => {
    const ring = new ReturnsRing([0], 4);
    for (let k = 0; k < 6; k++) ring.push(bar(k, [0, 100 + k, UPDATED]));
    ring.push(bar(1_000_000, [0, 100, UPDATED]));
    expect(row(ring, 0)).toEqual([null, null, null, null]);
  });

  test('a bar that comes twice or late changes nothing', () => {
    const ring = new ReturnsRing([0], 10);
    ring.push(bar(1, [0, 100, UPDATED]));
    ring.push(bar(2, [0, 101, UPDATED]));
    expect(ring.push(bar(2, [0, 500, UPDATED]))).toBe(true);
    expect(ring.push(bar(1, [0, 500, UPDATED]))).toBe(true);
    expect(row(ring, 0)).toEqual([Math.log(1.01)]);
  });

  const at = (number: number, second: number, close: number): Bars => ({
    ...bar(number, [0, close, UPDATED]),
    openAt: second * 1e6,
  });

  test.each([
    ['lower', 3, 40],
    ['the same', 12, 40],
    ['long past', 3, 3],
  ])(
    'a number that is %s on another line of time starts it anew and asks for history',
    (_, number, second) => {
      const ring = new ReturnsRing([0], 20);
      for (let k = 10; k <= 12; k++) ring.push(at(k, second === 3 ? k + 100 : k, 100 + k));
      expect(ring.push(at(number, second, 50))).toBe(false);
      expect(ring.newest).toEqual({ number, openAt: second * 1e6 });
      expect(ring.length).toBe(0);
      expect(ring.push(at(number + 1, second + 1, 55))).toBe(true);
      expect(row(ring, 0)).toEqual([Math.log(55 / 50)]);
    },
  );

  test('the next number of a restarted sender gives no return over the time between', () => {
    const ring = new ReturnsRing([0], 10);
    ring.push(at(10, 10, 100));
    expect(ring.push(at(11, 16, 110))).toBe(false);
    expect(ring.push(at(12, 17, 121))).toBe(true);
    expect(row(ring, 0)).toEqual([null, Math.log(121 / 110)]);
  });

  test('an instrument that a bar leaves out has no return in it', () => {
    const ring = new ReturnsRing([0, 1], 10);
    ring.push(bar(1, [0, 100, UPDATED], [1, 100, UPDATED]));
    ring.push(bar(2, [0, 101, UPDATED], [9, 1, UPDATED]));
    expect(row(ring, 1)).toEqual([null]);
  });

  test('history then bars is the same as bars alone', () => {
    const closes = fc.array(fc.tuple(fc.integer({ min: 1, max: 1e6 }), fc.constantFrom(0, 1, 2)), {
      minLength: 1,
      maxLength: 60,
    });
    fc.assert(
      fc.property(closes, fc.integer({ min: 1, max: 12 }), fc.nat(59), (cells, capacity, cut) => {
        const split = Math.min(cut, cells.length);
        const alone = new ReturnsRing([4], capacity);
        cells.forEach(([close, state], k) => alone.push(bar(100 + k, [4, close, state])));
        const history: History = {
          span: 1e6,
          instruments: Uint16Array.of(4),
          bars: split,
          newest: 100 + split - 1,
          firstOpenAt: 100e6,
          close: Float64Array.from(cells.slice(0, split), ([close]) => close),
          state: Uint8Array.from(cells.slice(0, split), ([, state]) => state),
        };
        const loaded = new ReturnsRing([4], capacity);
        loaded.load(history);
        cells
          .slice(split)
          .forEach(([close, state], k) => loaded.push(bar(100 + split + k, [4, close, state])));
        expect(row(loaded, 0)).toEqual(row(alone, 0));
        expect(loaded.newest).toEqual(alone.newest);
      }),
    );
  });
});
