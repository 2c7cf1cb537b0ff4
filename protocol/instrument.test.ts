import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  formatPrice,
  formatSize,
  instrumentSchema,
  notional,
  settledWorth,
  sizeUnit,
  parsePrice,
  parseSize,
  type Instrument,
} from './instrument.ts';
import type { Lots, Ticks } from './units.ts';

const btc = instrumentSchema.parse({
  index: 0,
  venue: 'sim',
  symbol: 'BTCUSDT',
  name: 'BTC-USDT',
  base: 'BTC',
  quote: 'USDT',
  priceScale: 2,
  tickStep: 5,
  sizeScale: 5,
  lotStep: 10,
  minLots: 1,
  maxLots: 1_000_000,
  minNotional: '5000000',
});
const scaled = (priceScale: number, sizeScale: number): Instrument => ({
  ...btc,
  priceScale,
  sizeScale,
  tickStep: 1,
  lotStep: 1,
});

describe('prices and sizes in whole units', () => {
  it.each([
    ['61737.25', 1_234_745],
    ['0.05', 1],
    ['0', 0],
  ])('price %s is %i ticks', (text, ticks) => {
    expect(parsePrice(text, btc)).toEqual({ ok: true, value: ticks });
  });

  it.each([
    ['61737.26', 'wrong-tick'],
    ['61737.255', 'too-precise'],
    ['NaN', 'not-a-decimal'],
    ['1e21', 'not-a-decimal'],
    ['9007199254740992', 'too-large'],
    ['1.0000000001', 'too-precise'],
  ])('price %s is refused as %s', (text, code) => {
    expect(parsePrice(text, btc)).toMatchObject({ ok: false, error: { code } });
  });

  it.each([
    ['0.00015', 'wrong-lot'],
    ['0.000001', 'too-precise'],
    ['NaN', 'not-a-decimal'],
    ['1.0000000001', 'too-precise'],
  ])('size %s is refused as %s', (text, code) => {
    expect(parseSize(text, btc)).toMatchObject({ ok: false, error: { code } });
  });

  it('what is shown is read back to the same ticks and lots', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 2 ** 40 }), (whole) => {
        expect(parsePrice(formatPrice(whole as Ticks, btc), btc)).toEqual({ ok: true, value: whole });
        expect(parseSize(formatSize(whole as Lots, btc), btc)).toEqual({ ok: true, value: whole });
      }),
    );
  });
});

describe('notional', () => {
  it.each([
    // 61,737.25 × 0.0001 = 6.173725
    [btc, 1_234_745, 1, 6_173_725n],
    // 1 tick of 10^-8 × 1 lot of 10^-8 is far less than a millionth: never understated to 0.
    [scaled(8, 8), 1, 1, 1n],
    [scaled(8, 8), 1, -1, -1n],
    [scaled(0, 0), 3, 2, 6_000_000n],
    [scaled(8, 8), 0, 5, 0n],
  ])('is exact or rounded away from zero (%#)', (instrument, ticks, lots, micros) => {
    expect(notional(instrument, ticks as Ticks, lots as Lots)).toBe(micros);
  });

  it('never understates, and overstates by less than a millionth', () => {
    const whole = fc.integer({ min: 0, max: Number.MAX_SAFE_INTEGER });
    const scales = fc.integer({ min: 0, max: 12 });
    fc.assert(
      fc.property(whole, whole, scales, scales, (ticks, lots, priceScale, sizeScale) => {
        const units = BigInt(ticks) * BigInt(lots) * 1_000_000n;
        const one = 10n ** BigInt(priceScale + sizeScale);
        const micros = notional(scaled(priceScale, sizeScale), ticks as Ticks, lots as Lots);
        if (micros === null) throw new Error('a spot pair has a worth');
        expect(micros * one >= units).toBe(true);
        expect(micros * one - units < one).toBe(true);
      }),
    );
  });

  const amounts = fc.record({
    ticks: fc.integer({ min: 1, max: 1e9 }),
    lots: fc.integer({ min: 1, max: 1e9 }),
    value: fc.integer({ min: 1, max: 1e6 }),
    scale: fc.integer({ min: 0, max: 12 }),
    priceScale: fc.integer({ min: 0, max: 8 }),
    sizeScale: fc.integer({ min: 0, max: 8 }),
  });
  /** Whether `micros` is numerator ÷ denominator, rounded up by less than one. */
  const isRoundedUp = (worth: bigint | null, numerator: bigint, denominator: bigint): boolean =>
    worth !== null && worth * denominator >= numerator && worth * denominator - numerator < denominator;

  it('of a linear contract: contracts × value × price', () => {
    fc.assert(
      fc.property(amounts, ({ ticks, lots, value, scale, priceScale, sizeScale }) => {
        const contract = { kind: 'linear', value, scale, settle: 'USDT' } as const;
        const worth = notional({ ...scaled(priceScale, sizeScale), contract }, ticks as Ticks, lots as Lots);
        const product = BigInt(lots) * BigInt(value) * BigInt(ticks) * 1_000_000n;
        expect(isRoundedUp(worth, product, 10n ** BigInt(sizeScale + scale + priceScale))).toBe(true);
      }),
    );
  });

  it('of an inverse contract: contracts × value, at any price; in what it settles in, that ÷ price', () => {
    fc.assert(
      fc.property(amounts, ({ ticks, lots, value, scale, priceScale, sizeScale }) => {
        const contract = { kind: 'inverse', value, scale, settle: 'BTC' } as const;
        const instrument = { ...scaled(priceScale, sizeScale), contract };
        const held = BigInt(lots) * BigInt(value);
        const one = 10n ** BigInt(sizeScale + scale);
        const worth = notional(instrument, ticks as Ticks, lots as Lots);
        expect(isRoundedUp(worth, held * 1_000_000n, one)).toBe(true);
        expect(notional(instrument, (ticks + 1) as Ticks, lots as Lots)).toBe(worth);
        const settled = settledWorth(instrument, ticks as Ticks, lots as Lots);
        const price = 10n ** BigInt(priceScale);
        expect(isRoundedUp(settled, held * price * 100_000_000n, one * BigInt(ticks))).toBe(true);
      }),
    );
  });

  it('100 contracts of 100 dollars at 61,764.5 are 10,000 dollars and 0.16190531 coins', () => {
    const contract = { kind: 'inverse', value: 100, scale: 0, settle: 'BTC' } as const;
    const coinm = { ...scaled(1, 0), contract };
    expect(notional(coinm, 617_645 as Ticks, 100 as Lots)).toBe(10_000_000_000n);
    expect(settledWorth(coinm, 617_645 as Ticks, 100 as Lots)).toBe(16_190_531n);
  });

  it('a size is counted in the base where a unit is one of it, else in contracts', () => {
    const unit = (contract: Instrument['contract']): string => sizeUnit({ base: 'BTC', contract });
    const settle = 'USDT';
    expect(unit(undefined)).toBe('BTC');
    expect(unit({ kind: 'linear', value: 1, scale: 0, settle })).toBe('BTC');
    expect(unit({ kind: 'linear', value: 100, scale: 2, settle })).toBe('BTC');
    expect(unit({ kind: 'linear', value: 1, scale: 2, settle })).toBe('contracts');
    expect(unit({ kind: 'inverse', value: 1, scale: 0, settle: 'BTC' })).toBe('contracts');
    expect(unit({ kind: 'unknown' })).toBe('contracts');
  });

  it('of a contract of which nobody knows what it stands for is not known', () => {
    const strange = { ...scaled(2, 0), contract: { kind: 'unknown' } as const };
    expect(notional(strange, 5 as Ticks, 5 as Lots)).toBeNull();
    expect(settledWorth(strange, 5 as Ticks, 5 as Lots)).toBeNull();
  });
});
