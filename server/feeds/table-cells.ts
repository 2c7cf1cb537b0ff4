/**
 * The words of a market table for the one thread that writes them. Words go through Atomics, and only
 * those that change: a plain read tells, as nobody else writes.
 */
export class Cells {
  readonly words: Int32Array;
  /** The same memory by its doubles, to see what is there. */
  readonly #values: Float64Array;
  readonly #double = new Float64Array(1);
  readonly #halves = new Int32Array(this.#double.buffer);

  constructor(words: Int32Array) {
    this.words = words;
    this.#values = new Float64Array(words.buffer);
  }

  /** The double at an even word. */
  valueAt(at: number): number {
    return this.#values[at >> 1] ?? 0;
  }

  word(at: number, value: number): void {
    if (this.words[at] !== value) Atomics.store(this.words, at, value);
  }

  /** A double at an even word. */
  value(at: number, value: number): void {
    if (this.#values[at >> 1] === value) return;
    this.#double[0] = value;
    this.word(at, this.#halves[0] ?? 0);
    this.word(at + 1, this.#halves[1] ?? 0);
  }
}
