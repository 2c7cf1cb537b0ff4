import type { CorrelationInput, Panel, PairwiseOperands } from './panel.ts';
import { cleanRows, fillPanel, keptSamples, selectSamples } from './standardise.ts';

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
