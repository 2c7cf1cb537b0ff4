import type { Literal } from './literal.ts';
import { HASH_SEED, HIGH_FACTOR, LOW_FACTOR, foldInto, joined } from './text-hash.ts';

/** 10^0 … 10^15, exact as doubles. */
export const POWERS = Array.from({ length: 16 }, (_, power) => 10 ** power);
/** So many digits fit into 32 and into 53 bits: sums of 32 bits are several times as fast as doubles. */
export const IN_32_BITS = 9;
const IN_53_BITS = 16;
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
  bytes: Uint8Array = new Uint8Array(0);
  /** The same memory in words of any place. */
  #view = new DataView(this.bytes.buffer);
  #offset = 0;
  at = 0;
  /** Whether the last `decimalCut` left something out. */
  cut = false;
  /** Decimals that the last `decimal` was written with, zeros at its end included. */
  decimals = 0;

  begin(bytes: Uint8Array): void {
    this.bytes = bytes;
    this.at = 0;
    this.#offset = bytes.byteOffset;
    // The frames that one read of the socket brought share their memory.
    if (bytes.buffer !== this.#view.buffer) this.#view = new DataView(bytes.buffer);
  }

  get ended(): boolean {
    return this.at === this.bytes.length;
  }

  peek(): number {
    return this.bytes[this.at] ?? -1;
  }

  literal({ bytes: expected, words }: Literal): boolean {
    const start = this.at;
    const { length } = expected;
    if (start + length > this.bytes.length) return false;
    if (length < 4) {
      for (let i = 0; i < length; i++) if (this.bytes[start + i] !== expected[i]) return false;
    } else {
      const from = this.#offset + start;
      const last = words.length - 1;
      for (let word = 0; word < last; word++) {
        if (this.#view.getInt32(from + word * 4, true) !== words[word]) return false;
      }
      if (this.#view.getInt32(from + length - 4, true) !== words[last]) return false;
    }
    this.at = start + length;
    return true;
  }

  /** One byte. */
  byte(expected: number): boolean {
    if (this.bytes[this.at] !== expected) return false;
    this.at += 1;
    return true;
  }

  /** An unsigned whole number up to 2^53; −1 when there is none. */
  uint(): number {
    const bytes = this.bytes;
    const start = this.at;
    let at = start;
    let value = 0;
    let digit = (bytes[at] ?? 0) - ZERO;
    while (digit >= 0 && digit <= 9 && at < start + IN_32_BITS) {
      value = (Math.imul(value, 10) + digit) | 0;
      digit = (bytes[++at] ?? 0) - ZERO;
    }
    if (digit >= 0 && digit <= 9) {
      let low = 0;
      while (digit >= 0 && digit <= 9) {
        low = (Math.imul(low, 10) + digit) | 0;
        digit = (bytes[++at] ?? 0) - ZERO;
      }
      if (at - start > IN_53_BITS) return -1;
      value = value * (POWERS[at - start - IN_32_BITS] ?? Number.NaN) + low;
    }
    const leadingZero = bytes[start] === ZERO && at > start + 1; // no JSON number
    if (at === start || leadingZero || !(value <= Number.MAX_SAFE_INTEGER)) return -1;
    this.at = at;
    return value;
  }

  /** Exactly `count` digits, leading zeros among them; −1 when there are fewer. */
  digits(count: number): number {
    const bytes = this.bytes;
    const end = this.at + count;
    let value = 0;
    for (let at = this.at; at < end; at++) {
      const byte = bytes[at];
      if (!isDigit(byte)) return -1;
      value = value * 10 + (byte - ZERO);
    }
    this.at = end;
    return value;
  }

  /** Up to `most` digits, at most nine, leading zeros among them; −1 when there is none. */
  someDigits(most: number): number {
    const { bytes, at: start } = this;
    let at = start;
    let value = 0;
    let digit = (bytes[at] ?? 0) - ZERO;
    while (digit >= 0 && digit <= 9 && at < start + most) {
      value = (Math.imul(value, 10) + digit) | 0;
      digit = (bytes[++at] ?? 0) - ZERO;
    }
    this.at = at;
    return at === start ? -1 : value;
  }

  /** Passes over plain text up to the quote that ends it. False at an escape, a control or a byte beyond ASCII. */
  skipText(): boolean {
    const bytes = this.bytes;
    for (let at = this.at; ; at++) {
      const byte = bytes[at] ?? 0;
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
    const bytes = this.bytes;
    const start = this.at;
    let at = start;
    let whole = 0;
    let digit = (bytes[at] ?? 0) - ZERO;
    while (digit >= 0 && digit <= 9) {
      whole = (Math.imul(whole, 10) + digit) | 0;
      digit = (bytes[++at] ?? 0) - ZERO;
    }
    const dot = at;
    let part = 0;
    if (digit === DOT - ZERO) {
      const end = dot + 1 + Math.min(scale, IN_32_BITS);
      digit = (bytes[++at] ?? 0) - ZERO;
      while (digit >= 0 && digit <= 9 && at < end) {
        part = (Math.imul(part, 10) + digit) | 0;
        digit = (bytes[++at] ?? 0) - ZERO;
      }
      part *= POWERS[scale - (at - dot - 1)] ?? Number.NaN;
      while (digit === 0) digit = (bytes[++at] ?? 0) - ZERO;
    }
    const isLong = dot - start > IN_32_BITS || (digit >= 0 && digit <= 9);
    if (dot === start || at === dot + 1 || isLong) return this.#longDecimal(scale);
    const value = whole * (POWERS[scale] ?? Number.NaN) + part;
    if (!(value <= Number.MAX_SAFE_INTEGER)) return -1;
    this.at = at;
    this.decimals = at === dot ? 0 : at - dot - 1;
    return value;
  }

  /** The same of any length, a few times slower. */
  #longDecimal(scale: number): number {
    const bytes = this.bytes;
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
    if (this.bytes[this.at] === ZERO && isDigit(this.bytes[this.at + 1])) return -1;
    return this.decimal(scale);
  }

  /**
   * A decimal, cut off after `scale` decimals. What was cut away tells `cut`. A venue's books hold
   * orders from before it made its lots larger, so sizes between two lots are real.
   */
  decimalCut(scale: number): number {
    const bytes = this.bytes;
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
    const bytes = this.bytes;
    let low = HASH_SEED;
    let high = HASH_SEED;
    const end = Math.min(bytes.length, this.at + longest + 1);
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
    const bytes = this.bytes;
    let hash = HASH_SEED;
    const end = Math.min(bytes.length, this.at + longest + 1);
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
