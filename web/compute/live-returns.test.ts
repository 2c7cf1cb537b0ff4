import { beforeEach, describe, expect, test } from 'vitest';
import { BAR_SPANS, type Bars, type History } from '../../protocol/bars.ts';
import type { HistoryQuery } from '../../protocol/messages.ts';
import { LiveReturns } from './live-returns.ts';

const MINUTE = BAR_SPANS['1m'];
/** The open time of a minute, s. */
const START = 1_700_000_100;
const UPDATED = 1;

const second = (at: number): Bars => ({
  number: START + at,
  openAt: (START + at) * 1e6,
  rows: {
    instrument: Uint16Array.of(0),
    close: Float64Array.of(1000 + at),
    state: Uint8Array.of(UPDATED),
  },
});
/** Minutes up to the one that opens so many minutes after the start. */
const minutes = (newest: number, bars: number): History => ({
  ...{ span: MINUTE, bars, instruments: Uint16Array.of(0), newest: START / 60 + newest },
  firstOpenAt: START * 1e6 + (newest - bars + 1) * MINUTE,
  close: Float64Array.from({ length: bars }, (_, k) => 500 + k),
  state: new Uint8Array(bars).fill(UPDATED),
});

let asked: HistoryQuery[] = [];
let live: LiveReturns;
const run = (from: number, to: number) => {
  for (let at = from; at < to; at++) live.second(second(at));
};
/** Returns of the instrument; null where there is none. */
function returnsOf(horizon: '1s' | '1m'): (number | null)[] {
  const { returns, valid, t } = live.ring(horizon).window(100);
  return Array.from({ length: t }, (_, k) =>
    ((valid[k >>> 5] ?? 0) >>> (k & 31)) & 1 ? (returns[k] ?? null) : null,
  );
}
beforeEach(() => {
  asked = [];
  live = new LiveReturns(8, 16, (query) => asked.push(query));
  live.market(1);
});

describe('the live market', () => {
  test('is asked for its seconds at once, for longer bars when somebody looks at them', () => {
    expect(asked).toEqual([9]);
    live.ring('1m');
    live.ring('1m');
    expect(asked).toEqual([9, { horizon: '1m', bars: 9 }]);
    live.market(2);
    expect(asked.slice(2)).toEqual([9, { horizon: '1m', bars: 9 }]);
  });

  test('is asked for more once somebody looks further back', () => {
    live.ring('1m');
    live.deepen();
    live.deepen();
    expect(asked.slice(2)).toEqual([17, { horizon: '1m', bars: 17 }]);
  });

  test('goes on from the server’s minutes with its own', () => {
    live.ring('1m');
    live.history(minutes(-1, 3));
    expect(live.second(second(0))).toEqual(['1s']);
    run(1, 59);
    expect(live.second(second(59))).toEqual(['1s', '1m']);
    expect(returnsOf('1m')).toEqual([501 / 500, 502 / 501, 1059 / 502].map(Math.log));
  });

  test('keeps the minute that closed while its history was on the way', () => {
    live.ring('1m');
    run(0, 60);
    live.history(minutes(-1, 3));
    expect(returnsOf('1m')).toEqual([501 / 500, 502 / 501, 1059 / 502].map(Math.log));
    expect(live.ring('1m').newest?.openAt).toBe(START * 1e6);
  });

  test('asks for minutes again, less and less often: gaps may have been filled', () => {
    live.ring('1m');
    const asksAfter: number[] = [];
    for (let minute = 0; minute < 16; minute++) {
      const before = asked.length;
      run(60 * minute, 60 * (minute + 1));
      if (asked.length > before) asksAfter.push(minute + 1);
    }
    expect(asksAfter).toEqual([1, 3, 7, 15]);
  });

  test('after missed seconds the minute has no return, and its history is asked for', () => {
    live.ring('1m');
    live.history(minutes(-1, 3));
    run(0, 180);
    asked = [];
    run(185, 240);
    expect(asked).toEqual([9, { horizon: '1m', bars: 9 }]);
    expect(returnsOf('1m').at(-1)).toBeNull();
  });

  test('a history of a span that nobody keeps is left alone', () => {
    expect(live.history({ ...minutes(0, 3), span: 7e6 })).toBeNull();
    expect(live.ring('1m').newest).toBeNull();
  });
});
