import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { foldPoints, historySpan, type HistoryPoint } from '../../../protocol/kernels.ts';
import type { Micros } from '../../../protocol/units.ts';
import { createTabHistory } from '../../state/tab-history.ts';
import { FIGURES, recordingText, timeText } from './history-words.ts';
import { chartText, gapsOf, rowsOf, tabLines, unknownBuckets, type Line } from './lines.ts';

const MINUTE = 60_000_000;
const NOON = Date.parse('2026-01-05T12:00:00Z') * 1000;
const point = (at: number, value: number): HistoryPoint => ({
  ...{ at: at as Micros, low: value, high: value, last: value, runs: 1, minutes: 1 },
  ...{ instruments: 64, samples: 900 },
});
const hour = historySpan('1h', NOON);

describe('what this tab computed', () => {
  it('is joined by the minute, each bar once', () => {
    const tab = createTabHistory();
    const add = (asOf: number, value: number) =>
      tab.add('absorption-1s', { asOf, value, instruments: 64, samples: 512 });
    for (const [after, value] of [
      [1, 0.4],
      [1, 0.9],
      [20, 0.6],
      [40, 0.5],
      [61, 0.3],
    ] as const) {
      add(NOON + after * 1_000_000, value);
    }
    add(NOON + 70_000_000, Number.NaN);
    expect(tab.getState()['absorption-1s']).toEqual([
      { ...point(NOON, 500_000), low: 400_000, high: 600_000, runs: 3, samples: 512 },
      { ...point(NOON + MINUTE, 300_000), samples: 512 },
    ]);
  });

  it('begins anew when time goes back, and with another market', () => {
    const tab = createTabHistory();
    const of = { value: 0.5, instruments: 3, samples: 100 };
    tab.add('absorption-1m', { asOf: NOON, ...of });
    tab.add('absorption-1m', { asOf: NOON - 5 * MINUTE, ...of });
    expect(tab.getState()['absorption-1m']).toMatchObject([{ at: NOON - 5 * MINUTE }]);
    tab.forget();
    expect(tab.getState()).toEqual({});
    tab.add('absorption-1m', { asOf: NOON - 5 * MINUTE, ...of });
    expect(tab.getState()['absorption-1m']).toHaveLength(1);
  });
});

describe('the lines', () => {
  it('have each bucket either known or in a gap, but for the newest', () => {
    fc.assert(
      fc.property(fc.uniqueArray(fc.nat(59)), (minutes) => {
        const points = minutes.toSorted((a, b) => a - b).map((at) => point(hour.from + at * MINUTE, 1));
        const gaps = gapsOf(points, hour);
        const missing = gaps.reduce((sum, { from, to }) => sum + (to - from) / MINUTE, 0);
        const settled = minutes.filter((at) => at < 56).length;
        expect(missing + settled).toBe(56);
        // Gaps that touch are one.
        gaps.slice(1).forEach(({ from }, at) => expect(from).toBeGreaterThan(gaps[at]?.to ?? 0));
      }),
    );
  });

  it('a time that either knows is not unknown', () => {
    const known = (from: Line['from'], minutes: readonly number[]): Line => ({
      ...{ figure: 'wild', from },
      points: minutes.map((at) => point(hour.from + at * MINUTE, 1)),
    });
    const upTo = (end: number, but: number) =>
      Array.from({ length: end }, (_, k) => k).filter((k) => k !== but);
    expect(unknownBuckets([known('server', upTo(60, 7)), known('tab', [])], hour)).toEqual([
      hour.from + 7 * MINUTE,
    ]);
    expect(unknownBuckets([known('server', upTo(60, 7)), known('tab', [7])], hour)).toEqual([]);
  });

  it('of this tab are those of the span, in its buckets', () => {
    const day = historySpan('1d', NOON);
    const minutes = [day.from - MINUTE, day.from, day.from + MINUTE, day.from + 5 * MINUTE];
    const history = { wild: minutes.map((at, k) => point(at, k)) };
    expect(tabLines(history, ['wild'], day)[0]?.points).toEqual([
      { ...point(day.from, 2), low: 1, high: 2, runs: 2, minutes: 2 },
      point(day.from + 5 * MINUTE, 3),
    ]);
    expect(foldPoints([], day.bucket)).toEqual([]);
  });

  it('as rows say whose each point is and where nobody knew anything, newest first', () => {
    const server = [0, 1, 5].map((at) => point(hour.from + at * MINUTE, at));
    const lines: Line[] = [
      { figure: 'absorption-1s', from: 'server', points: server },
      { figure: 'mean-correlation-1s', from: 'server', points: server.slice(0, 1) },
      { figure: 'absorption-1s', from: 'tab', points: server.slice(2) },
    ];
    const rows = rowsOf(lines, hour).map(({ at, from, gapTo, points }) => [
      (at - hour.from) / MINUTE,
      from,
      gapTo === null ? points.size : (gapTo - hour.from) / MINUTE,
    ]);
    expect(rows).toEqual([
      [6, 'server', 56],
      [5, 'server', 1],
      [5, 'tab', 1],
      [2, 'server', 5],
      [1, 'server', 1],
      [0, 'server', 2],
    ]);
  });

  it('are told to who does not see them', () => {
    const points = [point(hour.from, 400_000), { ...point(hour.from + MINUTE, 500_000), high: 610_000 }];
    const lines: Line[] = [
      { figure: 'absorption-1s', from: 'server', points },
      { figure: 'absorption-1s', from: 'tab', points: [] },
    ];
    expect(chartText(lines, hour, '1h')).toBe(
      'The last hour, a point each minute; absorption ratio by the server: 2 of 60 known, 1 gap, 40 % at first, 50 % at last, between 40 % and 61 %; absorption ratio by this tab: nothing known.',
    );
  });
});

it('figures are written as they are elsewhere, and a server that records nothing says so', () => {
  expect(FIGURES['mean-correlation-1m'].format(-250_000)).toBe('−0.25');
  expect(FIGURES['value-at-risk'].format(1_234_567_890)).toBe('1\u202f234.56 USD');
  expect(timeText(NOON)).toBe('2026-01-05 12:00');
  expect(recordingText('on')).toBeNull();
  expect(recordingText('off')).toContain('turned off');
  expect(recordingText('replay')).toContain('replayed');
});
