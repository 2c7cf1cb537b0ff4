/**
 * Correlation by its definition, in f64, pair by pair over the samples both rows have: what the
 * kernels are tested against. Slow on purpose.
 */
import { MIN_SAMPLES, type CorrelationInput } from './panel.ts';

/** n × n; NaN where the pair has fewer than 30 common samples or one of the two is constant on them. */
export function correlateReference(input: CorrelationInput): Float64Array {
  const { n, t } = input;
  const out = new Float64Array(n * n).fill(Number.NaN);
  const weights = Float64Array.from({ length: t }, (_, k) =>
    input.lambda === null || input.lambda === undefined ? 1 : input.lambda ** (t - 1 - k),
  );
  const rows = Array.from({ length: n }, (_, i) => row(input, i));
  rows.forEach((x, i) => {
    rows.forEach((y, j) => {
      if (j < i) return;
      const rho = pair(x, y, weights);
      out[i * n + j] = rho;
      out[j * n + i] = rho;
    });
  });
  return out;
}

function row({ returns, valid, t }: CorrelationInput, i: number): Float64Array {
  const words = Math.ceil(t / 32);
  return Float64Array.from({ length: t }, (_, k) => {
    const value = returns[i * t + k] ?? Number.NaN;
    const bit = ((valid[i * words + (k >>> 5)] ?? 0) >>> (k & 31)) & 1;
    return bit === 1 && Number.isFinite(value) ? value : Number.NaN;
  });
}

function pair(x: Float64Array, y: Float64Array, weights: Float64Array): number {
  let count = 0;
  let mass = 0;
  let meanX = 0;
  let meanY = 0;
  const both = (k: number): boolean => !Number.isNaN(x[k]) && !Number.isNaN(y[k]);
  for (let k = 0; k < x.length; k++) {
    if (!both(k)) continue;
    const w = weights[k] ?? 0;
    count++;
    mass += w;
    meanX += w * (x[k] ?? 0);
    meanY += w * (y[k] ?? 0);
  }
  if (count < MIN_SAMPLES) return Number.NaN;
  meanX /= mass;
  meanY /= mass;
  let cov = 0;
  let varX = 0;
  let varY = 0;
  for (let k = 0; k < x.length; k++) {
    if (!both(k)) continue;
    const w = weights[k] ?? 0;
    const dx = (x[k] ?? 0) - meanX;
    const dy = (y[k] ?? 0) - meanY;
    cov += w * dx * dy;
    varX += w * dx * dx;
    varY += w * dy * dy;
  }
  return varX > 0 && varY > 0 ? cov / Math.sqrt(varX * varY) : Number.NaN;
}
