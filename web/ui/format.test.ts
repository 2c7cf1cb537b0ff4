import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  compact,
  formatAge,
  formatMoney,
  formatOffset,
  formatPercent,
  grouped,
  utcMillis,
  utcTime,
} from './format.ts';
import { midText, priceDecimals, priceText } from './price.ts';
import { inWords } from './words.ts';

describe('formatters', () => {
  it.each([
    [0, '0 ms'],
    [38.4, '38 ms'],
    [999, '999 ms'],
    [1000, '1.0 s'],
    [9_960, '10 s'],
    [119_000, '119 s'],
    [121_000, '2 min'],
    [7_500_000, '2 h 05'],
    [-3, '0 ms'],
    [Number.NaN, 'unknown'],
  ])('an age of %s ms reads %s', (ms, text) => expect(formatAge(ms)).toBe(text));

  it('says an offset with its uncertainty', () => {
    expect(formatOffset(0.42, 2.04)).toBe('+0.4 ms ± 2.0');
    expect(formatOffset(-31.2, 14)).toBe('−31 ms ± 14');
  });

  it('reads UTC whatever the machine’s zone', () => {
    expect(utcTime(1_767_614_527_042_000)).toBe('12:02:07');
    expect(utcMillis(1_767_614_527_042_000)).toBe('12:02:07.042');
  });

  it('never rounds money up', () => {
    expect(formatMoney(1_999_999n)).toBe('1.99');
    expect(formatMoney(-5_643_835_200_000n)).toBe('-5\u202f643\u202f835.20');
    expect(grouped('61737.64')).toBe('61\u202f737.64');
  });

  it.each([
    [310_000, '310 k'],
    [5_200_000, '5.2 M'],
    [40_500_000, '40.5 M'],
    [1_000_000, '1 M'],
    [999_999, '1 M'],
    [18, '18'],
    [0, '0'],
  ])('%s is %s in short', (value, text) => expect(compact(value)).toBe(text));

  it('drops the sign of a change: its shape has it', () => expect(formatPercent(-0.0144)).toBe('1.44 %'));
});

describe('prices', () => {
  const doge = { priceScale: 8, tickStep: 10 };
  it('have the decimals of their tick and no more', () => {
    expect(priceDecimals(doge)).toBe(7);
    expect(priceText(1_059_330, doge)).toBe('0.1059330');
    expect(priceText(6_273_496, { priceScale: 2, tickStep: 1 })).toBe('62734.96');
  });
  it('a mid between two ticks gets one more decimal, exactly', () => {
    expect(midText(10, 11, { priceScale: 2, tickStep: 1 })).toBe('0.105');
    expect(midText(10, 12, { priceScale: 2, tickStep: 1 })).toBe('0.11');
  });
});

describe('a number in words', () => {
  it.each([
    [0n, 'zero'],
    [21n, 'twenty-one'],
    [100n, 'one hundred'],
    [5_400_000n, 'five million four hundred thousand'],
    [1_000_017n, 'one million seventeen'],
    [-7n, 'minus seven'],
  ])('%s is %s', (value, words) => expect(inWords(value)).toBe(words));

  it('tells any two amounts apart: a slipped zero is heard', () => {
    const amount = fc.bigInt({ min: 0n, max: 10n ** 17n });
    fc.assert(fc.property(amount, (value) => inWords(value) !== inWords(value * 10n) || value === 0n));
    fc.assert(fc.property(amount, amount, (a, b) => a === b || inWords(a) !== inWords(b)));
  });
});
