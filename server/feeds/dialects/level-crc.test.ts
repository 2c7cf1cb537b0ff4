import { crc32 } from 'node:zlib';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { Digits } from './digits.ts';
import { LevelCrc } from './level-crc.ts';
import { LevelSums } from './level-sums.ts';

const LEVELS = 12;
const number = fc.oneof(fc.nat(9), fc.integer({ min: 0, max: Number.MAX_SAFE_INTEGER }));
const level = fc.tuple(number, number);
/** A book, and what changes of it from time to time: at this row this level, put in, put over or taken out. */
const changes = fc.array(fc.tuple(fc.nat(LEVELS), level, fc.constantFrom('in', 'over', 'out')), {
  maxLength: 30,
});

it('of levels that come, change and go is that of their whole text each time', () => {
  fc.assert(
    fc.property(fc.array(level, { maxLength: LEVELS }), changes, (book, some) => {
      const texts = new LevelSums(new Digits(2), (text, price, size) => {
        text.whole(price);
        text.colon();
        text.whole(size);
      });
      const crc = new LevelCrc(LEVELS, -1, texts);
      const check = (): void => {
        crc.begin();
        const shown = book.slice(0, LEVELS);
        for (const [price, size] of shown) crc.add(price, size);
        expect(crc.end()).toBe(crc32(shown.map(([price, size]) => `${price}:${size}`).join('')));
      };
      check();
      for (const [row, one, how] of some) {
        if (how === 'in') book.splice(row, 0, one);
        else if (how === 'out') book.splice(row, 1);
        else book.splice(row, 1, one);
        check();
      }
    }),
  );
});
