import { pairAt } from '../lib/pairs.ts';

/** What every backend returns of a resampling: four figures a pair. */
export interface Bootstrapped {
  readonly n: number;
  /** low, high, P(|ρ| > c), standard deviation of each pair i < j, row by row; all 0 where not usable. */
  readonly pairs: Float32Array<ArrayBuffer>;
  /** 1 where a row could be resampled, n: complete, moving, and not by a few samples alone. */
  readonly usable: Uint8Array;
}

export interface PairUncertainty {
  readonly low: number;
  readonly high: number;
  /** P(|ρ| > c), the share of the resamples. */
  readonly exceeds: number;
  readonly deviation: number;
}

export const FIGURES = 4;

/** Null where there is none: one of the two could not be resampled. */
export function pairUncertainty(
  { n, pairs, usable }: Bootstrapped,
  i: number,
  j: number,
): PairUncertainty | null {
  if (i === j || usable[i] !== 1 || usable[j] !== 1) return null;
  const at = pairAt(n, i, j) * FIGURES;
  const [low = 0, high = 0, exceeds = 0, deviation = 0] = pairs.subarray(at, at + FIGURES);
  return { low, high, exceeds, deviation };
}
