/**
 * What every backend multiplies: returns standardised in f64 and laid out as f32.
 *
 * Z̃[t][i] = √w_t (x_it − μ_i) / σ_i with Σ w_t = 1, so that with nothing missing Z̃ᵀZ̃ is the correlation
 * matrix (kernels.md K1). Standardising in f64 first is what keeps the error below 1e-6: from f32
 * returns it would be 1e-5 to 7e-5.
 */

import { cleanRows, fillPanel, keptSamples, selectSamples } from './standardise.ts';

/** N × T returns, row by row, with validity bits: u32[N][⌈T/32⌉], bit t & 31 of word t >> 5. */
export interface CorrelationInput {
  readonly returns: Float64Array;
  readonly valid: Uint32Array;
  readonly n: number;
  readonly t: number;
  /** EWMA decay per sample, 0 < λ < 1; null or absent: equal weights (Pearson). */
  readonly lambda?: number | null;
}

export interface Panel {
  readonly n: number;
  /** Samples kept: those at which at least one usable instrument is valid. */
  readonly t: number;
  /** n up to a multiple of 128 and t up to a multiple of 16; the padding is zero. */
  readonly nPad: number;
  readonly tPad: number;
  /** Z̃, tPad × nPad. */
  readonly z: Float32Array<ArrayBuffer>;
  /** Only when some pair lacks samples that others have: then ρ is pairwise-complete. */
  readonly pairwise: PairwiseOperands | null;
  /** Bits of the kept samples, n × ⌈t/32⌉. A constant or empty row has none. */
  readonly valid: Uint32Array<ArrayBuffer>;
  readonly words: number;
  /** (Σw)²/Σw²: t for equal weights, about (1+λ)/(1−λ) for EWMA. What a confidence interval uses. */
  readonly effectiveSamples: number;
}

/** The further operands, tPad × nPad each. */
export interface PairwiseOperands {
  /** √w_t where valid, else 0. */
  readonly weight: Float32Array<ArrayBuffer>;
  /** Z̃². */
  readonly square: Float32Array<ArrayBuffer>;
  /** 1 where valid, else 0. */
  readonly mask: Float32Array<ArrayBuffer>;
}

/** Fewer common samples than this and a pair has no correlation (its invalid bit is set). */
export const MIN_SAMPLES = 30;
/** Samples summed before a partial sum joins the total: bounds the rounding, the same on every backend. */
export const CHUNK = 64;
/**
 * A variance over a pair's common samples that is below this part of the mean square is not told from
 * zero in f32: the instrument stood still over them, and the pair is invalid.
 */
export const FLAT = 1e-4;

const PAD_N = 128;
const PAD_T = 16;
const padded = (x: number, to: number): number => Math.max(to, Math.ceil(x / to) * to);

/** @throws RangeError when lengths and shape disagree or λ is out of (0, 1): the caller's mistake. */
export function buildPanel(input: CorrelationInput): Panel {
  const { n } = input;
  const lambda = input.lambda ?? null;
  checkShape(input, lambda);
  const rows = cleanRows(input);
  const kept = keptSamples(rows, n, input.t);
  const t = kept === null ? input.t : kept.length;
  const weights = sampleWeights(kept, input.t, lambda);
  const nPad = padded(n, PAD_N);
  const tPad = padded(t, PAD_T);
  const complete = rows.counts.every((count) => count === 0 || count === t);
  const panel: Panel = {
    n,
    t,
    nPad,
    tPad,
    words: Math.ceil(t / 32),
    valid: new Uint32Array(n * Math.ceil(t / 32)),
    z: new Float32Array(nPad * tPad),
    pairwise: complete ? null : emptyOperands(nPad * tPad),
    effectiveSamples: effective(weights),
  };
  const x = kept === null ? rows.x : selectSamples(rows.x, n, input.t, kept);
  fillPanel(panel, x, weights, rows.counts);
  return panel;
}

/** w_t ∝ λ^(T−1−t) over the kept samples, or equal; they sum to 1. */
function sampleWeights(kept: Uint32Array | null, given: number, lambda: number | null): Float64Array {
  const samples = kept ?? Uint32Array.from({ length: given }, (_, k) => k);
  const weights = Float64Array.from(samples, (k) => (lambda === null ? 1 : lambda ** (given - 1 - k)));
  const sum = weights.reduce((a, b) => a + b, 0);
  return weights.map((w) => w / sum);
}

function emptyOperands(cells: number): PairwiseOperands {
  return {
    weight: new Float32Array(cells),
    square: new Float32Array(cells),
    mask: new Float32Array(cells),
  };
}

function effective(weights: Float64Array): number {
  const squares = weights.reduce((sum, w) => sum + w * w, 0);
  return squares > 0 ? 1 / squares : 0;
}

function checkShape({ returns, valid, n, t }: CorrelationInput, lambda: number | null): void {
  if (!Number.isInteger(n) || !Number.isInteger(t) || n < 0 || t < 0) {
    throw new RangeError(`A correlation needs whole numbers of rows and samples, not ${n} × ${t}.`);
  }
  if (returns.length !== n * t || valid.length !== n * Math.ceil(t / 32)) {
    throw new RangeError(`${returns.length} returns and ${valid.length} words do not fill ${n} × ${t}.`);
  }
  if (lambda !== null && !(lambda > 0 && lambda < 1)) {
    throw new RangeError(`An EWMA decay lies between 0 and 1, not ${lambda}.`);
  }
}
