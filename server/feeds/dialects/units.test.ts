import fc from 'fast-check';
import { expect, it } from 'vitest';
import { stepsOf } from './units.ts';

it('units up to 2^53 are whole steps where the remainder is 0, and none elsewhere', () => {
  const units = fc.oneof(
    fc.maxSafeNat(),
    fc.maxSafeNat().map((back) => Number.MAX_SAFE_INTEGER - (back % 1000)),
  );
  fc.assert(
    fc.property(
      units,
      fc.oneof(fc.constantFrom(1, 5, 10, 25), fc.integer({ min: 1, max: 10 ** 9 })),
      (some, step) => {
        const whole = BigInt(some) % BigInt(step) === 0n;
        expect(stepsOf(some, step)).toBe(whole ? Number(BigInt(some) / BigInt(step)) : -1);
        expect(stepsOf(some - (some % step), step)).toBe((some - (some % step)) / step);
        expect(stepsOf(-1, step)).toBe(-1);
      },
    ),
  );
});
