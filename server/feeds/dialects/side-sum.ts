import type { BookSide } from '../book-side.ts';
import { shifted } from './crc-shift.ts';
import type { LevelSums } from './level-sums.ts';

/**
 * The part of a checksum that is over the best levels of one side, one behind the other. Most changes
 * touch one side or neither: the levels are looked at only when they may be others.
 */
export class SideSum {
  readonly #texts: LevelSums;
  /** As they were looked at last, best first. */
  readonly #prices: Float64Array;
  readonly #sizes: Float64Array;
  readonly #lengths: Uint8Array;
  readonly #sums: Int32Array;
  readonly #newPrices: Float64Array;
  readonly #newSizes: Float64Array;
  #rows = 0;
  #side: BookSide | null = null;
  #version = -1;

  constructor(levels: number, texts: LevelSums) {
    this.#texts = texts;
    this.#prices = new Float64Array(levels).fill(Number.NaN);
    this.#sizes = new Float64Array(levels);
    this.#lengths = new Uint8Array(levels);
    this.#sums = new Int32Array(levels);
    this.#newPrices = new Float64Array(levels);
    this.#newSizes = new Float64Array(levels);
  }

  /** False when the best levels are surely those of the last time. */
  read(side: BookSide): boolean {
    const { summed } = side;
    if (side === this.#side && summed.version === this.#version) return false;
    const [prices, sizes] = [this.#newPrices, this.#newSizes];
    this.#rows = side.top(prices.length, prices, sizes, summed);
    this.#side = side;
    this.#version = summed.version;
    for (let row = 0; row < this.#rows; row++) {
      const price = prices[row] ?? 0;
      const size = sizes[row] ?? 0;
      if (this.#prices[row] === price && this.#sizes[row] === size) continue;
      const at = this.#texts.find(price, size);
      this.#prices[row] = price;
      this.#sizes[row] = size;
      this.#lengths[row] = this.#texts.length(at);
      this.#sums[row] = this.#texts.sum(at);
    }
    return true;
  }

  /** The CRC32 state behind its levels, `state` being the one before them. */
  behind(state: number): number {
    let next = state;
    for (let row = 0; row < this.#rows; row++) {
      next = shifted(next, this.#lengths[row] ?? 0) ^ (this.#sums[row] ?? 0);
    }
    return next;
  }
}
