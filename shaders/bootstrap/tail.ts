import { normalCdf, normalQuantile } from '../lib/normal.ts';
import type { BlockDraw } from './block-table.ts';

/**
 * A resampled variance is that of a kernel estimate over L samples: Bartlett's for blocks of a fixed
 * length, an exponential one for geometric lengths. ∫k and ∫k² are what it costs in bias and noise.
 */
const KERNEL = { fixed: [1, 2 / 3], stationary: [2, 1] } as const;

/**
 * The share of the resamples beyond each end of an interval, so that it covers with `confidence`.
 * Percentiles of T / L blocks cover less than their name: the blocks' variance is short by L / T and is
 * itself uncertain. The normal quantile z is therefore widened to second order, by
 * z (∫k + (1 + z²)/2 ∫k²) L / 2T (Sun, Phillips and Jin 2008).
 */
export function tailProbability(
  confidence: number,
  { t, blockLength, stationary }: Pick<BlockDraw, 't' | 'blockLength' | 'stationary'>,
): number {
  const z = normalQuantile((1 + confidence) / 2);
  const [bias, noise] = stationary ? KERNEL.stationary : KERNEL.fixed;
  const wider = 1 + ((bias + ((1 + z * z) / 2) * noise) * blockLength) / (2 * t);
  return normalCdf(-z * wider);
}
