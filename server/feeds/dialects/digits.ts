import { sumOf } from './crc-shift.ts';

const ZERO = 48;
const DOT = 46;
export const COLON = 58;
const HALF = 100_000_000;
/** `00`, `01`, … `99`: two digits a division. */
const PAIRS = Uint8Array.from(
  Array.from({ length: 100 }, (_, value) => [ZERO + Math.floor(value / 10), ZERO + (value % 10)]).flat(),
);
const POWERS = Array.from({ length: 16 }, (_, power) => 10 ** power);

/** A part of the text that a book's checksum is over, written digit by digit from whole numbers. Allocates nothing. */
export class Digits {
  readonly #text: Uint8Array;
  #length = 0;

  /** `numbers`: so many at most, of sixteen digits with a dot and a colon each. */
  constructor(numbers: number) {
    this.#text = new Uint8Array(numbers * 18);
  }

  begin(): void {
    this.#length = 0;
  }

  get length(): number {
    return this.#length;
  }

  /** What all that was written makes of a CRC32 state of 0. */
  sum(): number {
    return sumOf(this.#text, this.#length);
  }

  colon(): void {
    this.#text[this.#length] = COLON;
    this.#length += 1;
  }

  /** A whole number from 0 to 2^53. */
  whole(value: number): void {
    // In two halves of 32-bit numbers, which divide faster than doubles.
    const high = Math.floor(value / HALF);
    if (high > 0) {
      this.#write(high, countOf(high));
      this.#write(value - high * HALF, 8);
    } else this.#write(value, countOf(value));
  }

  /** `units` of 10^-scale as a decimal without zeros at its end. */
  shortest(units: number, scale: number): void {
    const one = POWERS[scale] ?? Number.NaN;
    const whole = Math.floor(units / one);
    this.whole(whole);
    const rest = units - whole * one;
    if (rest === 0) return;
    this.#text[this.#length] = DOT;
    this.#length += 1;
    if (scale > 8) this.#write(Math.floor(rest / HALF), scale - 8);
    this.#write(rest % HALF, Math.min(scale, 8));
    while (this.#text[this.#length - 1] === ZERO) this.#length -= 1;
  }

  /** Exactly `count` digits, at most nine. */
  #write(value: number, count: number): void {
    const text = this.#text;
    let rest = value | 0;
    let at = this.#length + count;
    this.#length = at;
    const start = at - count;
    while (at - start >= 2) {
      const next = (rest / 100) | 0;
      const pair = (rest - next * 100) * 2;
      text[at - 1] = PAIRS[pair + 1] ?? ZERO;
      text[at - 2] = PAIRS[pair] ?? ZERO;
      rest = next;
      at -= 2;
    }
    if (at > start) text[start] = ZERO + (rest % 10);
  }
}

function countOf(value: number): number {
  let count = 1;
  for (let bound = 10; value >= bound; bound *= 10) count += 1;
  return count;
}
