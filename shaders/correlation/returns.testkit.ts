import type { CorrelationInput } from './panel.ts';

/** A small repeatable generator (mulberry32); uniform in [0, 1). */
export function generator(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let x = Math.imul(state ^ (state >>> 15), state | 1);
    x ^= x + Math.imul(x ^ (x >>> 7), x | 61);
    return ((x ^ (x >>> 14)) >>> 0) / 4294967296;
  };
}

export interface Sample extends CorrelationInput {
  readonly returns: Float64Array;
  readonly valid: Uint32Array;
}

/** Returns with two common factors; `missing` is the share of cleared bits (their values are junk). */
export function factorReturns(n: number, t: number, seed: number, missing = 0): Sample {
  const random = generator(seed);
  const normal = (): number => Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
  const words = Math.ceil(t / 32);
  const returns = new Float64Array(n * t);
  const valid = new Uint32Array(n * words);
  const factors = Array.from({ length: t }, () => [normal(), normal()] as const);
  for (let i = 0; i < n; i++) {
    const [a, b, size] = [random() * 2 - 1, random() * 2 - 1, 10 ** (-5 + 3 * random())];
    factors.forEach(([f, g], k) => {
      const lost = random() < missing;
      returns[i * t + k] = lost ? Number.NaN : (a * f + b * g + normal()) * size;
      if (!lost) setValid(valid, words, i, k);
    });
  }
  return { returns, valid, n, t };
}

export function setValid(valid: Uint32Array, words: number, i: number, k: number): void {
  const at = i * words + (k >>> 5);
  valid[at] = (valid[at] ?? 0) | (1 << (k & 31));
}
