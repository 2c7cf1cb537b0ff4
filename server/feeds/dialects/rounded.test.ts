import fc from 'fast-check';
import { expect, it } from 'vitest';
import { formatDecimal } from '../../../protocol/decimal.ts';
import { roundedDecimal } from './rounded.ts';

it('is never further than half a step from what was written', () => {
  const units = fc.bigInt({ min: -(10n ** 15n), max: 10n ** 15n });
  fc.assert(
    fc.property(
      units,
      fc.nat(12),
      fc.nat(8),
      fc.integer({ min: 1, max: 500 }),
      (value, decimals, scale, step) => {
        const rounded = roundedDecimal(formatDecimal(value, decimals), scale, step);
        if (!rounded.ok) {
          expect(rounded.error.code).toBe('too-large');
          return;
        }
        // Both in 10^-(decimals + scale).
        const off =
          value * 10n ** BigInt(scale) - BigInt(rounded.value) * BigInt(step) * 10n ** BigInt(decimals);
        expect(2n * (off < 0n ? -off : off) <= BigInt(step) * 10n ** BigInt(decimals)).toBe(true);
      },
    ),
  );
});

it.each([
  ['61737.25', 1, 1, 617373],
  ['61737.24999999', 1, 1, 617372],
  ['-0.00005', 4, 1, -1],
  ['-0.00001', 4, 1, 0],
  ['12.3', 1, 5, 25],
  ['12.2', 1, 5, 24],
])('%s in steps of %i decimals × %i is %i', (text, scale, step, value) => {
  expect(roundedDecimal(text, scale, step)).toEqual({ ok: true, value });
});

it.each(['', '-', '.5', '1.', '1e3', 'NaN', ' 1', '0x1', '1'.repeat(61)])('%j is no decimal', (text) => {
  expect(roundedDecimal(text, 2)).toMatchObject({ ok: false, error: { code: 'not-a-decimal' } });
});

it('what is beyond 2^53 is refused, not rounded', () => {
  expect(roundedDecimal('9007199254740993', 0)).toMatchObject({ ok: false, error: { code: 'too-large' } });
});
