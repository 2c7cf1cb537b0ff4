import { refuse, ok, type Result } from './result.ts';

const PLAIN_DECIMAL = /^(-?)(\d{1,24})(?:\.(\d{1,24}))?$/;

/**
 * Reads a plain decimal ("61737.25") exactly as a whole number of 10^-scale.
 * Refused: exponents, signs other than one leading minus, blanks, NaN, more significant
 * decimals than `scale` ("1.0000000001" at scale 8), anything beyond ±2^53.
 */
export function parseDecimal(text: string, scale: number): Result<number> {
  const match = PLAIN_DECIMAL.exec(text);
  if (!match) return refuse('not-a-decimal', `"${text.slice(0, 40)}" is not a plain decimal number.`);
  const whole = match[2] ?? '0';
  const fraction = (match[3] ?? '').replace(/0+$/, '');
  if (fraction.length > scale) {
    return refuse('too-precise', `"${text.slice(0, 40)}" has more than ${scale} decimals.`);
  }
  const digits = whole + fraction.padEnd(scale, '0');
  const value = Number(digits);
  if (!Number.isSafeInteger(value)) return refuse('too-large', `"${text.slice(0, 40)}" is too large.`);
  return ok(match[1] === '-' && value !== 0 ? -value : value);
}

/** Writes `units` of 10^-scale as a plain decimal with exactly `scale` decimals. */
export function formatDecimal(units: number | bigint, scale: number): string {
  const negative = units < 0;
  const digits = (negative ? -BigInt(units) : BigInt(units)).toString().padStart(scale + 1, '0');
  const whole = digits.slice(0, digits.length - scale);
  const text = scale === 0 ? whole : `${whole}.${digits.slice(digits.length - scale)}`;
  return negative ? `-${text}` : text;
}
