/**
 * How sure each correlation is (K4): intervals and P(|ρ| > c) by the block bootstrap, by Fisher's transform
 * where samples are missing, and which pairs are correlated at all, with few false ones among them.
 */
import { ok } from '../../protocol/result.ts';
import { usualBlockLength } from '../bootstrap/block-table.ts';
import { FIGURES, pairUncertainty, type PairUncertainty } from '../bootstrap/bootstrapped.ts';
import { benjaminiHochberg, type Discoveries } from '../bootstrap/false-discovery.ts';
import { effectiveSamples, fisherUncertainty } from '../bootstrap/fisher.ts';
import { prepareResampling, type RESAMPLES } from '../bootstrap/resampling.ts';
import { shiftPValues } from '../bootstrap/shift-null.ts';
import { buildPanel } from '../correlation/build-panel.ts';
import { isInvalid } from '../correlation/correlated.ts';
import { pairAt, pairsBefore } from '../lib/pairs.ts';
import type { Analysis } from './analysis.ts';

export interface UncertaintyOptions {
  /** c of P(|ρ| > c). */
  readonly threshold: number;
  /** Of the intervals, e.g. 0.95. */
  readonly confidence: number;
  readonly resamples: (typeof RESAMPLES)[number];
  /** One in 1/q of the discoveries may be false. */
  readonly falseDiscovery: number;
  readonly seed: number;
}

/** Pairs i < j in a row, as `pairAt` counts them. */
export interface Uncertainty {
  readonly n: number;
  /** NaN where there is no correlation. */
  readonly rho: Float32Array;
  /** low, high, P(|ρ| > c), standard deviation of each pair; NaN where there is no correlation. */
  readonly figures: Float32Array;
  /** Pairs whose figures are Fisher's, because samples are missing. */
  readonly byFisher: number;
  /** Against no correlation at all, by circular shifts; NaN where there was no test. */
  readonly p: Float64Array;
  readonly discoveries: Discoveries;
  readonly blockLength: number;
}

/** Turned panels of the null. */
const SHIFTS = 32;

export const uncertainty: Analysis<UncertaintyOptions, Uncertainty> = {
  instruments: [2, 512],
  run: async (returns, { threshold, confidence, resamples, falseDiscovery, seed }, tools) => {
    const { n } = returns;
    const { kernels, breathe, progress } = tools;
    const panel = buildPanel(returns);
    const observed = await kernels.correlate(panel);
    const blockLength = usualBlockLength(panel.t);
    const draw = { resamples, blockLength, stationary: false, seed, threshold, confidence };
    // Half of the way are the resamples, half the null.
    const resampled = await kernels.bootstrap(prepareResampling(panel, draw), async (done) => {
      progress(done / 2, n);
      await breathe();
    });
    const samplesOf = effectiveSamples(panel);
    const rho = new Float32Array(pairsBefore(n, n)).fill(Number.NaN);
    const figures = new Float32Array(rho.length * FIGURES).fill(Number.NaN);
    let byFisher = 0;
    for (let i = 0; i < n; i++) {
      for (let j = i + 1; j < n; j++) {
        if (isInvalid(observed.invalid, n, i, j)) continue;
        const value = observed.matrix[i * n + j] ?? 0;
        const at = pairAt(n, i, j);
        rho[at] = value;
        const drawn = pairUncertainty(resampled, i, j);
        const found = drawn ?? fisherUncertainty(value, samplesOf(i, j), { threshold, confidence });
        if (drawn === null && found !== null) byFisher++;
        if (found !== null) figures.set(inOrder(found), at * FIGURES);
      }
    }
    let turned = 0;
    const correlate = async (shifted: typeof panel) => {
      progress(n / 2 + (n * turned++) / (4 * SHIFTS), n);
      await breathe();
      return kernels.correlate(shifted);
    };
    const p = await shiftPValues(panel, observed, correlate, { shifts: SHIFTS, seed });
    const discoveries = benjaminiHochberg(p, falseDiscovery);
    return ok({ n, rho, figures, byFisher, p, discoveries, blockLength });
  },
};

const inOrder = ({ low, high, exceeds, deviation }: PairUncertainty): readonly number[] => [
  low,
  high,
  exceeds,
  deviation,
];
