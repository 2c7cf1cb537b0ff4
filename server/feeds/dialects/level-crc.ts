import { shifted } from './crc-shift.ts';
import type { Digits } from './digits.ts';

/** Levels whose text is remembered, a power of two: several times as many as any checksum is over. */
const REMEMBERED = 512;

/** Writes what of a level the checksum is over: ticks and lots. */
export type WriteLevel = (digits: Digits, price: number, size: number) => void;

/**
 * CRC32 of the best levels of a book, level by level. Of a hundred levels one or two change with a
 * message: each one's text is written and summed once, and where all levels so far are those of the
 * last time, so is the sum. What comes out is the CRC of the whole text all the same.
 */
export class LevelCrc {
  readonly #digits: Digits;
  readonly #write: WriteLevel;
  readonly #start: number;
  /** By a hash of both: the text's length and what it makes of a state of 0. */
  readonly #prices = new Float64Array(REMEMBERED).fill(Number.NaN);
  readonly #sizes = new Float64Array(REMEMBERED);
  readonly #lengths = new Uint8Array(REMEMBERED);
  readonly #sums = new Int32Array(REMEMBERED);
  /** Of the last time, by row; and the state behind each. */
  readonly #lastPrices: Float64Array;
  readonly #lastSizes: Float64Array;
  readonly #states: Int32Array;
  #known = 0;
  #row = 0;
  #state = 0;

  /** Over at most `levels`; `start`: the state before the first. */
  constructor(levels: number, digits: Digits, start: number, write: WriteLevel) {
    this.#digits = digits;
    this.#start = start;
    this.#write = write;
    this.#lastPrices = new Float64Array(levels);
    this.#lastSizes = new Float64Array(levels);
    this.#states = new Int32Array(levels);
  }

  begin(): void {
    this.#row = 0;
    this.#state = this.#start;
  }

  /** The next level. */
  add(price: number, size: number): void {
    const row = this.#row;
    this.#row = row + 1;
    if (row < this.#known) {
      if (this.#lastPrices[row] === price && this.#lastSizes[row] === size) {
        this.#state = this.#states[row] ?? 0;
        return;
      }
      this.#known = row;
    }
    const at = this.#find(price, size);
    this.#state = shifted(this.#state, this.#lengths[at] ?? 0) ^ (this.#sums[at] ?? 0);
    this.#lastPrices[row] = price;
    this.#lastSizes[row] = size;
    this.#states[row] = this.#state;
  }

  /** Unsigned. */
  end(): number {
    this.#known = this.#row;
    return this.#row === 0 ? 0 : ~this.#state >>> 0;
  }

  #find(price: number, size: number): number {
    const hash = Math.imul(price | 0, 0x9e3779b1) ^ Math.imul(size | 0, 0x85ebca77);
    const at = (hash ^ (hash >>> 15)) & (REMEMBERED - 1);
    if (this.#prices[at] === price && this.#sizes[at] === size) return at;
    const digits = this.#digits;
    digits.begin();
    this.#write(digits, price, size);
    this.#prices[at] = price;
    this.#sizes[at] = size;
    this.#lengths[at] = digits.length;
    this.#sums[at] = digits.sum();
    return at;
  }
}
