/**
 * A seeded generator of random numbers (sfc32, Chris Doty-Humphrey's small fast counting generator).
 * Every consumer has its own stream, named by salts, so that one consumer never shifts another.
 */
export class Random {
  #a: number;
  #b: number;
  #c: number;
  #counter = 1;
  #spare = NaN;

  constructor(seed: number, ...salts: readonly number[]) {
    let hash = (seed ^ Math.floor(seed / 2 ** 32) ^ 0x9e3779b9) | 0;
    const mix = (word: number): number => {
      hash = Math.imul(hash ^ word ^ (hash >>> 16), 0x21f0aaad);
      hash = Math.imul(hash ^ (hash >>> 15), 0x735a2d97);
      hash ^= hash >>> 15;
      return hash;
    };
    for (const salt of salts) mix(salt | 0);
    this.#a = mix(1);
    this.#b = mix(2);
    this.#c = mix(3);
    for (let warmUp = 0; warmUp < 12; warmUp++) this.#word();
  }

  /** Uniform in [0, 1). */
  uniform(): number {
    return (this.#word() >>> 0) / 2 ** 32;
  }

  between(low: number, high: number): number {
    return low + (high - low) * this.uniform();
  }

  /** True with the given probability. */
  chance(probability: number): boolean {
    return this.uniform() < probability;
  }

  /** A whole number in [0, count). */
  below(count: number): number {
    return Math.floor(this.uniform() * count);
  }

  /** Standard normal (Marsaglia's polar method). */
  normal(): number {
    if (!Number.isNaN(this.#spare)) {
      const spare = this.#spare;
      this.#spare = NaN;
      return spare;
    }
    for (;;) {
      const x = 2 * this.uniform() - 1;
      const y = 2 * this.uniform() - 1;
      const square = x * x + y * y;
      if (square >= 1 || square === 0) continue;
      const scale = Math.sqrt((-2 * Math.log(square)) / square);
      this.#spare = y * scale;
      return x * scale;
    }
  }

  #word(): number {
    const sum = (this.#a + this.#b + this.#counter) | 0;
    this.#counter = (this.#counter + 1) | 0;
    this.#a = this.#b ^ (this.#b >>> 9);
    this.#b = (this.#c + (this.#c << 3)) | 0;
    this.#c = (this.#c << 21) | (this.#c >>> 11);
    this.#c = (this.#c + sum) | 0;
    return sum;
  }
}
