import { MIN_SAMPLES, type Panel } from './panel.ts';

/** What every backend returns of a panel. */
export interface Correlated {
  /** ρ, n × n row by row, in [−1, 1]; 1 on the diagonal; 0 where invalid. */
  readonly matrix: Float32Array<ArrayBuffer>;
  /** Bits n × ⌈n/32⌉: set where there is no correlation (too few common samples, or a constant row). */
  readonly invalid: Uint32Array<ArrayBuffer>;
}

export const invalidWords = (n: number): number => Math.ceil(n / 32);

/** Whether cell (i, j) of an n × n matrix is marked invalid. */
export function isInvalid(invalid: Uint32Array, n: number, i: number, j: number): boolean {
  return ((invalid[i * invalidWords(n) + (j >>> 5)] ?? 0) & (1 << (j & 31))) !== 0;
}

/** Samples that rows i and j of a panel or a result have in common: the n of a confidence interval. */
export function commonSamples(
  { valid, words }: { readonly valid: Uint32Array; readonly words: number },
  i: number,
  j: number,
): number {
  let count = 0;
  for (let w = 0; w < words; w++) {
    count += popcount((valid[i * words + w] ?? 0) & (valid[j * words + w] ?? 0));
  }
  return count;
}

/** With nothing missing a row is usable as a whole or not at all. */
export function usableRows({ n, t, words, valid }: Panel): boolean[] {
  return Array.from({ length: n }, (_, i) => t >= MIN_SAMPLES && (valid[i * words] ?? 0) !== 0);
}

/** Bits set in a 32-bit word. */
export function popcount(word: number): number {
  let x = word - ((word >>> 1) & 0x55555555);
  x = (x & 0x33333333) + ((x >>> 2) & 0x33333333);
  return Math.imul((x + (x >>> 4)) & 0x0f0f0f0f, 0x01010101) >>> 24;
}
