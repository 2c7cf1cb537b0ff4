import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readHistory } from '../../protocol/bars.ts';
import { ensureDefined } from '../../protocol/assert.ts';
import { BarJoin, PATIENCE_MICROS, type JoinedBar, type VenueBar } from './bar-join.ts';
import { historyFrame, historyIn } from './testing/bar-frames.ts';

const SECOND = 1_000_000;
/** A bar of one instrument that closes at `second`; `number` differs where the feed marked gaps. */
const bar = (first: number, second: number, number = second): VenueBar => ({
  first,
  number,
  openAt: second * SECOND,
  close: Float64Array.of(second),
  state: Uint8Array.of(1),
});
const at = (bars: readonly JoinedBar[]): [number, number[]][] =>
  bars.map(({ number, parts }) => [number, parts.map(({ first }) => first)]);
const part = (first: number, instruments: number, bars: number, newest: number, close = 7) => ({
  first,
  history: ensureDefined(historyIn(historyFrame(instruments, bars, newest, close)), readHistory.name),
});

describe('bars of several venues', () => {
  it('one venue’s bars go out as they come', () => {
    const join = new BarJoin();
    expect([10, 11, 12].map((second) => at(join.take(bar(0, second), 0)))).toEqual([
      [[10, [0]]],
      [[11, [0]]],
      [[12, [0]]],
    ]);
  });

  it('a second goes out once, when all that were there before have brought it', () => {
    const join = new BarJoin();
    join.take(bar(0, 10), 0);
    join.take(bar(8, 10), 0);
    expect(at(join.take(bar(8, 11), 0))).toEqual([]);
    expect(at(join.take(bar(0, 11), 0))).toEqual([[11, [8, 0]]]);
    expect(at(join.take(bar(0, 12), 0))).toEqual([]);
    expect(at(join.take(bar(0, 13), 0))).toEqual([]);
    // A venue that is already in the next second brings no more of this one.
    expect(at(join.take(bar(8, 13), 0))).toEqual([
      [12, [0]],
      [13, [0, 8]],
    ]);
  });

  it('a venue that falls silent is waited for once, and is in again when it comes back', () => {
    const join = new BarJoin();
    for (const first of [0, 8]) join.take(bar(first, 10), 0);
    join.take(bar(8, 11), 0);
    join.take(bar(0, 11), 0);
    expect(join.take(bar(0, 12), 1000)).toEqual([]);
    expect(join.dueAt).toBe(1000 + PATIENCE_MICROS);
    expect(join.ready(999 + PATIENCE_MICROS)).toEqual([]);
    expect(at(join.ready(1000 + PATIENCE_MICROS))).toEqual([[12, [0]]]);
    expect(at(join.take(bar(0, 13), 0))).toEqual([[13, [0]]]);
    // Too late for its second, in time to be waited for in the next one.
    expect(at(join.take(bar(8, 13), 0))).toEqual([]);
    expect(at(join.take(bar(0, 14), 0))).toEqual([]);
    expect(at(join.take(bar(8, 14), 0))).toEqual([[14, [0, 8]]]);
  });

  it('a gap that one venue marks is a gap of all: whoever has history asks again', () => {
    const join = new BarJoin();
    join.take(bar(0, 10), 0);
    expect(at(join.take(bar(0, 11), 0))).toEqual([[11, [0]]]);
    expect(at(join.take(bar(0, 12, 13), 0))).toEqual([[13, [0]]]);
    expect(at(join.take(bar(0, 13, 14), 0))).toEqual([[14, [0]]]);
  });

  it('numbers go up, also when the clock was stepped back', () => {
    const join = new BarJoin();
    join.take(bar(0, 1000), 0);
    const [after] = join.take(bar(0, 500, 1001), 0);
    expect(after?.openAt).toBe(500 * SECOND);
    expect(after?.number).toBeGreaterThan(1000);
    const [next] = join.take(bar(0, 501, 1002), 0);
    expect(next?.number).toBe((after?.number ?? 0) + 1);
  });

  it('loses no bar in time, gives none out twice, and only ever forwards', () => {
    const step = fc.record({ venue: fc.nat(2), wait: fc.nat(2 * PATIENCE_MICROS) });
    fc.assert(
      fc.property(fc.array(step, { maxLength: 200 }), (steps) => {
        const join = new BarJoin();
        const second = [0, 0, 0];
        const out: JoinedBar[] = [];
        let now = 0;
        let taken = 0;
        for (const { venue, wait } of steps) {
          now += wait;
          out.push(...join.ready(now));
          const next = (second[venue] ?? 0) + 1;
          second[venue] = next;
          // What is behind the newest that went out is late, by rule.
          const isLate = (join.newest?.openAt ?? -1) >= next * SECOND;
          if (!isLate) taken += 1;
          // A venue so far behind is another line of time, which has its own test.
          if (isLate && (join.newest?.openAt ?? 0) - next * SECOND >= 16 * SECOND) return;
          out.push(...join.take(bar(venue, next), now));
        }
        out.push(...join.ready(now + PATIENCE_MICROS));
        expect(out.flatMap(({ parts }) => parts)).toHaveLength(taken);
        for (const { openAt, parts } of out) {
          expect(parts.every((each) => each.openAt === openAt)).toBe(true);
          expect(new Set(parts.map(({ first }) => first)).size).toBe(parts.length);
        }
        const numbers = out.map(({ number }) => number);
        expect(numbers).toEqual([...new Set(numbers)].toSorted((a, b) => a - b));
      }),
    );
  });
});

describe('a history of several venues', () => {
  it('is aligned by time; where a venue has none, it is invalid', () => {
    const join = new BarJoin();
    const history = ensureDefined(join.history([part(0, 1, 4, 20, 5), part(1, 2, 2, 19, 6)], 10), 'history');
    expect([...history.instruments]).toEqual([0, 1, 2]);
    expect(history).toMatchObject({ bars: 4, newest: 20, firstOpenAt: 17 * SECOND });
    expect([...history.close]).toEqual([5, 5, 5, 5, 0, 6, 6, 0, 0, 6, 6, 0]);
    expect([...history.state]).toEqual([1, 1, 1, 1, 0, 1, 1, 0, 0, 1, 1, 0]);
  });

  it('ends at the newest bar that went out, so that the next one continues it', () => {
    const join = new BarJoin();
    for (const first of [0, 1]) join.take(bar(first, 18), 0);
    for (const first of [0, 1]) join.take(bar(first, 19), 0);
    join.take(bar(0, 20), 0);
    const history = ensureDefined(join.history([part(0, 1, 3, 20, 5), part(1, 1, 3, 19, 6)], 10), 'history');
    expect(history).toMatchObject({ newest: 19, firstOpenAt: 17 * SECOND });
    expect([...history.close]).toEqual([0, 5, 5, 6, 6, 6]);
    expect(at(join.take(bar(1, 20), 0))).toEqual([[20, [0, 1]]]);
  });

  it('of a venue that stopped long ago is invalid, and not another venue’s', () => {
    const join = new BarJoin();
    for (const stopped of [5, 1000]) {
      const history = join.history([part(0, 1, 3, 100, 5), part(1, 1, 3, stopped, 6)], 3);
      const own = stopped === 5 ? [5, 5, 5, 0, 0, 0] : [0, 0, 0, 6, 6, 6];
      expect([...(history?.close ?? [])]).toEqual(own);
    }
    expect(join.history([], 3)).toBeNull();
  });
});
