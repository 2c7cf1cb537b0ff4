/**
 * The TypeScript twin: the bits of the other two, from integer prefix sums and f32 steps in their
 * order. The last resort where WASM SIMD is missing, and the check on them.
 *
 * The products z_i z_j of a pair sum to at most 1 (Cauchy–Schwarz), so that they are kept as i32 in
 * units of 2⁻³⁰: their prefix sums are exact whatever the order, and so is the sum of a block,
 * wherever it lies.
 */
import { pairsBefore } from '../lib/pairs.ts';
import { FIGURES, type Bootstrapped } from './bootstrapped.ts';
import type { Ranks, Resampling } from './resampling.ts';

export const UNIT = 2 ** -30;
/** Threads of a pair: so many partial sums make a total. */
export const LANES = 64;

export function bootstrapTypescript(resampling: Resampling): Bootstrapped {
  const { n, usable } = resampling;
  const pairs = new Float32Array(pairsBefore(n, n) * FIGURES);
  for (let i = 0; i < n; i++) pairs.set(bootstrapRow(resampling, i), pairsBefore(n, i) * FIGURES);
  return { n, pairs, usable };
}

/** The pairs (i, i + 1) … (i, n − 1). */
export function bootstrapRow(resampling: Resampling, i: number): Float32Array {
  const { n, usable } = resampling;
  const pairs = new Float32Array((n - 1 - i) * FIGURES);
  if (usable[i] !== 1) return pairs;
  for (let j = i + 1; j < n; j++) {
    if (usable[j] !== 1) continue;
    pairs.set(summary(resampledPair(resampling, i, j), resampling), (j - i - 1) * FIGURES);
  }
  return pairs;
}

/** ρ of one pair in each resample. */
export function resampledPair(resampling: Resampling, i: number, j: number): Float32Array {
  const { resamples, table, means, scales } = resampling;
  const { offsets, runs } = table;
  const prefix = productSums(resampling, i, j);
  const out = new Float32Array(resamples);
  for (let b = 0; b < resamples; b++) {
    let sum = 0;
    for (let run = 2 * (offsets[b] ?? 0); run < 2 * (offsets[b + 1] ?? 0); run += 2) {
      const block = (prefix[runs[run + 1] ?? 0] ?? 0) - (prefix[runs[run] ?? 0] ?? 0);
      sum = Math.fround(sum + Math.fround(block));
    }
    const row = i * resamples + b;
    const column = j * resamples + b;
    const centre = Math.fround((means[row] ?? 0) * (means[column] ?? 0));
    const scale = Math.fround((scales[row] ?? 0) * (scales[column] ?? 0));
    const rho = Math.fround(Math.fround(Math.fround(sum * UNIT) - centre) * scale);
    out[b] = Math.max(-1, Math.min(1, rho));
  }
  return out;
}

/** Adding it leaves the nearest whole number in the last bits, ties to even, as `round` does in WGSL. */
const ROUNDER = 1.5 * 2 ** 52;

let scratch = new Int32Array(0);

function productSums({ t, rows }: Resampling, i: number, j: number): Int32Array {
  if (scratch.length !== t + 1) scratch = new Int32Array(t + 1);
  let sum = 0;
  for (let k = 0; k < t; k++) {
    const product = Math.fround((rows[i * t + k] ?? 0) * (rows[j * t + k] ?? 0));
    sum += product / UNIT + ROUNDER - ROUNDER;
    scratch[k + 1] = sum;
  }
  return scratch;
}

/** low, high, P(|ρ| > c), standard deviation. Sorts its argument. */
function summary(rhos: Float32Array, { resamples, threshold, ranks }: Resampling): readonly number[] {
  const bar = Math.fround(threshold);
  let beyond = 0;
  for (const rho of rhos) if (Math.abs(rho) > bar) beyond++;
  const mean = Math.fround(treeSum(rhos) / resamples);
  const squares = treeSum(
    rhos.map((rho) => {
      const deviation = Math.fround(rho - mean);
      return deviation * deviation;
    }),
  );
  // By the reciprocal: a division in a shader may be off by its last bits.
  const deviation = Math.sqrt(Math.fround(squares * Math.fround(1 / (resamples - 1))));
  rhos.sort();
  return [...ends(rhos, ranks), beyond / resamples, deviation];
}

function ends(sorted: Float32Array, ranks: Ranks): readonly [number, number] {
  const between = (at: number, fraction: number): number => {
    const low = sorted[at] ?? 0;
    const step = Math.fround((sorted[at + 1] ?? low) - low);
    return Math.fround(low + Math.fround(step * Math.fround(fraction)));
  };
  return [between(ranks.low, ranks.lowFraction), between(ranks.high, ranks.highFraction)];
}

const partial = new Float32Array(LANES);

/** Lane k adds every 64th from k, then lanes join by halves. The same order on every backend. */
function treeSum(xs: Float32Array): number {
  for (let lane = 0; lane < LANES; lane++) {
    let sum = 0;
    for (let at = lane; at < xs.length; at += LANES) sum = Math.fround(sum + (xs[at] ?? 0));
    partial[lane] = sum;
  }
  for (let half = LANES / 2; half >= 1; half /= 2) {
    for (let lane = 0; lane < half; lane++)
      partial[lane] = (partial[lane] ?? 0) + (partial[lane + half] ?? 0);
  }
  return partial[0] ?? 0;
}
