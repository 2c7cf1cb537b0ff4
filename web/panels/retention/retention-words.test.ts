import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { KEPT, WITHOUT_END, type PlannedSegment } from '../../../protocol/retention.ts';
import { daysWords, heldTime, holdDays, stretchDays, stretchesOf, stretchState } from './retention-words.ts';

const at = (iso: string): number => Date.parse(iso) * 1000;

function segment(first: number, last: number, over: Partial<PlannedSegment> = {}): PlannedSegment {
  const leastWall = at('2026-01-05T00:00:00Z') as never;
  const until = at('2032-01-06T00:00:00Z') as never;
  return { first, last, leastWall, mostWall: leastWall, until, kept: 'early', because: 'x', ...over };
}

describe('the days of a hold', () => {
  it.each([
    ['2026-01-05', '2026-01-06', '2026-01-05T00:00:00Z', '2026-01-06T23:59:59.999999Z'],
    ['2026-01-05', '2026-01-05', '2026-01-05T00:00:00Z', '2026-01-05T23:59:59.999999Z'],
  ])('%s to %s are whole days, both included', (from, to, first, last) => {
    const [whole = '', micros = ''] = last.split('.');
    const end = at(`${whole}Z`) + (micros === '' ? 0 : Number(micros.slice(0, 6)));
    expect(heldTime(from, to)).toEqual({ from: at(first), to: end });
  });

  it('without a last day it has no end, and says so', () => {
    const time = heldTime('2026-01-05', '');
    expect(time).toEqual({ from: at('2026-01-05T00:00:00Z'), to: WITHOUT_END });
    expect(holdDays(time as never)).toBe('from 2026-01-05 on, without end');
  });

  it.each([
    ['2026-01-05', '2026-01-04', 'The last day lies before the first.'],
    ['', '2026-01-04', 'A day is 2026-01-05.'],
    ['1969-12-31', '', 'The log knows no day before 1970.'],
  ])('%j to %j: %s', (from, to, wrong) => expect(heldTime(from, to)).toEqual({ wrong }));

  it('one day is said once', () => {
    expect(holdDays(heldTime('2026-01-05', '2026-01-05') as never)).toBe('2026-01-05');
    expect(holdDays(heldTime('2026-01-05', '2026-02-01') as never)).toBe('2026-01-05 to 2026-02-01');
  });
});

it('days are said in years too', () => expect(daysWords(2192)).toBe('2192 days, 6.0 years'));

describe('R-48: what is kept, in stretches', () => {
  it('neighbours of which the same is said are one; what two holds keep is two', () => {
    const because = 'hold a keeps them';
    const stretches = stretchesOf({
      removed: [{ first: 1, last: 9 }],
      segments: [
        segment(10, 19, { kept: 'due' }),
        segment(20, 29, { kept: 'held', because }),
        segment(30, 39, { kept: 'held', because }),
        segment(40, 49, { kept: 'held', because: 'hold b keeps them' }),
        segment(50, 59),
        segment(60, 69, { until: at('2032-03-01T00:00:00Z') as never }),
      ],
    });
    expect(stretches.map(({ first, last, kept, segments }) => [first, last, kept, segments.length])).toEqual([
      [1, 9, 'removed', 0],
      [10, 19, 'due', 1],
      [20, 39, 'held', 2],
      [40, 49, 'held', 1],
      [50, 69, 'early', 2],
    ]);
    expect(stretches.map((each) => stretchDays(each).until)).toEqual([
      '–',
      ...['2032-01-06', '2032-01-06', '2032-01-06'],
      '2032-01-06 to 2032-03-01',
    ]);
    expect(stretches.map((each) => stretchState(each).words)[2]).toBe(because);
  });

  it('every record of the log is in one stretch, whatever is said of its segments', () => {
    const part = fc.record({
      size: fc.integer({ min: 1, max: 9 }),
      kept: fc.constantFrom(...KEPT, 'removed'),
    });
    fc.assert(
      fc.property(fc.array(part, { maxLength: 12 }), (parts) => {
        let next = 1;
        const placed = parts.map(({ size, kept }) => {
          const first = next;
          next += size;
          return { first, last: next - 1, kept };
        });
        const stretches = stretchesOf({
          removed: placed.filter(({ kept }) => kept === 'removed'),
          segments: placed.flatMap(({ first, last, kept }) =>
            kept === 'removed' ? [] : [segment(first, last, { kept })],
          ),
        });
        const told = stretches.flatMap(({ first, last, kept }) =>
          Array.from({ length: last - first + 1 }, (_, i) => `${first + i} ${kept}`),
        );
        const there = placed.flatMap(({ first, last, kept }) =>
          Array.from({ length: last - first + 1 }, (_, i) => `${first + i} ${kept}`),
        );
        expect(told).toEqual(there);
        const isWhole = stretches.every(({ kept }, i) => kept !== stretches[i + 1]?.kept);
        expect(isWhole).toBe(true);
      }),
    );
  });
});
