import type { Instrument } from '../../../protocol/instrument.ts';
import { ok, refuse, type Result } from '../../../protocol/result.ts';

/** Funding rates are kept in 10^-8 of the value. */
export const FUNDING_SCALE = 8;
/** Longer than any number that a venue writes; what is read is bounded. */
const LONGEST = 60;

/**
 * A decimal as a whole number of `step` × 10^-scale, rounded half away from zero: for mark prices,
 * index prices and rates, which venues work out to more decimals than anything trades in. Never for
 * prices and sizes of orders.
 */
export function roundedDecimal(text: string, scale: number, step = 1): Result<number> {
  const [, sign = '', whole = '', fraction = ''] = /^(-?)(\d+)(?:\.(\d+))?$/.exec(text) ?? [];
  if (whole === '' || text.length > LONGEST) {
    return refuse('not-a-decimal', `"${text.slice(0, 40)}" is not a plain decimal number.`);
  }
  const units = BigInt(whole + fraction) * 10n ** BigInt(scale);
  const unit = BigInt(step) * 10n ** BigInt(fraction.length);
  const value = Number((2n * units + unit) / (2n * unit));
  if (!Number.isSafeInteger(value)) return refuse('too-large', `"${text.slice(0, 40)}" is too large.`);
  return ok(sign === '-' && value !== 0 ? -value : value);
}

/** A price as the nearest whole number of the instrument's ticks. */
export function roundedTicks(text: string, instrument: Instrument): Result<number> {
  return roundedDecimal(text, instrument.priceScale, instrument.tickStep);
}
