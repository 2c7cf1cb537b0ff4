import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { BookSide } from './book-side.ts';
import { Levels } from './market-message.ts';

type Rows = readonly (readonly [price: number, size: number])[];

function levelsOf(rows: Rows): Levels {
  const levels = new Levels();
  for (const [price, size] of rows) levels.push(price, size);
  return levels;
}
const row = fc.tuple(
  fc.integer({ min: 1, max: 400 }),
  fc.oneof(fc.constant(0), fc.integer({ min: 1, max: 9 })),
);
/** In the orders that venues send: best first, worst first, none. */
const rows = fc
  .tuple(fc.array(row, { maxLength: 120, size: 'max' }), fc.constantFrom(-1, 0, 1))
  .map(([some, order]) => (order === 0 ? some : some.toSorted(([a], [b]) => order * (a - b))));
const change = fc.record({ rows, depth: fc.constantFrom(null, null, null, 5, 90) });

const rowsOf = (side: BookSide): Rows =>
  Array.from({ length: side.length }, (_, at) => [side.price(at), side.size(at)]);

describe.each([1, -1] as const)('a side of a book (sign %d)', (sign) => {
  it('is a sorted map, whatever is set, taken away and cut off, over any number of blocks', () => {
    fc.assert(
      fc.property(rows, fc.array(change, { maxLength: 12 }), (first, changes) => {
        const side = new BookSide(sign);
        let model = new Map<number, number>();
        const set = (some: Rows): void => {
          for (const [price, size] of some) {
            if (size === 0) model.delete(price);
            else model.set(price, size);
          }
        };
        const sorted = (): [number, number][] => [...model].toSorted(([a], [b]) => sign * (b - a));
        set(first);
        side.load(levelsOf(first), Infinity);
        for (const { rows: some, depth } of changes) {
          set(some);
          side.apply(levelsOf(some));
          if (depth !== null) {
            side.truncate(depth);
            model = new Map(sorted().slice(0, depth));
          }
          expect(rowsOf(side)).toEqual(sorted());
          expect([side.best, side.bestSize]).toEqual(sorted()[0] ?? [0, 0]);
        }
        for (const [price] of first) expect(side.sizeAt(price)).toBe(model.get(price) ?? 0);
      }),
      { numRuns: 200 },
    );
  });

  it('says by its version when the best levels may be others than `top` copied', () => {
    const depth = 20;
    const top = (side: BookSide): number[] => {
      const [prices, sizes] = [new Float64Array(depth), new Float64Array(depth)];
      const count = side.top(depth, prices, sizes, side.shown);
      return [count, ...prices.subarray(0, count), ...sizes.subarray(0, count)];
    };
    let kept = 0;
    // Prices among which the last one shown is often met.
    const near = fc.tuple(fc.integer({ min: 1, max: 60 }), fc.nat(2));
    const some = fc.array(near, { maxLength: 2 });
    const few = fc.record({ rows: some, depth: fc.constantFrom(null, null, 5, 25) });
    const many = fc.array(near, { minLength: 40, maxLength: 60, size: 'max' });
    fc.assert(
      fc.property(many, fc.array(few, { maxLength: 12, size: 'max' }), (first, changes) => {
        const side = new BookSide(sign);
        side.load(levelsOf(first), Infinity);
        let [shown, version] = [top(side), side.shown.version];
        for (const { rows: changed, depth: cut } of changes) {
          side.apply(levelsOf(changed));
          if (cut !== null) side.truncate(cut);
          const isSame = side.shown.version === version;
          const now = top(side);
          if (isSame) {
            kept += 1;
            expect(now).toEqual(shown);
          }
          [shown, version] = [now, side.shown.version];
        }
      }),
      { numRuns: 300 },
    );
    expect(kept).toBeGreaterThan(50);
  });
});
