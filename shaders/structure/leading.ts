/**
 * The few largest eigenvalues of a symmetric matrix with their vectors, by subspace iteration with a
 * Rayleigh–Ritz step: the market and its sectors of 512 or 4,096 instruments without the rest.
 */
import { spectrum, upright, type Spectrum } from './spectrum.ts';

/** More directions than asked for: the last ones settle slowly. */
const GUARD = 4;
const MOST_TURNS = 200;
/** Residual ‖Av − λv‖ against λ₁ at which a pair counts as found. */
const TOLERANCE = 1e-9;

/**
 * @param matrix n × n row by row, symmetric, positive semi-definite or nearly so (the largest by size are found).
 * @returns `count` values, largest first, and count × n vectors; `settled` is false when some were not exact to 1e-9.
 */
export function leading(
  matrix: Float32Array | Float64Array,
  n: number,
  count: number,
): Spectrum & { readonly settled: boolean } {
  const wanted = Math.min(count, n);
  const width = Math.min(n, wanted + GUARD);
  let basis = orthonormal(beginning(n, width), n, width);
  let values = new Float64Array(wanted);
  let settled = false;
  for (let turn = 0; turn < MOST_TURNS && !settled; turn++) {
    const image = times(matrix, basis, n, width);
    const small = spectrum(products(basis, image, n, width), width);
    const vectors = mixed(small.vectors, basis, n, width);
    const images = mixed(small.vectors, image, n, width);
    values = small.values.slice(0, wanted);
    settled = worstResidual(vectors, images, values, n) <= TOLERANCE * Math.abs(values[0] ?? 0);
    basis = settled ? vectors : orthonormal(images, n, width);
  }
  const vectors = new Float64Array(wanted * n);
  for (let k = 0; k < wanted; k++) vectors.set(upright(basis.subarray(k * n, k * n + n)), k * n);
  return { values, vectors, settled };
}

/** Repeatable, and nowhere orthogonal to what markets have: the flat vector first, then cosines. */
function beginning(n: number, width: number): Float64Array<ArrayBuffer> {
  const basis = new Float64Array(width * n);
  for (let k = 0; k < width; k++) {
    for (let i = 0; i < n; i++) {
      basis[k * n + i] = Math.cos((Math.PI * k * (2 * i + 1)) / (2 * n)) + 1e-3 * Math.sin((k + 2) * (i + 1));
    }
  }
  return basis;
}

function times(
  matrix: Float32Array | Float64Array,
  basis: Float64Array,
  n: number,
  width: number,
): Float64Array {
  const image = new Float64Array(width * n);
  for (let i = 0; i < n; i++) {
    for (let k = 0; k < width; k++) {
      let sum = 0;
      for (let j = 0; j < n; j++) sum += (matrix[i * n + j] ?? 0) * (basis[k * n + j] ?? 0);
      image[k * n + i] = sum;
    }
  }
  return image;
}

function products(a: Float64Array, b: Float64Array, n: number, width: number): Float64Array {
  const inner = new Float64Array(width * width);
  for (let k = 0; k < width; k++) {
    for (let l = 0; l <= k; l++) inner[k * width + l] = dot(a, k * n, b, l * n, n);
  }
  return inner;
}

function mixed(
  weights: Float64Array,
  basis: Float64Array,
  n: number,
  width: number,
): Float64Array<ArrayBuffer> {
  const out = new Float64Array(width * n);
  for (let k = 0; k < width; k++) {
    for (let l = 0; l < width; l++) add(out, k * n, weights[k * width + l] ?? 0, basis, l * n, n);
  }
  return out;
}

/** Gram and Schmidt twice: once is not enough for vectors that are nearly alike. */
function orthonormal(basis: Float64Array<ArrayBuffer>, n: number, width: number): Float64Array<ArrayBuffer> {
  for (let k = 0; k < width; k++) {
    for (let pass = 0; pass < 2; pass++) {
      for (let l = 0; l < k; l++) add(basis, k * n, -dot(basis, k * n, basis, l * n, n), basis, l * n, n);
    }
    const length = Math.sqrt(dot(basis, k * n, basis, k * n, n));
    if (length > 0) for (let i = k * n; i < k * n + n; i++) basis[i] = (basis[i] ?? 0) / length;
  }
  return basis;
}

function worstResidual(vectors: Float64Array, images: Float64Array, values: Float64Array, n: number): number {
  let worst = 0;
  for (const [k, value] of values.entries()) {
    let sum = 0;
    for (let i = 0; i < n; i++) sum += ((images[k * n + i] ?? 0) - value * (vectors[k * n + i] ?? 0)) ** 2;
    worst = Math.max(worst, Math.sqrt(sum));
  }
  return worst;
}

function dot(a: Float64Array, atA: number, b: Float64Array, atB: number, n: number): number {
  let sum = 0;
  for (let i = 0; i < n; i++) sum += (a[atA + i] ?? 0) * (b[atB + i] ?? 0);
  return sum;
}

function add(
  to: Float64Array,
  at: number,
  times: number,
  from: Float64Array,
  begin: number,
  n: number,
): void {
  for (let i = 0; i < n; i++) to[at + i] = (to[at + i] ?? 0) + times * (from[begin + i] ?? 0);
}
