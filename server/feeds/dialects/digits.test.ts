import { crc32 } from 'node:zlib';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { formatDecimal } from '../../../protocol/decimal.ts';
import { Digits } from './digits.ts';

const number = fc.oneof(
  fc.nat(1000),
  fc.integer({ min: 0, max: Number.MAX_SAFE_INTEGER }),
  fc.tuple(fc.nat(999), fc.nat(12)).map(([digits, zeros]) => digits * 10 ** zeros),
);

it('writes whole numbers and the shortest decimals as text does, up to 2^53 and 15 decimals', () => {
  const digits = new Digits(20);
  const numbers = fc.array(fc.tuple(number, fc.nat(15)), { minLength: 1, maxLength: 10 });
  fc.assert(
    fc.property(numbers, (some) => {
      digits.begin();
      for (const [value, scale] of some) {
        digits.whole(value);
        digits.colon();
        digits.shortest(value, scale);
      }
      const text = some.map(([value, scale]) => {
        const decimal = formatDecimal(value, scale);
        return `${value}:${scale === 0 ? decimal : decimal.replace(/\.?0+$/, '')}`;
      });
      expect(digits.sum()).toBe(~crc32(text.join(''), 0xffff_ffff));
      expect(digits.length).toBe(text.join('').length);
    }),
  );
});
