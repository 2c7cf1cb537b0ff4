import { describe, expect, it } from 'vitest';
import { BAR_STATES } from '../../../protocol/bars.ts';
import type { Bar } from './bar-ring.ts';
import { InstrumentBars, MINUTE } from './instrument-bars.ts';
import { emptyHistory, fillRow } from './longer-history.ts';

const START = 100 * 5 * MINUTE;
const bar = (minute: number, change: Partial<Bar> = {}): Bar => ({
  ...{ at: START + minute * MINUTE, open: 5, high: 9, low: 4, close: 7, volume: 1, buys: 1, trades: 2 },
  ...{ covered: MINUTE, mid: 13, ...change },
});

/** `13 updated`, `–` of the bars from START on. */
function rowOf(minutes: readonly Bar[], bars: number, span = MINUTE): string[] {
  const kept = new InstrumentBars();
  for (const each of minutes) kept.minutes.put(each);
  const history = emptyHistory(2, { bars, span, newest: START + (bars - 1) * span });
  expect(history).toMatchObject({ span, firstOpenAt: START, newest: START / span + bars - 1 });
  fillRow(history, 1, kept);
  expect([...history.state.subarray(0, bars)]).toEqual(new Array(bars).fill(0));
  return Array.from({ length: bars }, (_, column) => {
    const state = BAR_STATES[history.state[bars + column] ?? 0] ?? 'invalid';
    return state === 'invalid' ? '–' : `${history.close[bars + column] ?? 0} ${state}`;
  });
}

describe('bars of a minute and longer', () => {
  it('close at their last mid; where only the venue knew them, at their last trade', () => {
    expect(rowOf([bar(0), bar(1, { mid: 0 }), bar(2, { mid: 14, trades: 0 })], 3)).toEqual([
      '13 updated',
      '14 updated',
      '14 unchanged',
    ]);
  });

  it('without a trade and a mid are what they were before, if that is known', () => {
    const empty = { trades: 0, mid: 0 };
    expect(rowOf([bar(0, empty), bar(1), bar(2, empty), bar(3, empty)], 4)).toEqual([
      '–',
      '13 updated',
      '13 unchanged',
      '13 unchanged',
    ]);
  });

  it('that are not whole, or not there, are invalid, and end what was known', () => {
    const cut = bar(1, { covered: MINUTE - 1 });
    expect(rowOf([bar(0), cut, bar(2, { trades: 0, mid: 0 }), bar(4)], 5)).toEqual([
      '13 updated',
      '–',
      '–',
      '–',
      '13 updated',
    ]);
  });

  it('of five minutes are whole when each of them is', () => {
    const ten = Array.from({ length: 10 }, (_, minute) => bar(minute, { mid: 20 + minute }));
    expect(rowOf(ten, 2, 5 * MINUTE)).toEqual(['24 updated', '29 updated']);
    expect(rowOf(ten.toSpliced(7, 1), 2, 5 * MINUTE)).toEqual(['24 updated', '–']);
  });
});
