/**
 * The cheap mode: uncertainty by Fisher's transform with as many samples as the pair's memory leaves.
 * It knows nothing of fat tails and shared storms, which the bootstrap does; it needs no resamples,
 * and works where samples are missing.
 */
import { commonSamples } from '../correlation/correlated.ts';
import { fisherInterval } from '../correlation/interval.ts';
import type { Panel } from '../correlation/panel.ts';
import { normalCdf, normalQuantile } from '../lib/normal.ts';
import { usualBlockLength } from './block-table.ts';
import type { PairUncertainty } from './bootstrapped.ts';

/**
 * Samples that tell as much as if each were independent, by pair: n / (1 + 2 Σ (1 − k/n) r_i(k) r_j(k))
 * with the autocorrelations r (Bartlett 1946), never more than the pair has.
 */
export function effectiveSamples(panel: Panel): (i: number, j: number) => number {
  const { n, t } = panel;
  const lags = Math.min(Math.max(0, t - 1), usualBlockLength(t));
  const memory = new Float64Array(n * lags);
  for (let i = 0; i < n; i++) {
    for (let lag = 1; lag <= lags; lag++) memory[i * lags + lag - 1] = autocorrelation(panel, i, lag);
  }
  return (i, j) => {
    const common = panel.pairwise === null ? t : commonSamples(panel, i, j);
    let sum = 0;
    for (let lag = 1; lag <= lags; lag++) {
      sum += (1 - lag / t) * (memory[i * lags + lag - 1] ?? 0) * (memory[j * lags + lag - 1] ?? 0);
    }
    return common * Math.min(1, panel.effectiveSamples / t / Math.max(1, 1 + 2 * sum));
  };
}

/** Of a row whose squares sum to about 1; a missing sample counts as its mean. */
function autocorrelation({ t, nPad, z }: Panel, i: number, lag: number): number {
  let sum = 0;
  let squares = 0;
  for (let at = i, end = (t - lag) * nPad; at < end; at += nPad) {
    sum += (z[at] ?? 0) * (z[at + lag * nPad] ?? 0);
  }
  for (let at = i, end = t * nPad; at < end; at += nPad) squares += (z[at] ?? 0) ** 2;
  return squares > 0 ? sum / squares : 0;
}

/** The four figures of a pair whose correlation is `rho` over `samples`; null for three samples or fewer. */
export function fisherUncertainty(
  rho: number,
  samples: number,
  { threshold, confidence }: { readonly threshold: number; readonly confidence: number },
): PairUncertainty | null {
  const interval = fisherInterval(rho, samples, normalQuantile((1 + confidence) / 2));
  if (interval === null) return null;
  const error = 1 / Math.sqrt(samples - 3);
  const centre = Math.atanh(rho);
  const bar = Math.atanh(threshold);
  const exceeds =
    Math.abs(rho) === 1 ? 1 : normalCdf((centre - bar) / error) + normalCdf((-centre - bar) / error);
  return { ...interval, exceeds, deviation: (1 - rho * rho) * error };
}
