/**
 * Rows of returns to rows of zero mean and unit variance, in f64. These loops run over every return
 * of every recompute, hence flat arrays, few passes, and a pass of its own for the usual case
 * (nothing missing, equal weights).
 */
import { moments } from './moments.ts';
import type { CorrelationInput, PairwiseOperands, Panel } from './panel.ts';

export interface CleanRows {
  /** n × t; NaN = missing. */
  readonly x: Float64Array;
  /** Samples of each row. */
  readonly counts: Uint32Array;
}

/** Reused from call to call: fresh pages for 2 MB cost more than the arithmetic on them. */
let scratch = new Float64Array(0);

/**
 * Marks what is missing: a cleared bit, NaN, or an infinite return (a price of zero). The rows live
 * until the next call: whoever builds a panel from them does so at once.
 */
export function cleanRows({ returns, valid, n, t }: CorrelationInput): CleanRows {
  if (scratch.length < n * t) scratch = new Float64Array(n * t);
  const x = scratch;
  x.set(returns);
  const counts = new Uint32Array(n);
  const words = Math.ceil(t / 32);
  for (let i = 0; i < n; i++) {
    const full = isFull(valid, i * words, t);
    if (!full) clearMissing(x, i * t, valid, i * words, t);
    counts[i] = full && sumIsFinite(x, i * t, t) ? t : countFinite(x, i * t, t);
  }
  return { x, counts };
}

function isFull(valid: Uint32Array, from: number, t: number): boolean {
  const whole = t >>> 5;
  for (let w = 0; w < whole; w++) if (valid[from + w] !== 0xffffffff) return false;
  const rest = t & 31;
  return rest === 0 || ((valid[from + whole] ?? 0) | (-1 << rest)) === -1;
}

function clearMissing(x: Float64Array, from: number, valid: Uint32Array, bits: number, t: number): void {
  for (let k = 0; k < t; k++) {
    if (((valid[bits + (k >>> 5)] ?? 0) & (1 << (k & 31))) === 0) x[from + k] = Number.NaN;
  }
}

/** True proves that every return is finite; false only that one might not be. Two sums overlap their additions. */
function sumIsFinite(x: Float64Array, from: number, t: number): boolean {
  let a = 0;
  let b = 0;
  for (let k = from + (t & 1); k < from + t; k += 2) {
    a += x[k] ?? 0;
    b += x[k + 1] ?? 0;
  }
  return Number.isFinite(a + b + (t & 1 ? (x[from] ?? 0) : 0));
}

function countFinite(x: Float64Array, from: number, t: number): number {
  let count = 0;
  for (let k = from; k < from + t; k++) {
    if (Number.isFinite(x[k])) count++;
    else x[k] = Number.NaN;
  }
  return count;
}

/**
 * The samples that some row has: one that all lack (the feed was stale) is left out, and the rest
 * stays complete. Null: all of them.
 */
export function keptSamples({ x, counts }: CleanRows, n: number, t: number): Uint32Array | null {
  if (counts.some((count) => count === t)) return null;
  const seen = new Uint8Array(t);
  for (let i = 0; i < n; i++) {
    for (let k = 0; k < t; k++) if (!Number.isNaN(x[i * t + k])) seen[k] = 1;
  }
  const kept = Uint32Array.from({ length: t }, (_, k) => k).filter((k) => seen[k] === 1);
  return kept.length === t ? null : kept;
}

export function selectSamples(x: Float64Array, n: number, t: number, kept: Uint32Array): Float64Array {
  const selected = new Float64Array(n * kept.length);
  for (let i = 0; i < n; i++) {
    for (let k = 0; k < kept.length; k++) selected[i * kept.length + k] = x[i * t + (kept[k] ?? 0)] ?? 0;
  }
  return selected;
}

/** Standardises the rows (n × panel.t) and writes them, transposed, into the panel. */
export function fillPanel(panel: Panel, x: Float64Array, weights: Float64Array, counts: Uint32Array): void {
  const { n, t, pairwise } = panel;
  const roots = weights.map(Math.sqrt);
  // NaN beyond the last row: a block's missing rows then write nothing.
  const means = new Float64Array(n + 3).fill(Number.NaN);
  const scales = new Float64Array(n + 3);
  for (let i = 0; i < n; i++) {
    const count = counts[i] ?? 0;
    const { mean, scale } = moments(x, i * t, weights, count);
    const usable = scale > 0;
    if (!usable) x.fill(Number.NaN, i * t, i * t + t);
    means[i] = mean;
    scales[i] = scale;
    markValid(panel, x, i, usable && count === t);
  }
  for (let row = 0; row < n; row += 4) transposeRows(panel, x, row, means, scales, roots);
  if (pairwise !== null) fillOperands(panel, pairwise, x, roots);
}

/** Z̃ of four rows: written out because the means and scales must stay in registers. */
function transposeRows(
  { n, t, nPad, z }: Panel,
  x: Float64Array,
  row: number,
  means: Float64Array,
  scales: Float64Array,
  roots: Float64Array,
): void {
  const [m0 = 0, m1 = 0, m2 = 0, m3 = 0] = means.subarray(row, row + 4);
  const [s0 = 0, s1 = 0, s2 = 0, s3 = 0] = scales.subarray(row, row + 4);
  const a = row * t;
  const b = Math.min(row + 1, n - 1) * t;
  const c = Math.min(row + 2, n - 1) * t;
  const d = Math.min(row + 3, n - 1) * t;
  for (let k = 0, at = row; k < t; k++, at += nPad) {
    const root = roots[k] ?? 0;
    const v0 = ((x[a + k] ?? 0) - m0) * s0 * root;
    const v1 = ((x[b + k] ?? 0) - m1) * s1 * root;
    const v2 = ((x[c + k] ?? 0) - m2) * s2 * root;
    const v3 = ((x[d + k] ?? 0) - m3) * s3 * root;
    // What is missing is NaN and stays 0.
    if (v0 === v0) z[at] = v0;
    if (v1 === v1) z[at + 1] = v1;
    if (v2 === v2) z[at + 2] = v2;
    if (v3 === v3) z[at + 3] = v3;
  }
}

function fillOperands(
  { n, t, nPad, z }: Panel,
  pairwise: PairwiseOperands,
  x: Float64Array,
  roots: Float64Array,
): void {
  for (let i = 0; i < n; i++) {
    for (let k = 0, at = i; k < t; k++, at += nPad) {
      if (Number.isNaN(x[i * t + k])) continue;
      const value = z[at] ?? 0;
      pairwise.weight[at] = roots[k] ?? 0;
      pairwise.square[at] = value * value;
      pairwise.mask[at] = 1;
    }
  }
}

function markValid({ t, valid, words }: Panel, x: Float64Array, i: number, complete: boolean): void {
  const from = i * words;
  if (complete) {
    valid.fill(0xffffffff, from, from + words);
    if (t & 31) valid[from + words - 1] = (1 << (t & 31)) - 1;
    return;
  }
  for (let k = 0; k < t; k++) {
    if (Number.isNaN(x[i * t + k])) continue;
    valid[from + (k >>> 5)] = (valid[from + (k >>> 5)] ?? 0) | (1 << (k & 31));
  }
}
