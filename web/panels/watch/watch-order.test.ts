import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Instrument } from '../../../protocol/instrument.ts';
import type { QuoteView } from '../../stream/port.ts';
import { inOrder, isMoving, pressed, spreadBps, WATCH_COLUMNS, type WatchSorting } from './watch-order.ts';

const instrument = (index: number, name = `I${index}`, venue = 'sim'): Instrument =>
  ({ index, name, venue }) as unknown as Instrument;
const quote = (index: number, part: Partial<QuoteView>): QuoteView =>
  ({
    instrument: index,
    bidTicks: 100,
    askTicks: 102,
    change: null,
    state: 'live',
    receivedAt: 1,
    ...part,
  }) as QuoteView;
const none = (): null => null;
const indexes = (list: readonly Instrument[]): number[] => list.map(({ index }) => index);

describe('the order of the watch list', () => {
  it('a column’s name goes up, down, and back to the list’s own order', () => {
    const up = pressed('age', null);
    const down = pressed('age', up);
    expect([up, down, pressed('age', down)]).toEqual([
      { column: 'age', descending: false },
      { column: 'age', descending: true },
      null,
    ]);
    expect(pressed('name', down)).toEqual({ column: 'name', descending: false });
  });

  it('every instrument once, however it is sorted; rows without a value last, either way', () => {
    const spread = fc.option(fc.integer({ min: 0, max: 9 }), { nil: undefined });
    fc.assert(
      fc.property(
        fc.array(spread, { maxLength: 40 }),
        fc.constantFrom(...WATCH_COLUMNS),
        fc.boolean(),
        (spreads, column, descending) => {
          const list = spreads.map((_, index) => instrument(index));
          const quotes = spreads.map((wide, index) =>
            wide === undefined
              ? undefined
              : quote(index, { askTicks: 100 + wide, change: wide, receivedAt: wide }),
          );
          const sorted = inOrder(list, { column, descending }, quotes, (index) => spreads[index] ?? null);
          expect(indexes(sorted).toSorted((a, b) => a - b)).toEqual(indexes(list));
          if (!isMoving({ column, descending })) return;
          const known = sorted.map(({ index }) => spreads[index]);
          const firstUnknown = known.indexOf(undefined);
          if (firstUnknown >= 0)
            expect(known.slice(firstUnknown).every((each) => each === undefined)).toBe(true);
        },
      ),
    );
  });

  it('the oldest quote is the last by age, and the first the other way', () => {
    const list = [0, 1, 2].map((index) => instrument(index));
    const quotes = [quote(0, { receivedAt: 5 }), quote(1, { receivedAt: 9 }), quote(2, { receivedAt: 1 })];
    const by = (sorting: WatchSorting): number[] => indexes(inOrder(list, sorting, quotes, none));
    expect(by({ column: 'age', descending: false })).toEqual([1, 0, 2]);
    expect(by({ column: 'age', descending: true })).toEqual([2, 0, 1]);
  });

  it('names and venues stand as they are spelt', () => {
    const list = [instrument(0, 'B', 'y'), instrument(1, 'A', 'z'), instrument(2, 'C', 'x')];
    expect(indexes(inOrder(list, { column: 'name', descending: false }, [], none))).toEqual([1, 0, 2]);
    expect(indexes(inOrder(list, { column: 'venue', descending: true }, [], none))).toEqual([1, 0, 2]);
    expect(inOrder(list, null, [], none)).toBe(list);
  });
});

describe('the spread', () => {
  it('is a part of the mid, and unknown without both sides', () => {
    expect(spreadBps(quote(0, { bidTicks: 9999, askTicks: 10_001 }))).toBeCloseTo(2, 10);
    expect(spreadBps(quote(0, { bidTicks: 0 }))).toBeNull();
    expect(spreadBps(undefined)).toBeNull();
  });
});
