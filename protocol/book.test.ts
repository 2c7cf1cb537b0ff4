import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { applyLadder, diffLadder, type Ladder, type Level } from './book.ts';

const side = (bestFirst: (a: Level, b: Level) => number): fc.Arbitrary<Level[]> =>
  fc
    .uniqueArray(
      fc.record({ price: fc.integer({ min: 1, max: 60 }), size: fc.integer({ min: 1, max: 5 }) }),
      {
        selector: ({ price }) => price,
        maxLength: 20,
      },
    )
    .map((levels) => levels.toSorted(bestFirst));
const ladder: fc.Arbitrary<Ladder> = fc.record({
  bids: side((a, b) => b.price - a.price),
  asks: side((a, b) => a.price - b.price),
});

describe('ladders', () => {
  it('applying the difference of two gives the second, whatever they are', () => {
    fc.assert(
      fc.property(ladder, ladder, (before, after) => {
        expect(applyLadder(before, diffLadder(before, after))).toEqual(after);
      }),
      { numRuns: 500 },
    );
  });

  it('the difference of equal ones is nothing, that from nothing is all', () => {
    fc.assert(
      fc.property(ladder, (each) => {
        expect(diffLadder(each, each)).toEqual({ bids: [], asks: [] });
        expect(diffLadder({ bids: [], asks: [] }, each)).toEqual(each);
      }),
    );
  });

  it('neither changes what it is given', () => {
    const before: Ladder = { bids: [{ price: 5, size: 1 }], asks: [{ price: 6, size: 1 }] };
    const kept = structuredClone(before);
    applyLadder(before, { bids: [{ price: 5, size: 0 }], asks: [{ price: 7, size: 2 }] });
    diffLadder(before, { bids: [], asks: [] });
    expect(before).toEqual(kept);
  });

  it('removing a price that is not there does nothing', () => {
    const before: Ladder = { bids: [{ price: 5, size: 1 }], asks: [] };
    expect(applyLadder(before, { bids: [{ price: 4, size: 0 }], asks: [{ price: 9, size: 0 }] })).toEqual(
      before,
    );
  });
});
