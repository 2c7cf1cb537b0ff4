import { formatDecimal } from '../../protocol/decimal.ts';

/** What the venue says about one instrument. One tick is 10^-priceScale, one lot 10^-sizeScale. */
export interface InstrumentSpec {
  readonly index: number;
  readonly symbol: string;
  readonly base: string;
  readonly quote: string;
  readonly priceScale: number;
  readonly sizeScale: number;
  /** Ticks at the start of the simulation. */
  readonly startTicks: number;
  readonly minLots: number;
  readonly maxLots: number;
  /** Least and greatest order value, in units of 10^-8 of the quote. */
  readonly minNotional: bigint;
  readonly maxNotional: bigint;
}

/** Binance writes amounts of spot with eight decimals. */
export const AMOUNT_SCALE = 8;

/** A price or size as Binance writes it: exactly eight decimals (more where the scale has more). */
export function amountText(units: number, scale: number): string {
  return formatDecimal(units, scale) + (scale === 0 ? '.00000000' : '0'.repeat(Math.max(0, 8 - scale)));
}

/** Writes many amounts of one scale quickly: the whole part, the fraction, eight decimals. */
export class AmountWriter {
  readonly #power: number;
  readonly #scale: number;
  readonly #zeros: string;

  constructor(scale: number) {
    this.#scale = scale;
    this.#power = 10 ** scale;
    this.#zeros = '0'.repeat(Math.max(0, AMOUNT_SCALE - scale));
  }

  text(units: number): string {
    const whole = Math.floor(units / this.#power);
    if (this.#scale === 0) return `${whole}.${this.#zeros}`;
    const fraction = String(units - whole * this.#power);
    return `${whole}.${fraction.padStart(this.#scale, '0')}${this.#zeros}`;
  }
}

/**
 * ticks × lots in units of 10^-8 of the quote currency: exact where the scales of a listing add up to at
 * most 8, as ours do; cut off after the eighth decimal where a live venue's do not.
 */
export function quoteUnits(spec: InstrumentSpec, ticks: number, lots: number): bigint {
  return scaled(BigInt(ticks) * BigInt(lots), AMOUNT_SCALE - spec.priceScale - spec.sizeScale);
}

/** Lots in units of 10^-8 of the base currency. */
export function baseUnits(spec: InstrumentSpec, lots: number): bigint {
  return scaled(BigInt(lots), AMOUNT_SCALE - spec.sizeScale);
}

/** `units` × 10^power, cut off to a whole number. */
export function scaled(units: bigint, power: number): bigint {
  return power >= 0 ? units * 10n ** BigInt(power) : units / 10n ** BigInt(-power);
}
