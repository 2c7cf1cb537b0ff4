import { FRAME } from '../frame-bytes.ts';
import type { Levels } from '../market-message.ts';
import { POWERS, type Scanner } from '../scanner.ts';
import { stepsOf, type Units } from './units.ts';

const ZERO = 0x30;
const DOT = 0x2e;
const QUOTE = 0x22;
const COMMA = 0x2c;
const ARRAY = 0x5b;
const ARRAY_END = 0x5d;
/** So many digits fit into a sum of 32 bits. */
const IN_32_BITS = 9;

/** The price at `scan` in ticks; −1 when it is no plain decimal on the instrument's tick. */
export function scanPrice(scan: Scanner, { priceScale, tickStep }: Units): number {
  return stepsOf(scan.decimal(priceScale), tickStep);
}

/** The size at `scan` in whole lots, cut as `wholeLots` does; −1 when it is no plain decimal. */
export function scanLots(scan: Scanner, { sizeScale, lotStep }: Units): number {
  const units = scan.decimalCut(sizeScale);
  if (units < 0) return -1;
  const lots = lotStep === 1 ? units : Math.floor(units / lotStep);
  return lots === 0 && (units > 0 || scan.cut) ? 1 : lots;
}

/**
 * `["price","size"],…]` in ticks and lots, the opening bracket already read; behind the size of each
 * stand `more` whole numbers in quotes. False where one is not so. Most of a feed's time goes by here: so
 * both numbers, for `Scanner.decimal` elsewhere, are read in this loop, and only odd ones over there.
 */
export function scanLevels(scan: Scanner, units: Units, more: number, into: Levels): boolean {
  const { priceScale, tickStep, sizeScale, lotStep } = units;
  const priceUnits = POWERS[priceScale] ?? Number.NaN;
  const sizeUnits = POWERS[sizeScale] ?? Number.NaN;
  const bytes = FRAME;
  into.clear();
  if (scan.byte(ARRAY_END)) return true;
  for (let at = scan.at; ; at += 3) {
    if (bytes[at] !== ARRAY || bytes[at + 1] !== QUOTE) return false;
    at += 2;
    let start = at;
    let whole = 0;
    let digit = (bytes[at] ?? 0) - ZERO;
    while (digit >= 0 && digit <= 9) {
      whole = (Math.imul(whole, 10) + digit) | 0;
      digit = (bytes[++at] ?? 0) - ZERO;
    }
    let dot = at;
    let price = whole * priceUnits;
    if (digit === DOT - ZERO) {
      let part = 0;
      let left = priceScale;
      digit = (bytes[++at] ?? 0) - ZERO;
      while (digit >= 0 && digit <= 9 && left > 0) {
        part = (Math.imul(part, 10) + digit) | 0;
        left -= 1;
        digit = (bytes[++at] ?? 0) - ZERO;
      }
      price += part * (POWERS[left] ?? Number.NaN);
      while (digit === 0) digit = (bytes[++at] ?? 0) - ZERO;
    }
    if (digit !== QUOTE - ZERO || isOdd(start, dot, at, price)) {
      scan.at = start;
      price = scan.decimal(priceScale);
      at = scan.at;
      if (price < 0 || bytes[at] !== QUOTE) return false;
    }
    if (tickStep !== 1) {
      if (price % tickStep !== 0) return false;
      price /= tickStep;
    }
    if (bytes[at + 1] !== COMMA || bytes[at + 2] !== QUOTE) return false;
    at += 3;
    start = at;
    whole = 0;
    digit = (bytes[at] ?? 0) - ZERO;
    while (digit >= 0 && digit <= 9) {
      whole = (Math.imul(whole, 10) + digit) | 0;
      digit = (bytes[++at] ?? 0) - ZERO;
    }
    dot = at;
    let size = whole * sizeUnits;
    if (digit === DOT - ZERO) {
      let part = 0;
      let left = sizeScale;
      digit = (bytes[++at] ?? 0) - ZERO;
      while (digit >= 0 && digit <= 9 && left > 0) {
        part = (Math.imul(part, 10) + digit) | 0;
        left -= 1;
        digit = (bytes[++at] ?? 0) - ZERO;
      }
      size += part * (POWERS[left] ?? Number.NaN);
      while (digit === 0) digit = (bytes[++at] ?? 0) - ZERO;
    }
    if (digit !== QUOTE - ZERO || lotStep !== 1 || isOdd(start, dot, at, size)) {
      scan.at = start;
      size = scanLots(scan, units);
      at = scan.at;
      if (size < 0 || bytes[at] !== QUOTE) return false;
    }
    for (let passed = 0; passed < more; passed++) {
      if (bytes[at + 1] !== COMMA || bytes[at + 2] !== QUOTE) return false;
      scan.at = at + 3;
      if (scan.uint() < 0) return false;
      at = scan.at;
      if (bytes[at] !== QUOTE) return false;
    }
    if (bytes[at + 1] !== ARRAY_END) return false;
    into.push(price, size);
    if (bytes[at + 2] === COMMA) continue;
    scan.at = at + 3;
    return bytes[at + 2] === ARRAY_END;
  }
}

/** Whether a number from `start` to `end` is none, or too long for sums of 32 bits or for whole doubles. */
const isOdd = (start: number, dot: number, end: number, value: number): boolean =>
  dot === start ||
  dot - start > IN_32_BITS ||
  end === dot + 1 ||
  end - dot - 1 > IN_32_BITS ||
  !(value <= Number.MAX_SAFE_INTEGER);
