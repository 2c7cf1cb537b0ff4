/** Pseudo-likelihood on a chosen support: a logistic regression of a few neighbours a spin, by Newton. */
import { solvePositive } from '../../lib/dense.ts';
import type { IsingModel } from '../ising.ts';
import type { Signs } from './signs.ts';
import type { Pair } from './support.ts';

const STEPS = 50;
const STILL = 1e-9;

/** Couplings of the support, the mean of the two regressions of each pair; all else is 0. */
export function refit(signs: Signs, support: readonly Pair[], ridge: number): IsingModel {
  const { n } = signs;
  const neighboursOf: number[][] = Array.from({ length: n }, () => []);
  for (const [i, j] of support) {
    neighboursOf[i]?.push(j);
    neighboursOf[j]?.push(i);
  }
  const fits = neighboursOf.map((around, i) => regress(signs, i, around, ridge));
  const from = (i: number, j: number): number => fits[i]?.[neighboursOf[i]?.indexOf(j) ?? -1] ?? 0;
  return {
    n,
    fields: Float64Array.from(fits, (theta, i) => theta[neighboursOf[i]?.length ?? 0] ?? 0),
    edges: support.map(([i, j]) => ({ i, j, coupling: (from(i, j) + from(j, i)) / 2 })),
  };
}

/** The neighbours' couplings and, last, the field; zeros for a spin without signs. */
function regress(signs: Signs, spin: number, around: readonly number[], ridge: number): Float64Array {
  const width = around.length + 1;
  let theta = new Float64Array(width);
  if (signs.usable[spin] !== true) return theta;
  let here = slopeAt(signs, spin, around, theta, ridge);
  for (let step = 0; step < STEPS; step++) {
    const move = solvePositive(here.curvature, here.gradient, width);
    if (move.every((x) => Math.abs(x) < STILL)) break;
    // Newton's step may overshoot far from the end: it is halved until it does not.
    let scale = 1;
    let next = theta;
    let there = here;
    for (; scale > 1e-6; scale /= 2) {
      next = theta.map((x, k) => x + scale * (move[k] ?? 0));
      there = slopeAt(signs, spin, around, next, ridge);
      if (there.loss <= here.loss) break;
    }
    if (!(there.loss <= here.loss)) break;
    theta = next;
    here = there;
  }
  return theta;
}

interface Slope {
  readonly loss: number;
  /** Downhill. */
  readonly gradient: Float64Array;
  readonly curvature: Float64Array;
}

/** Loss, gradient and curvature over the bars at which the spin has a sign. */
function slopeAt(
  { t, spins }: Signs,
  spin: number,
  around: readonly number[],
  theta: Float64Array,
  ridge: number,
): Slope {
  const width = theta.length;
  const gradient = new Float64Array(width);
  const curvature = new Float64Array(width * width);
  const bar = new Float64Array(width).fill(1);
  let loss = 0;
  for (let k = 0; k < t; k++) {
    const s = spins[spin * t + k] ?? 0;
    if (s === 0) continue;
    let field = theta[width - 1] ?? 0;
    for (let a = 0; a < width - 1; a++) {
      const x = spins[(around[a] ?? 0) * t + k] ?? 0;
      bar[a] = x;
      field += (theta[a] ?? 0) * x;
    }
    const tanh = Math.tanh(field);
    // log(1 + e^(−2sF)) where e^(…) may be large.
    loss += (Math.log1p(Math.exp(-2 * Math.abs(field))) + Math.max(0, -2 * s * field)) / t;
    const pull = (s - tanh) / t;
    const weight = (1 - tanh * tanh) / t;
    for (let a = 0; a < width; a++) {
      const x = bar[a] ?? 0;
      gradient[a] = (gradient[a] ?? 0) + pull * x;
      for (let b = 0; b <= a; b++) {
        curvature[a * width + b] = (curvature[a * width + b] ?? 0) + weight * x * (bar[b] ?? 0);
      }
    }
  }
  for (let a = 0; a < width; a++) {
    const own = theta[a] ?? 0;
    // The field too, but hardly: a spin always up has no finite one.
    const held = a < width - 1 ? ridge : ridge * 1e-3;
    loss += (held / 2) * own * own;
    gradient[a] = (gradient[a] ?? 0) - held * own;
    curvature[a * width + a] = (curvature[a * width + a] ?? 0) + held;
  }
  return { loss, gradient, curvature };
}
