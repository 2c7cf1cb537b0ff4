import fc from 'fast-check';
import { expect, it } from 'vitest';
import { BlockOrder } from './block-order.ts';

const WIDTH = 10;

it('the block of a key is found from whichever was looked for before, near or far', () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: 200 }),
      fc.array(fc.integer({ min: -20, max: 2100 }), { maxLength: 50 }),
      (blocks, keys) => {
        const order = new BlockOrder();
        // Block `rank` has the keys from `rank × WIDTH` on, the first one all below as well.
        for (let rank = 1; rank < blocks; rank++) order.open(rank, rank * WIDTH);
        for (const key of keys) {
          const rank = Math.min(blocks - 1, Math.max(0, Math.floor(key / WIDTH)));
          expect(order.rankOf(key)).toBe(rank);
          expect(order.near).toBe(rank);
        }
      },
    ),
  );
});
