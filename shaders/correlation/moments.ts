/** A row's weighted mean, and 1/σ; scale 0 when the row is empty or constant: it correlates with nothing. */
export interface Moments {
  readonly mean: number;
  readonly scale: number;
}

/** A standard deviation below this part of the mean is rounding of the prices, not movement. */
const STILL = 1e-12;
const NOTHING: Moments = { mean: 0, scale: 0 };

/**
 * Moments of the row x[from … from + weights.length), NaN = missing, `count` present. A row whose
 * squares would leave f64's range is first rescaled in place.
 */
export function moments(x: Float64Array, from: number, weights: Float64Array, count: number): Moments {
  if (count === 0) return NOTHING;
  const t = weights.length;
  const equal = count === t && weights[0] === weights[t - 1];
  const measure = (): Sums => (equal ? plainSums(x, from, t) : weightedSums(x, from, weights));
  let { mean, variance } = measure();
  if (!(variance > 1e-200 && variance < 1e200)) {
    if (!rescale(x, from, t)) return NOTHING;
    ({ mean, variance } = measure());
  }
  const still = !(variance > (STILL * mean) ** 2);
  return still ? NOTHING : { mean, scale: 1 / Math.sqrt(variance) };
}

interface Sums {
  readonly mean: number;
  readonly variance: number;
}

/** Two passes, the second around the mean; two sums each, to overlap their additions. */
function plainSums(x: Float64Array, from: number, t: number): Sums {
  const odd = t & 1;
  let a = odd ? (x[from] ?? 0) : 0;
  let b = 0;
  for (let k = from + odd; k < from + t; k += 2) {
    a += x[k] ?? 0;
    b += x[k + 1] ?? 0;
  }
  const mean = (a + b) / t;
  a = odd ? ((x[from] ?? 0) - mean) ** 2 : 0;
  b = 0;
  for (let k = from + odd; k < from + t; k += 2) {
    const da = (x[k] ?? 0) - mean;
    const db = (x[k + 1] ?? 0) - mean;
    a += da * da;
    b += db * db;
  }
  return { mean, variance: (a + b) / t };
}

function weightedSums(x: Float64Array, from: number, weights: Float64Array): Sums {
  let mass = 0;
  let mean = 0;
  for (let k = 0; k < weights.length; k++) {
    const value = x[from + k] ?? 0;
    if (Number.isNaN(value)) continue;
    mass += weights[k] ?? 0;
    mean += (weights[k] ?? 0) * value;
  }
  mean /= mass;
  let variance = 0;
  for (let k = 0; k < weights.length; k++) {
    const value = x[from + k] ?? 0;
    if (!Number.isNaN(value)) variance += (weights[k] ?? 0) * (value - mean) * (value - mean);
  }
  return { mean, variance: variance / mass };
}

/** Divides a row by its largest return; false when all are 0. */
function rescale(x: Float64Array, from: number, t: number): boolean {
  let largest = 0;
  for (let k = from; k < from + t; k++) {
    const size = Math.abs(x[k] ?? 0);
    if (size > largest) largest = size;
  }
  if (largest === 0) return false;
  for (let k = from; k < from + t; k++) x[k] = (x[k] ?? 0) / largest;
  return true;
}
