import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { formatDecimal, parseDecimal } from './decimal.ts';

const scale = fc.integer({ min: 0, max: 12 });
const units = fc.integer({ min: Number.MIN_SAFE_INTEGER, max: Number.MAX_SAFE_INTEGER });

describe('R-15: decimals are exact or refused', () => {
  it('what is written is read back to the same whole number', () => {
    fc.assert(
      fc.property(units, scale, (value, decimals) => {
        expect(parseDecimal(formatDecimal(value, decimals), decimals)).toEqual({
          ok: true,
          value: value || 0,
        });
      }),
    );
  });

  it('reads as the exact fraction that the text says', () => {
    const digits = fc.stringMatching(/^\d{1,9}$/);
    fc.assert(
      fc.property(fc.boolean(), digits, digits, (negative, whole, fraction) => {
        const read = parseDecimal(`${negative ? '-' : ''}${whole}.${fraction}`, 9);
        const exact = BigInt(whole) * 10n ** 9n + BigInt(fraction.padEnd(9, '0'));
        if (exact > BigInt(Number.MAX_SAFE_INTEGER)) {
          expect(read).toMatchObject({ ok: false, error: { code: 'too-large' } });
        } else expect(read.ok && BigInt(read.value)).toBe(negative ? -exact : exact);
      }),
    );
  });

  it.each([
    ['61737.25', 2, 6_173_725],
    ['61737.25', 4, 617_372_500],
    ['61737.2500000', 2, 6_173_725],
    ['0', 8, 0],
    ['-0', 8, 0],
    ['-0.00', 8, 0],
    ['007', 0, 7],
    ['9007199254740991', 0, 2 ** 53 - 1],
    ['-9007199254740991', 0, -(2 ** 53 - 1)],
  ])('%s at scale %i is %i', (text, decimals, value) => {
    expect(parseDecimal(text, decimals)).toEqual({ ok: true, value });
  });

  it.each([
    ['NaN', 'not-a-decimal'],
    ['Infinity', 'not-a-decimal'],
    ['1e21', 'not-a-decimal'],
    ['1E3', 'not-a-decimal'],
    ['', 'not-a-decimal'],
    [' 1', 'not-a-decimal'],
    ['1 ', 'not-a-decimal'],
    ['1\n', 'not-a-decimal'],
    ['+1', 'not-a-decimal'],
    ['--1', 'not-a-decimal'],
    ['1.', 'not-a-decimal'],
    ['.5', 'not-a-decimal'],
    ['1,5', 'not-a-decimal'],
    ['0x10', 'not-a-decimal'],
    ['1_000', 'not-a-decimal'],
    ['١', 'not-a-decimal'],
    ['1'.repeat(25), 'not-a-decimal'],
    ['1.0000000001', 'too-precise'],
    ['0.000000001', 'too-precise'],
    ['9007199254740992', 'too-large'],
    ['90071992.54740993', 'too-large'],
    ['1'.repeat(24), 'too-large'],
  ])('%j is refused as %s', (text, code) => {
    expect(parseDecimal(text, 8)).toMatchObject({ ok: false, error: { code } });
  });

  it('a refusal never repeats more than 40 characters of what came in', () => {
    const read = parseDecimal('x'.repeat(10_000), 2);
    expect(!read.ok && read.error.sentence.length).toBeLessThan(100);
  });

  it('writes bigints of any size with all their digits', () => {
    expect(formatDecimal(-123_456_789_012_345_678_901n, 6)).toBe('-123456789012345.678901');
    expect(formatDecimal(5n, 6)).toBe('0.000005');
    expect(formatDecimal(5, 0)).toBe('5');
  });
});
