import { FRAME, WORDS, digitsIn, nibblesAt, takeFrame, valueOf } from './frame-bytes.ts';
import type { Literal } from './literal.ts';
import { HASH_SEED, HIGH_FACTOR, LOW_FACTOR, foldInto, joined } from './text-hash.ts';

/** 10^0 … 10^15, exact as doubles. */
export const POWERS = Array.from({ length: 16 }, (_, power) => 10 ** power);
/** So many digits are read in sums of 32 bits, several times as fast as doubles. */
const EIGHT = 8;
const TENS = Int32Array.from(POWERS.slice(0, EIGHT + 1));
const ZERO = 48;
const NINE = 57;
const DOT = 46;
const MINUS = 45;
const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const SPACE = 0x20;
const TILDE = 0x7e;

/**
 * Reads known JSON straight from bytes: literals, whole numbers, decimals as integers. It never
 * guesses: whatever is not exactly as expected fails, and the caller's slow path decides.
 */
export class Scanner {
  at = 0;
  #end = 0;
  /** Whether the last `decimalCut` left something out. */
  cut = false;
  /** Decimals that the last `decimal` was written with, zeros at its end included. */
  decimals = 0;

  /** Of a frame that is too long for it nothing is as expected. */
  begin(bytes: Uint8Array): void {
    this.at = 0;
    this.#end = takeFrame(bytes);
  }

  get ended(): boolean {
    return this.at === this.#end;
  }

  /** 0 at the end. */
  peek(): number {
    return FRAME[this.at] ?? 0;
  }

  literal({ bytes: expected, eights, first, last }: Literal): boolean {
    const start = this.at;
    const { length } = expected;
    const end = start + length;
    if (end > this.#end) return false;
    if (length >= 8) {
      const before = eights.length - 1;
      for (let word = 0; word < before; word++) {
        if (WORDS.getFloat64(start + word * 8, true) !== eights[word]) return false;
      }
      if (WORDS.getFloat64(end - 8, true) !== eights[before]) return false;
    } else if (length >= 4) {
      if (WORDS.getInt32(start, true) !== first || WORDS.getInt32(end - 4, true) !== last) return false;
    } else {
      for (let at = 0; at < length; at++) if (FRAME[start + at] !== expected[at]) return false;
    }
    this.at = end;
    return true;
  }

  /** Passes over what is the same, byte by byte, as the `length` bytes at `from`, eight or more of plain text. */
  again(from: number, length: number): boolean {
    const start = this.at;
    const end = start + length;
    if (end > this.#end) return false;
    for (let passed = 0; passed < length - 8; passed += 8) {
      if (WORDS.getFloat64(start + passed, true) !== WORDS.getFloat64(from + passed, true)) return false;
    }
    if (WORDS.getFloat64(end - 8, true) !== WORDS.getFloat64(from + length - 8, true)) return false;
    this.at = end;
    return true;
  }

  /** One byte. */
  byte(expected: number): boolean {
    if (FRAME[this.at] !== expected) return false;
    this.at += 1;
    return true;
  }

  /** Up to eight digits, leading zeros among them; moves behind them. 0 where there is none. */
  #eight(): number {
    const start = this.at;
    const nibbles = nibblesAt(start);
    const count = digitsIn(nibbles);
    if (count < 4) {
      this.at = start + count;
      return count === 0 ? 0 : valueOf(nibbles, count);
    }
    const next = nibblesAt(start + 4);
    const more = digitsIn(next);
    this.at = start + 4 + more;
    const high = valueOf(nibbles, 4);
    return more === 0 ? high : Math.imul(high, TENS[more] ?? 0) + valueOf(next, more);
  }

  /** An unsigned whole number up to 2^53; −1 when there is none. */
  uint(): number {
    const start = this.at;
    let value = this.#eight();
    if (this.at === start + EIGHT) {
      const low = this.#eight();
      value = value * (POWERS[this.at - start - EIGHT] ?? Number.NaN) + low;
    }
    const { at } = this;
    const leadingZero = FRAME[start] === ZERO && at > start + 1; // no JSON number
    const isLonger = at === start + 2 * EIGHT && isDigit(FRAME[at]);
    if (at === start || leadingZero || isLonger || !(value <= Number.MAX_SAFE_INTEGER)) {
      this.at = start;
      return -1;
    }
    return value;
  }

  /** Exactly two digits, leading zeros among them; −1 when there are fewer. */
  twoDigits(): number {
    const tens = (FRAME[this.at] ?? 0) - ZERO;
    const ones = (FRAME[this.at + 1] ?? 0) - ZERO;
    if (tens >>> 0 > 9 || ones >>> 0 > 9) return -1;
    this.at += 2;
    return tens * 10 + ones;
  }

  /** Exactly `count` digits, at most eight; −1 when there are fewer. */
  digits(count: number): number {
    const start = this.at;
    const value = this.someDigits();
    if (this.at - start === count) return value;
    this.at = start;
    return -1;
  }

  /** Up to eight digits, leading zeros among them; −1 when there is none. */
  someDigits(): number {
    const start = this.at;
    const value = this.#eight();
    return this.at === start ? -1 : value;
  }

  /** Passes over plain text up to the quote that ends it. False at an escape, a control or a byte beyond ASCII. */
  skipText(): boolean {
    for (let { at } = this; ; at++) {
      const byte = FRAME[at] ?? 0;
      if (byte === QUOTE) {
        this.at = at;
        return true;
      }
      if (byte < SPACE || byte > TILDE || byte === BACKSLASH) return false;
    }
  }

  /** A whole number with or without a minus, down to −2^53; NaN when there is none. */
  int(): number {
    const negative = this.byte(MINUS);
    const value = this.uint();
    if (value < 0 || (negative && value === 0)) return Number.NaN;
    return negative ? -value : value;
  }

  /**
   * An unsigned plain decimal as a whole number of 10^-scale, without a float in between; −1 when
   * there is none, it is beyond 2^53, or it has more decimals than `scale` that are not 0.
   */
  decimal(scale: number): number {
    const start = this.at;
    const whole = this.#eight();
    const dot = this.at;
    let part = 0;
    if (FRAME[dot] === DOT) {
      this.at = dot + 1;
      part = this.#eight();
      const beyond = this.at - dot - 1 - scale;
      if (beyond <= 0) part *= POWERS[-beyond] ?? Number.NaN;
      else {
        const units = TENS[beyond] ?? 1;
        const rest = part % units;
        // Not a whole number of 10^-scale: the slow way decides.
        part = rest === 0 ? (part / units) | 0 : Number.NaN;
      }
    }
    const { at } = this;
    const value = whole * (POWERS[scale] ?? Number.NaN) + part;
    const isWritten = dot > start && at !== dot + 1;
    if (!isWritten || isDigit(FRAME[at]) || !(value <= Number.MAX_SAFE_INTEGER)) {
      this.at = start;
      return this.#longDecimal(scale);
    }
    this.decimals = at === dot ? 0 : at - dot - 1;
    return value;
  }

  /** The same of any length, a few times slower. */
  #longDecimal(scale: number): number {
    const bytes = FRAME;
    let at = this.at;
    let value = 0;
    let byte = bytes[at] ?? 0;
    while (byte >= ZERO && byte <= NINE) {
      value = value * 10 + (byte - ZERO);
      byte = bytes[++at] ?? 0;
    }
    if (at === this.at) return -1;
    let decimals = 0;
    let written = 0;
    if (byte === DOT) {
      byte = bytes[++at] ?? 0;
      const start = at;
      while (byte >= ZERO && byte <= NINE) {
        if (decimals < scale) {
          value = value * 10 + (byte - ZERO);
          decimals += 1;
        } else if (byte !== ZERO) return -1;
        byte = bytes[++at] ?? 0;
      }
      if (at === start) return -1;
      written = at - start;
    }
    value *= POWERS[scale - decimals] ?? Number.NaN;
    if (!(value <= Number.MAX_SAFE_INTEGER)) return -1;
    this.at = at;
    this.decimals = written;
    return value;
  }

  /** The same where JSON has a number without quotes, which begins with no needless zero. */
  number(scale: number): number {
    if (FRAME[this.at] === ZERO && isDigit(FRAME[this.at + 1])) return -1;
    return this.decimal(scale);
  }

  /**
   * A decimal, cut off after `scale` decimals. What was cut away tells `cut`. A venue's books hold
   * orders from before it made its lots larger, so sizes between two lots are real.
   */
  decimalCut(scale: number): number {
    const bytes = FRAME;
    const start = this.at;
    this.cut = false;
    const exact = this.decimal(scale);
    if (exact >= 0) return exact;
    let at = start;
    while (isDigit(bytes[at])) at += 1;
    if (at === start || bytes[at] !== DOT) return -1;
    const dot = at;
    const end = dot + 1 + scale;
    let value = 0;
    for (at = start; at < end; at++) {
      const byte = bytes[at];
      if (isDigit(byte)) value = value * 10 + (byte - ZERO);
      else if (at !== dot) return -1;
    }
    while (isDigit(bytes[at])) at += 1;
    if (!(value <= Number.MAX_SAFE_INTEGER) || at === end) return -1;
    this.cut = true;
    this.at = at;
    return value;
  }

  /**
   * `idHashOf` the bytes up to the next quote; moves to it. −1 where none is near, or what
   * is no plain text comes first.
   */
  idHash(longest: number): number {
    const bytes = FRAME;
    let low = HASH_SEED;
    let high = HASH_SEED;
    const end = Math.min(this.#end, this.at + longest + 1);
    for (let at = this.at; at < end; at++) {
      const byte = bytes[at] ?? 0;
      if (byte === QUOTE) {
        this.at = at;
        return joined(low, high);
      }
      if (byte < SPACE || byte > TILDE || byte === BACKSLASH) return -1;
      low = Math.imul(low ^ byte, LOW_FACTOR);
      high = Math.imul(high ^ byte, HIGH_FACTOR);
    }
    return -1;
  }

  /** Hash of the bytes up to `stop`, letters folded to upper case; moves to `stop`. 0 when not found. */
  foldedHash(stop: number, longest: number): number {
    const bytes = FRAME;
    let hash = HASH_SEED;
    const end = Math.min(this.#end, this.at + longest + 1);
    for (let at = this.at; at < end; at++) {
      const byte = bytes[at] ?? 0;
      if (byte === stop) {
        this.at = at;
        return hash;
      }
      hash = foldInto(hash, byte);
    }
    return 0;
  }
}

const isDigit = (byte: number | undefined): byte is number =>
  byte !== undefined && byte >= ZERO && byte <= NINE;
