/** A price cell to the f64 nearest to what is written, the same as `Number(text)` gives. */

/** Nothing is written there. */
export const MISSING = Number.NaN;
/** `NaN`, `NA`, `null`, `inf`: a program had no price, and wrote that. Reported as dirt. */
export const NO_NUMBER = Number.POSITIVE_INFINITY;
/** Neither a number nor one of those words: the file is not what it seems to be. */
export const UNREADABLE = Number.NEGATIVE_INFINITY;

const EXACT = 2 ** 53;
const TENS = Float64Array.from({ length: 23 }, (_, k) => Number(`1e${k}`));
const NUMBER = /^[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?$/;
const WORDS = new Set(['nan', 'na', 'n/a', '#n/a', 'null', 'none', '-', 'inf', '-inf', '+inf', 'infinity']);

/** Never throws. A whole mantissa below 2^53 over a power of ten up to 22 is rounded once, thus exact. */
export function parsePrice(bytes: Uint8Array, from: number, to: number): number {
  if (from >= to) return MISSING;
  let at = from;
  const isNegative = bytes[at] === 0x2d;
  if (isNegative) at++;
  let mantissa = 0;
  let digits = 0;
  let decimals = -1;
  for (; at < to; at++) {
    const digit = (bytes[at] ?? 0) - 0x30;
    if (digit >= 0 && digit <= 9) {
      mantissa = mantissa * 10 + digit;
      digits++;
      if (decimals >= 0) decimals++;
    } else if (digit === -2 && decimals < 0) decimals = 0;
    else return parseText(bytes, from, to);
  }
  if (digits === 0 || mantissa >= EXACT || decimals > 22) return parseText(bytes, from, to);
  const value = decimals > 0 ? mantissa / (TENS[decimals] ?? 1) : mantissa;
  return isNegative ? -value : value;
}

const LONGEST = 64;

function parseText(bytes: Uint8Array, from: number, to: number): number {
  if (to - from > LONGEST) return UNREADABLE;
  const text = String.fromCharCode(...bytes.subarray(from, to)).trim();
  if (text === '') return MISSING;
  if (WORDS.has(text.toLowerCase())) return NO_NUMBER;
  if (!NUMBER.test(text)) return UNREADABLE;
  const value = Number(text);
  // Larger than any f64: no number either.
  return Number.isFinite(value) ? value : NO_NUMBER;
}

/** Why a cell is no price, of what people write by habit. */
export function whyNoPrice(text: string): { readonly code: string; readonly why: string } {
  if (
    /^[+-]?\d{1,3}(?:[,.'’_ \u00a0\u202f]\d{3}){2,}(?:[.,]\d+)?$|^[+-]?\d{1,3}(?:[,'’_ \u00a0\u202f]\d{3})+\.\d+$/.test(
      text,
    )
  ) {
    return { code: 'price-thousands', why: 'has thousands separators; write the digits alone, as in 1234.5' };
  }
  if (/^[+-]?\d+,\d+$/.test(text)) {
    return {
      code: 'price-comma',
      why: 'has a comma, which may part decimals or thousands; write 1234.5 or 1234',
    };
  }
  return { code: 'price-not-a-number', why: 'is no number' };
}
