/** What a market has in common: its tree and clusters, how much few factors carry, and how that went. */
import { ok, refuse } from '../../protocol/result.ts';
import { buildPanel } from '../correlation/build-panel.ts';
import { isInvalid, type Correlated } from '../correlation/correlated.ts';
import { MIN_SAMPLES, type Panel } from '../correlation/panel.ts';
import { uniform } from '../lib/uniform.ts';
import { absorbedFactors, absorptionRatio, FULL_SPECTRUM } from '../structure/absorption.ts';
import { edgeOf, factorsAbove, largestByChance, type FactorEdge } from '../structure/factor-edge.ts';
import { largestEigenvalues } from '../structure/lanczos.ts';
import { clusters, spanningTree, type Edge } from '../structure/spanning-tree.ts';
import { eigenvalues } from '../structure/spectrum.ts';
import type { Analysis, Tools } from './analysis.ts';
import { selectColumns, type ReturnsPanel } from './returns-panel.ts';

export interface StructureOptions {
  /** The tree's edges with ρ under it are cut; what still hangs together is a cluster. */
  readonly least: number;
  /** Of the calibrated edge. */
  readonly seed: number;
  /** Columns that tree and figures are of: the newest of the panel. */
  readonly window: number;
  /** The history has such a window every so many columns, as far as the panel reaches back. */
  readonly every: number;
}

export interface Structure {
  /** Columns that all but the history is of: fewer than asked for where there are fewer. */
  readonly window: number;
  /** Over the pairs that have one. */
  readonly meanCorrelation: number;
  readonly absorption: Absorption;
  readonly tree: readonly Edge[];
  /** By instrument; numbered by their first rows. */
  readonly cluster: Int32Array<ArrayBuffer>;
  /** Null where they were not calibrated: above `CALIBRATED` instruments, where it would take minutes. */
  readonly factors:
    (FactorEdge & { readonly beyondTextbook: number; readonly beyondCalibrated: number }) | null;
  readonly history: StructureHistory;
}

export interface Absorption {
  /** Share of the variance that the first `factors` eigenvectors carry, 0 to 1. */
  readonly ratio: number;
  readonly factors: number;
}

/** Oldest first; the last point is the present. */
export interface StructureHistory {
  /** µs. */
  readonly times: Float64Array;
  readonly absorption: Float64Array;
  readonly meanCorrelation: Float64Array;
}

/** The factor edge is calibrated up to so many instruments. */
export const CALIBRATED = 512;
const CHANCE_PANELS = 40;
/** Of a market too wide for all of its eigenvalues so many are looked at: more factors than that none has. */
const MOST_FACTORS = 32;

export const structure: Analysis<StructureOptions, Structure> = {
  instruments: [3, 1024],
  run: async (panel, options, tools) => {
    const { t, n } = panel;
    const window = Math.min(t, options.window);
    const recent = buildPanel(selectColumns(panel, t - window, t));
    const correlated = await tools.kernels.correlate(recent);
    const ends = pointsOf(t, window, options.every);
    const history = await historyOf(panel, window, ends, tools);
    const tree = spanningTree(correlated, n);
    const usable = usableMatrix(correlated, n);
    if (usable.n < 3) return refuse('too-few-samples', 'Fewer than 3 instruments moved in this window.');
    const values = largestOf(usable, MOST_FACTORS);
    return ok({
      window,
      meanCorrelation: meanOf(correlated, n),
      absorption: absorptionOf(values, usable.n),
      tree,
      cluster: clusters(tree, n, options.least),
      factors: n > CALIBRATED ? null : await calibrated(recent, values, options.seed, ends.length, tools),
      history,
    });
  },
};

interface Square {
  readonly matrix: Float64Array;
  readonly n: number;
}

/** The rows that have correlations: one that stood still in this window carries nothing and dilutes all. */
function usableMatrix({ matrix, invalid }: Correlated, n: number): Square {
  const rows = Array.from({ length: n }, (_, i) => i).filter((i) => !isInvalid(invalid, n, i, i));
  const square = new Float64Array(rows.length * rows.length);
  rows.forEach((i, a) => rows.forEach((j, b) => (square[a * rows.length + b] = matrix[i * n + j] ?? 0)));
  return { matrix: square, n: rows.length };
}

/** The leading eigenvalues; all of them where that is quick. */
function largestOf({ matrix, n }: Square, count: number): Float64Array {
  if (n <= FULL_SPECTRUM) return eigenvalues(matrix, n);
  const apply = (v: Float64Array, out: Float64Array): void => {
    for (let i = 0; i < n; i++) {
      let sum = 0;
      for (let j = 0; j < n; j++) sum += (matrix[i * n + j] ?? 0) * (v[j] ?? 0);
      out[i] = sum;
    }
  };
  return largestEigenvalues(apply, n, count);
}

function absorptionOf(values: Float64Array, n: number): Absorption {
  const factors = absorbedFactors(n);
  return { ratio: absorptionRatio(values, factors, n), factors };
}

function meanOf({ matrix, invalid }: Correlated, n: number): number {
  let [sum, pairs] = [0, 0];
  for (let i = 0; i < n; i++) {
    for (let j = 0; j < i; j++) {
      if (isInvalid(invalid, n, i, j)) continue;
      sum += matrix[i * n + j] ?? 0;
      pairs++;
    }
  }
  return sum / pairs;
}

/** Columns at which a point of the history ends; the last of them is the newest column. */
function pointsOf(t: number, window: number, every: number): number[] {
  const ends: number[] = [];
  for (let end = t; end >= Math.max(window, MIN_SAMPLES); end -= Math.max(1, every)) ends.unshift(end);
  return ends;
}

async function historyOf(
  panel: ReturnsPanel,
  window: number,
  ends: readonly number[],
  tools: Tools,
): Promise<StructureHistory> {
  const history = {
    times: new Float64Array(ends.length),
    absorption: new Float64Array(ends.length),
    meanCorrelation: new Float64Array(ends.length),
  };
  for (const [at, end] of ends.entries()) {
    const correlated = await tools.kernels.correlate(buildPanel(selectColumns(panel, end - window, end)));
    const usable = usableMatrix(correlated, panel.n);
    history.times[at] = panel.times[end - 1] ?? Number.NaN;
    history.absorption[at] =
      usable.n === 0
        ? Number.NaN
        : absorptionOf(largestOf(usable, absorbedFactors(usable.n)), usable.n).ratio;
    history.meanCorrelation[at] = meanOf(correlated, panel.n);
    tools.progress(at + 1, ends.length + CHANCE_PANELS);
    await tools.breathe();
  }
  return history;
}

async function calibrated(
  { n, t, nPad, z }: Panel,
  values: Float64Array,
  seed: number,
  before: number,
  tools: Tools,
): Promise<Structure['factors']> {
  const rows = new Float64Array(n * t);
  for (let k = 0; k < t; k++) for (let i = 0; i < n; i++) rows[i * t + k] = z[k * nPad + i] ?? 0;
  const random = uniform(seed);
  const largest = new Float64Array(CHANCE_PANELS);
  for (let at = 0; at < CHANCE_PANELS; at++) {
    largest[at] = largestByChance(rows, n, t, random);
    tools.progress(before + at + 1, before + CHANCE_PANELS);
    await tools.breathe();
  }
  const edge = edgeOf(largest, n, t);
  return {
    ...edge,
    beyondTextbook: factorsAbove(values, edge.marchenkoPastur),
    beyondCalibrated: factorsAbove(values, edge.calibrated),
  };
}
