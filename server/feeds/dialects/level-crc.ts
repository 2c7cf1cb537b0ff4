import { shifted } from './crc-shift.ts';
import type { LevelSums } from './level-sums.ts';

/**
 * CRC32 of the best levels of a book, level by level. Of a hundred levels one or two change with a
 * message: where all levels so far are those of the last time, so is the sum. What comes out is the CRC of the whole text all the same.
 */
export class LevelCrc {
  readonly #texts: LevelSums;
  readonly #start: number;
  /** Of the last time, by row; and the state behind each. */
  readonly #lastPrices: Float64Array;
  readonly #lastSizes: Float64Array;
  readonly #states: Int32Array;
  #known = 0;
  #row = 0;
  #state = 0;

  /** Over at most `levels`; `start`: the state before the first. */
  constructor(levels: number, start: number, texts: LevelSums) {
    this.#texts = texts;
    this.#start = start;
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
    const at = this.#texts.find(price, size);
    this.#state = shifted(this.#state, this.#texts.length(at)) ^ this.#texts.sum(at);
    this.#lastPrices[row] = price;
    this.#lastSizes[row] = size;
    this.#states[row] = this.#state;
  }

  /** Unsigned. */
  end(): number {
    this.#known = this.#row;
    return this.#row === 0 ? 0 : ~this.#state >>> 0;
  }
}
