/**
 * How many eigenvalues of a correlation matrix mean something. Marchenko and Pastur's edge supposes
 * values of one size: where everything moves more at the same times, as markets do, it finds factors that
 * are not there. Panels with every value's sign thrown anew keep all sizes, those that come together
 * too, and have nothing else in common: their largest eigenvalues are the edge to be beaten. (Shifting
 * rows against each other, the null of the pairs, would part the sizes as well.)
 */
import { largestEigenvalues } from './lanczos.ts';

export interface FactorEdge {
  /** (1 + √(n/t))²: the textbook's. */
  readonly marchenkoPastur: number;
  /** The `quantile` of the largest eigenvalue over the panels with signs thrown anew. */
  readonly calibrated: number;
  readonly panels: number;
}

/**
 * @param z n × t row by row, each row standardised to mean 0 and Σz² = 1.
 * @param random uniform in [0, 1): the seed is the caller's.
 */
export function factorEdge(
  z: Float64Array,
  n: number,
  t: number,
  random: () => number,
  { panels = 40, quantile = 0.95 }: { readonly panels?: number; readonly quantile?: number } = {},
): FactorEdge {
  const largest = Float64Array.from({ length: panels }, () => largestByChance(z, n, t, random));
  return edgeOf(largest, n, t, quantile);
}

/** The largest eigenvalue of one panel with signs thrown anew: for callers who must breathe in between. */
export function largestByChance(z: Float64Array, n: number, t: number, random: () => number): number {
  const thrown = z.map((value) => (random() < 0.5 ? -value : value));
  const factors = new Float64Array(t);
  // Z Zᵀ v in two steps: the matrix itself would cost n/30 times as much.
  const apply = (v: Float64Array, out: Float64Array): void => {
    factors.fill(0);
    for (let i = 0; i < n; i++) {
      const weight = v[i] ?? 0;
      for (let k = 0; k < t; k++) factors[k] = (factors[k] ?? 0) + weight * (thrown[i * t + k] ?? 0);
    }
    for (let i = 0; i < n; i++) {
      let sum = 0;
      for (let k = 0; k < t; k++) sum += (thrown[i * t + k] ?? 0) * (factors[k] ?? 0);
      out[i] = sum;
    }
  };
  return largestEigenvalues(apply, n, 1)[0] ?? 0;
}

/** @param largest of each panel with signs thrown anew. */
export function edgeOf(largest: Float64Array, n: number, t: number, quantile = 0.95): FactorEdge {
  const panels = largest.length;
  return {
    marchenkoPastur: (1 + Math.sqrt(n / t)) ** 2,
    calibrated: largest.toSorted()[Math.min(panels - 1, Math.floor(quantile * panels))] ?? 0,
    panels,
  };
}

/** Eigenvalues above an edge. */
export function factorsAbove(values: Float64Array, edge: number): number {
  return values.reduce((count, value) => count + (value > edge ? 1 : 0), 0);
}
