/**
 * State evolution ψ(t) = e^(−iHt) ψ(0) on the correlation network, of many starts at once, and the classical
 * diffusion of the same network beside it. Quantum-inspired: a way to rank who is reached by what, never
 * more than that. Norms are not corrected: how far they are from 1 is the health of the computation.
 */
import type { Network } from './network.ts';
import { unitarySeries } from './chebyshev.ts';

export interface Evolution {
  readonly n: number;
  readonly starts: readonly number[];
  /** starts × n: row s has |ψ_j(t)|² of start s, which sum to 1. */
  readonly reached: Float64Array<ArrayBuffer>;
  /** The largest |‖ψ‖² − 1| over the starts: above 5e-6 the result is not to be shown. */
  readonly drift: number;
}

export const TRUSTED_DRIFT = 5e-6;

/**
 * @param t ≥ 0.
 * @param starts rows to start in, each alone; all of them unless told. A start costs O(t n²).
 */
export function evolve({ n, walk }: Network, t: number, starts: readonly number[] = everyRow(n)): Evolution {
  const series = unitarySeries(t);
  // T₀(H) = 1, T₁(H) = H, T₍k+1₎ = 2 H T_k − T₍k−1₎, each times the starts, as rows: H is symmetric.
  let before = unitRows(starts, n);
  let here = times(before, walk, n);
  const [real, imaginary] = [new Float64Array(before.length), new Float64Array(before.length)];
  addScaled(real, before, series[0] ?? 0);
  for (let k = 1; k < series.length; k++) {
    addScaled(k % 2 === 0 ? real : imaginary, here, series[k] ?? 0);
    if (k + 1 < series.length) {
      const next = times(here, walk, n);
      for (let c = 0; c < next.length; c++) next[c] = 2 * (next[c] ?? 0) - (before[c] ?? 0);
      [before, here] = [here, next];
    }
  }
  const reached = real.map((re, c) => re * re + (imaginary[c] ?? 0) ** 2);
  return { n, starts, reached, drift: driftOf(reached, n) };
}

/**
 * The classical walk on the same network, e^(−t(1 − D⁻¹A)): a walker who waits a random time and goes on by
 * strength. Row s is where a walker from start s is found, which sums to 1.
 */
export function diffuse(
  { n, walk, strength }: Network,
  t: number,
  starts: readonly number[] = everyRow(n),
): Float64Array<ArrayBuffer> {
  // e^(tH) by its Taylor series in steps of at most ½, where it needs a dozen terms.
  const steps = Math.max(1, Math.ceil(2 * t));
  const step = t / steps;
  let rows = unitRows(starts, n);
  for (let s = 0; s < steps; s++) {
    const sum = rows.slice();
    let term = rows;
    for (let k = 1; k <= TAYLOR_TERMS; k++) {
      term = times(term, walk, n).map((value) => (value * step) / k);
      addScaled(sum, term, 1);
    }
    rows = sum.map((value) => value * Math.exp(-step));
  }
  for (const [s, start] of starts.entries()) {
    const from = strength[start] ?? 0;
    for (let j = 0; j < n; j++) {
      // A row that stands alone neither gives nor takes: it keeps what it had.
      const stays = j === start ? 1 : 0;
      rows[s * n + j] = from > 0 ? (rows[s * n + j] ?? 0) * Math.sqrt((strength[j] ?? 0) / from) : stays;
    }
  }
  return rows;
}

const TAYLOR_TERMS = 14;

/** Rows by what of one start reached them, largest first, the start itself left out. */
export function ranked(reached: Float64Array, start: number): number[] {
  return Array.from(reached, (_, j) => j)
    .filter((j) => j !== start)
    .sort((a, b) => (reached[b] ?? 0) - (reached[a] ?? 0) || a - b);
}

function everyRow(n: number): number[] {
  return Array.from({ length: n }, (_, i) => i);
}

function unitRows(starts: readonly number[], n: number): Float64Array<ArrayBuffer> {
  const rows = new Float64Array(starts.length * n);
  for (const [s, start] of starts.entries()) rows[s * n + start] = 1;
  return rows;
}

function addScaled(to: Float64Array, what: Float64Array, by: number): void {
  for (let c = 0; c < to.length; c++) to[c] = (to[c] ?? 0) + by * (what[c] ?? 0);
}

/** Rows times the n × n matrix. */
function times(rows: Float64Array, matrix: Float64Array, n: number): Float64Array<ArrayBuffer> {
  const out = new Float64Array(rows.length);
  for (let at = 0; at < rows.length; at += n) {
    for (let k = 0; k < n; k++) {
      const factor = rows[at + k] ?? 0;
      if (factor === 0) continue;
      for (let j = 0; j < n; j++) out[at + j] = (out[at + j] ?? 0) + factor * (matrix[k * n + j] ?? 0);
    }
  }
  return out;
}

function driftOf(reached: Float64Array, n: number): number {
  let worst = 0;
  for (let at = 0; at < reached.length; at += n) {
    const sum = reached.subarray(at, at + n).reduce((total, value) => total + value, 0);
    worst = Math.max(worst, Math.abs(sum - 1));
  }
  return worst;
}
