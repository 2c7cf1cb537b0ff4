import { crc32 } from 'node:zlib';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { BookSide } from '../book-side.ts';
import { Levels } from '../market-message.ts';
import { Digits } from './digits.ts';
import { LevelSums } from './level-sums.ts';
import { SideSum } from './side-sum.ts';

const LEVELS = 10;
type Rows = readonly (readonly [price: number, size: number])[];

function levelsOf(rows: Rows): Levels {
  const levels = new Levels();
  for (const [price, size] of rows) levels.push(price, size);
  return levels;
}

/** Written out whole, as the venue tells it. */
function textOf(side: BookSide): string {
  const rows = Array.from({ length: Math.min(LEVELS, side.length) }, (_, row) => row);
  return rows.map((row) => `${side.price(row)}${side.size(row)}`).join('');
}

const newSum = (): SideSum =>
  new SideSum(
    LEVELS,
    new LevelSums(new Digits(2), (text, price, size) => {
      text.whole(price);
      text.whole(size);
    }),
  );

const row = fc.tuple(fc.integer({ min: 1, max: 30 }), fc.oneof(fc.constant(0), fc.nat(1_000_000)));
const step = fc.record({
  rows: fc.array(row, { maxLength: 3 }),
  depth: fc.constantFrom(null, null, 12, 5),
  /** The whole book anew. */
  isWhole: fc.boolean(),
});

describe.each([1, -1] as const)('the sum of the best levels of a side (sign %d)', (sign) => {
  it('is that of their whole text after every change, whether it looked at them again or not', () => {
    let kept = 0;
    fc.assert(
      fc.property(
        fc.array(row, { maxLength: 30, size: 'max' }),
        fc.array(step, { maxLength: 15, size: 'max' }),
        (first, steps) => {
          const side = new BookSide(sign);
          const sum = newSum();
          let state = -1;
          const check = (): void => {
            if (sum.read(side)) state = sum.behind(-1);
            else kept += 1;
            expect(~state >>> 0).toBe(crc32(textOf(side)));
          };
          side.load(levelsOf(first), Infinity);
          check();
          for (const { rows, depth, isWhole } of steps) {
            if (isWhole && rows.length > 2) side.load(levelsOf(rows), Infinity);
            else side.apply(levelsOf(rows));
            if (depth !== null) side.truncate(depth);
            check();
          }
        },
      ),
      { numRuns: 300 },
    );
    expect(kept).toBeGreaterThan(50);
  });

  it('is of the side that it is asked for, though another one has changed as often', () => {
    const sum = newSum();
    for (const size of [5, 7]) {
      const side = new BookSide(sign);
      side.load(levelsOf([[3, size]]), Infinity);
      expect(sum.read(side)).toBe(true);
      expect(~sum.behind(-1) >>> 0).toBe(crc32(`3${size}`));
    }
  });
});
