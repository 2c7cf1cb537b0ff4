/** What a market has in common: its tree and clusters, how much few factors carry, and how that went. */
import { ok, type Result } from '../../protocol/result.ts';
import { buildPanel } from '../correlation/build-panel.ts';
import { isInvalid, type Correlated } from '../correlation/correlated.ts';
import { MIN_SAMPLES, type Panel } from '../correlation/panel.ts';
import { philox4x32 } from '../lib/philox.ts';
import { absorbedFactors, absorptionRatio, FULL_SPECTRUM } from '../structure/absorption.ts';
import { edgeOf, factorsAbove, largestByChance, type FactorEdge } from '../structure/factor-edge.ts';
import { leading } from '../structure/leading.ts';
import { clusters, spanningTree, type Edge } from '../structure/spanning-tree.ts';
import { spectrum } from '../structure/spectrum.ts';
import type { Analysis, Tools } from './analysis.ts';
import { selectColumns, type ReturnsPanel } from './returns-panel.ts';

export interface StructureOptions {
  /** The tree's edges with ρ under it are cut; what still hangs together is a cluster. */
  readonly least: number;
  /** Of the calibrated edge. */
  readonly seed: number;
  /** Each point of the history is of so many columns, and stands so many after the one before. */
  readonly history: { readonly window: number; readonly every: number };
}

export interface Structure {
  /** Over the pairs that have one. */
  readonly meanCorrelation: number;
  readonly absorption: Absorption;
  readonly tree: readonly Edge[];
  /** By instrument; numbered by their first rows. */
  readonly cluster: Int32Array<ArrayBuffer>;
  /** Null above `CALIBRATED` instruments, where it would take minutes. */
  readonly factors:
    (FactorEdge & { readonly beyondTextbook: number; readonly beyondCalibrated: number }) | null;
  readonly history: StructureHistory;
}

export interface Absorption {
  /** Share of the variance that the first `factors` eigenvectors carry, 0 to 1. */
  readonly ratio: number;
  readonly factors: number;
}

/** Oldest first. */
export interface StructureHistory {
  readonly window: number;
  /** µs. */
  readonly times: Float64Array;
  readonly absorption: Float64Array;
  readonly meanCorrelation: Float64Array;
}

/** The factor edge is calibrated up to so many instruments. */
export const CALIBRATED = 256;
const CHANCE_PANELS = 40;

export const structure: Analysis<StructureOptions, Structure> = {
  instruments: [3, 1024],
  run: async (panel, options, tools) => {
    const whole = buildPanel(panel);
    const correlated = await tools.kernels.correlate(whole);
    const tree = spanningTree(correlated, panel.n);
    const values = eigenvalues(correlated, panel.n);
    const steps = pointsOf(panel.t, options.history);
    const of = steps.length + CHANCE_PANELS;
    const history = await historyOf(panel, options.history.window, steps, of, tools);
    return found({
      meanCorrelation: meanOf(correlated, panel.n),
      absorption: absorptionOf(values, panel.n),
      tree,
      cluster: clusters(tree, panel.n, options.least),
      factors:
        panel.n > CALIBRATED ? null : await calibrated(whole, values, options.seed, steps.length, tools),
      history,
    });
  },
};

const found = (answer: Structure): Result<Structure> => ok(answer);

function absorptionOf(values: Float64Array, n: number): Absorption {
  const factors = absorbedFactors(n);
  return { ratio: absorptionRatio(values, factors, n), factors };
}

/** All of them where that is quick, else the leading ones that the absorption ratio counts. */
function eigenvalues({ matrix }: Correlated, n: number): Float64Array {
  return n <= FULL_SPECTRUM
    ? spectrum(Float64Array.from(matrix), n).values
    : leading(matrix, n, absorbedFactors(n)).values;
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
function pointsOf(t: number, { window, every }: StructureOptions['history']): number[] {
  const ends: number[] = [];
  for (let end = t; end >= Math.max(window, MIN_SAMPLES); end -= Math.max(1, every)) ends.unshift(end);
  return ends;
}

async function historyOf(
  panel: ReturnsPanel,
  window: number,
  ends: readonly number[],
  of: number,
  tools: Tools,
): Promise<StructureHistory> {
  const history = {
    window,
    times: new Float64Array(ends.length),
    absorption: new Float64Array(ends.length),
    meanCorrelation: new Float64Array(ends.length),
  };
  for (const [at, end] of ends.entries()) {
    const correlated = await tools.kernels.correlate(buildPanel(selectColumns(panel, end - window, end)));
    history.times[at] = panel.times[end - 1] ?? Number.NaN;
    history.absorption[at] = absorptionOf(eigenvalues(correlated, panel.n), panel.n).ratio;
    history.meanCorrelation[at] = meanOf(correlated, panel.n);
    tools.progress(at + 1, of);
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

/** In [0, 1), the same from the same seed. */
function uniform(seed: number): () => number {
  const words = new Uint32Array(4);
  let drawn = 0;
  return () => {
    if ((drawn & 3) === 0)
      philox4x32([drawn >>> 2, 0, 0, 0], [seed >>> 0, Math.floor(seed / 2 ** 32)], words);
    return (words[drawn++ & 3] ?? 0) / 2 ** 32;
  };
}
