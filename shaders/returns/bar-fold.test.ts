import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { BAR_SPANS, type Bars, type History } from '../../protocol/bars.ts';
import { BarFold } from './bar-fold.ts';

const MINUTE = BAR_SPANS['1m'];
const [INVALID, UPDATED, UNCHANGED] = [0, 1, 2];
const START = 1_700_000_040;
type Cell = readonly [close: number, state: number];

/** The second that opens so many after the minute's. */
function second(at: number, ...cells: readonly Cell[]): Bars {
  return {
    number: START + at,
    openAt: (START + at) * 1e6,
    rows: {
      instrument: Uint16Array.from(cells, (_, index) => 5 + index),
      close: Float64Array.from(cells, ([close]) => close),
      state: Uint8Array.from(cells, ([, state]) => state),
    },
  };
}
const states = (bar: Bars | null): number[] => [...(bar?.rows.state ?? [])];

describe('seconds make a minute', () => {
  test('that closes where its last second does, numbered by its open time', () => {
    const fold = new BarFold(MINUTE);
    for (let at = 0; at < 59; at++) {
      expect(fold.take(second(at, [100 + at, UPDATED], [7, UNCHANGED]))).toBeNull();
    }
    expect(fold.take(second(59, [200, UNCHANGED], [7, UNCHANGED]))).toEqual({
      number: START / 60,
      openAt: START * 1e6,
      rows: {
        instrument: Uint16Array.of(5, 6),
        close: Float64Array.of(200, 7),
        state: Uint8Array.of(UPDATED, UNCHANGED),
      },
    });
  });

  test('it is whole only if every second of it was there and valid', () => {
    const seconds = fc.array(fc.constantFrom(INVALID, UPDATED, UNCHANGED, null), {
      minLength: 60,
      maxLength: 60,
    });
    fc.assert(
      fc.property(seconds, fc.boolean(), (given, all) => {
        // Half of the runs are of whole minutes: chance alone would make none.
        const states60 = all
          ? given.map((state) => (state === INVALID || state === null ? UPDATED : state))
          : given;
        const fold = new BarFold(MINUTE);
        let bar: Bars | null = null;
        states60.forEach((state, at) => {
          if (state !== null) bar = fold.take(second(at, [100, state]));
        });
        if (states60[59] === null) return;
        const isWhole = states60.every((state) => state === UPDATED || state === UNCHANGED);
        const moved = states60.includes(UPDATED) ? UPDATED : UNCHANGED;
        expect(states(bar)).toEqual([isWhole ? moved : INVALID]);
      }),
    );
  });

  test('what came twice, or of another line of time, makes no whole one', () => {
    const fold = new BarFold(MINUTE);
    for (let at = 0; at < 59; at++) fold.take(second(at === 30 ? 29 : at, [100, UPDATED]));
    expect(states(fold.take(second(59, [100, UPDATED])))).toEqual([INVALID]);
  });

  test('the minute that a console joins in is whole by the history of its seconds', () => {
    const joined: History = {
      ...{ span: 1e6, instruments: Uint16Array.of(5), bars: 100, newest: START + 39 },
      firstOpenAt: (START - 60) * 1e6,
      close: new Float64Array(100).fill(100),
      state: new Uint8Array(100).fill(UNCHANGED),
    };
    const fold = new BarFold(MINUTE);
    fold.load(joined);
    for (let at = 40; at < 59; at++) fold.take(second(at, [100, UNCHANGED]));
    expect(states(fold.take(second(59, [101, UPDATED])))).toEqual([UPDATED]);
  });
});
