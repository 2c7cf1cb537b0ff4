/** Dense matrices in f64, row by row. Inner loops run along rows, where memory does. */
import { cholesky } from './cholesky.ts';

/** out = a·b: a is n × k, b is k × m. */
export function multiply(
  a: Float64Array,
  b: Float64Array,
  n: number,
  k: number,
  m: number,
): Float64Array<ArrayBuffer> {
  const out = new Float64Array(n * m);
  for (let i = 0; i < n; i++) {
    const to = i * m;
    let p = 0;
    // Four rows of b to a pass: out is read and written a quarter as often.
    for (; p + 4 <= k; p += 4) {
      const from = i * k + p;
      const [a0 = 0, a1 = 0, a2 = 0, a3 = 0] = [a[from], a[from + 1], a[from + 2], a[from + 3]];
      const [b0, b1, b2, b3] = [p * m, (p + 1) * m, (p + 2) * m, (p + 3) * m];
      for (let j = 0; j < m; j++) {
        const sum =
          a0 * (b[b0 + j] ?? 0) + a1 * (b[b1 + j] ?? 0) + a2 * (b[b2 + j] ?? 0) + a3 * (b[b3 + j] ?? 0);
        out[to + j] = (out[to + j] ?? 0) + sum;
      }
    }
    for (; p < k; p++) addRow(out, to, b, p * m, a[i * k + p] ?? 0, m);
  }
  return out;
}

/** The transpose of a, n × m. */
export function transpose(a: Float64Array, n: number, m: number): Float64Array<ArrayBuffer> {
  const out = new Float64Array(n * m);
  for (let i = 0; i < n; i++) for (let j = 0; j < m; j++) out[j * n + i] = a[i * m + j] ?? 0;
  return out;
}

/**
 * x of a·x = b, a symmetric.
 * @throws RangeError where a is not positive definite.
 */
export function solvePositive(a: Float64Array, b: Float64Array, n: number): Float64Array<ArrayBuffer> {
  const l = factor(a, n);
  const x = Float64Array.from(b);
  for (let i = 0; i < n; i++) {
    let sum = x[i] ?? 0;
    for (let k = 0; k < i; k++) sum -= (l[i * n + k] ?? 0) * (x[k] ?? 0);
    x[i] = sum / (l[i * n + i] ?? 0);
  }
  for (let i = n - 1; i >= 0; i--) {
    let sum = x[i] ?? 0;
    for (let k = i + 1; k < n; k++) sum -= (l[k * n + i] ?? 0) * (x[k] ?? 0);
    x[i] = sum / (l[i * n + i] ?? 0);
  }
  return x;
}

/**
 * a⁻¹, a symmetric.
 * @throws RangeError where a is not positive definite.
 */
export function invertPositive(a: Float64Array, n: number): Float64Array<ArrayBuffer> {
  const l = factor(a, n);
  const inverse = new Float64Array(n * n); // of L
  for (let i = 0; i < n; i++) {
    inverse[i * n + i] = 1;
    for (let k = 0; k < i; k++) addRow(inverse, i * n, inverse, k * n, -(l[i * n + k] ?? 0), k + 1);
    const scale = 1 / (l[i * n + i] ?? 0);
    for (let j = 0; j <= i; j++) inverse[i * n + j] = (inverse[i * n + j] ?? 0) * scale;
  }
  const out = new Float64Array(n * n);
  for (let k = 0; k < n; k++) {
    for (let i = 0; i <= k; i++) addRow(out, i * n, inverse, k * n, inverse[k * n + i] ?? 0, k + 1);
  }
  return out;
}

function factor(a: Float64Array, n: number): Float64Array {
  const l = cholesky(a, n);
  if (l === null) throw new RangeError('A matrix is not positive definite.');
  return l;
}

function addRow(
  to: Float64Array,
  at: number,
  from: Float64Array,
  start: number,
  factor: number,
  length: number,
): void {
  if (factor === 0) return;
  for (let j = 0; j < length; j++) to[at + j] = (to[at + j] ?? 0) + factor * (from[start + j] ?? 0);
}
