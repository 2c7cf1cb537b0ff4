import type { Digits } from './digits.ts';

/** Levels whose text is remembered, a power of two: several times as many as any checksum is over. */
const REMEMBERED = 512;

/** Writes what of a level the checksum is over: ticks and lots. */
export type WriteLevel = (digits: Digits, price: number, size: number) => void;

/** How long a level's text is and what it makes of a CRC32 state of 0. Each text is written and summed once. */
export class LevelSums {
  readonly #digits: Digits;
  readonly #write: WriteLevel;
  /** By a hash of both. */
  readonly #prices = new Float64Array(REMEMBERED).fill(Number.NaN);
  readonly #sizes = new Float64Array(REMEMBERED);
  readonly #lengths = new Uint8Array(REMEMBERED);
  readonly #sums = new Int32Array(REMEMBERED);

  constructor(digits: Digits, write: WriteLevel) {
    this.#digits = digits;
    this.#write = write;
  }

  /** A place for `length` and `sum`, until the next level is looked for. */
  find(price: number, size: number): number {
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

  length(at: number): number {
    return this.#lengths[at] ?? 0;
  }

  sum(at: number): number {
    return this.#sums[at] ?? 0;
  }
}
