/**
 * Pseudo-likelihood (Besag 1975; Ekeberg et al. 2013): each spin regressed on all others, all spins at
 * once by products of matrices. Minimises, for every i,
 *   (1/T) Σ_t log(1 + e^(−2 s_it F_it)) + (λ/2) Σ_j J_ij²,  F = h_i + Σ_j J_ij s_jt.
 * Its curvature is at most B = (1/T) Σ s sᵀ + λ (Böhning and Lindsay 1988), the same for all i: one
 * inverse serves every step, and no step ever makes it worse.
 */
import { invertPositive, multiply, transpose } from '../../lib/dense.ts';
import { symmetrised, type Couplings } from './couplings.ts';
import type { Signs } from './signs.ts';

/** Steps end here, or when none moves a parameter by more; the choice of a support needs no more digits. */
const STEPS = 40;
const STILL = 1e-3;

export function pseudoLikelihood(signs: Signs, start: Couplings, ridge: number): Couplings {
  const { n, t } = signs;
  const width = n + 1;
  const bars = withOnes(signs);
  const across = transpose(bars, width, t);
  const inverse = invertPositive(curvature(bars, across, width, t, ridge), width);
  const theta = new Float64Array(n * width);
  for (let i = 0; i < n; i++) {
    theta.set(start.couplings.subarray(i * n, i * n + n), i * width);
    theta[i * width + n] = start.fields[i] ?? 0;
  }
  for (let step = 0; step < STEPS; step++) {
    const residual = multiply(theta, bars, n, width, t);
    for (let at = 0; at < n * t; at++) {
      const s = signs.spins[at] ?? 0;
      residual[at] = s === 0 ? 0 : (s - Math.tanh(residual[at] ?? 0)) / t;
    }
    const gradient = multiply(residual, across, n, t, width);
    for (let i = 0; i < n; i++) {
      for (let j = 0; j < n; j++) {
        gradient[i * width + j] = (gradient[i * width + j] ?? 0) - ridge * (theta[i * width + j] ?? 0);
      }
    }
    if (advance(theta, multiply(gradient, inverse, n, width, width), inverse, n) < STILL) break;
  }
  const couplings = new Float64Array(n * n);
  const fields = new Float64Array(n);
  for (let i = 0; i < n; i++) {
    couplings.set(theta.subarray(i * width, i * width + n), i * n);
    fields[i] = theta[i * width + n] ?? 0;
  }
  return symmetrised({ n, fields, couplings });
}

/** The spins and, last, a row of ones: what h multiplies. */
function withOnes({ n, t, spins }: Signs): Float64Array {
  const bars = new Float64Array((n + 1) * t);
  bars.set(spins);
  return bars.fill(1, n * t);
}

function curvature(
  bars: Float64Array,
  across: Float64Array,
  width: number,
  t: number,
  ridge: number,
): Float64Array {
  const b = multiply(bars, across, width, t, width).map((x) => x / Math.max(1, t));
  // An unusable row is all zero: the least of ridges keeps the whole invertible.
  for (let i = 0; i < width; i++) b[i * width + i] = (b[i * width + i] ?? 0) + Math.max(ridge, 1e-9);
  return b;
}

/** Adds the steps, each held where its spin has no coupling to itself. @returns the largest move */
function advance(theta: Float64Array, steps: Float64Array, inverse: Float64Array, n: number): number {
  const width = n + 1;
  let most = 0;
  for (let i = 0; i < n; i++) {
    const self = (steps[i * width + i] ?? 0) / (inverse[i * width + i] ?? 1);
    for (let j = 0; j < width; j++) {
      if (j === i) continue;
      const move = (steps[i * width + j] ?? 0) - (inverse[i * width + j] ?? 0) * self;
      theta[i * width + j] = (theta[i * width + j] ?? 0) + move;
      most = Math.max(most, Math.abs(move));
    }
  }
  return most;
}
