/**
 * The largest eigenvalues of a symmetric operator that is only ever applied: Lanczos (1950) with every new
 * direction made orthogonal to all before it, as rounding would otherwise find the same value twice. For
 * callers who need values to six digits and no vectors; a value that comes twice exactly is found once.
 */
import { eigenvalues } from './spectrum.ts';

/** Directions between two looks at the values. */
const LOOK = 8;
const SETTLED = 1e-7;

/**
 * @param apply writes A·v into `out`; both of length n.
 * @returns `count` values, largest first; fewer where the operator has no more directions.
 */
export function largestEigenvalues(
  apply: (v: Float64Array, out: Float64Array) => void,
  n: number,
  count: number,
): Float64Array {
  const basis: Float64Array[] = [];
  const diagonal: number[] = [];
  const beside: number[] = [];
  // Nowhere orthogonal to what markets have, and the same each time.
  let next = normed(Float64Array.from({ length: n }, (_, i) => 1 + Math.sin(1.7 * (i + 1))));
  let found = new Float64Array();
  while (next !== null) {
    const v = next;
    const image = new Float64Array(n);
    apply(v, image);
    basis.push(v);
    diagonal.push(dot(v, image));
    // Twice: once is not enough for what is nearly alike.
    for (let pass = 0; pass < 2; pass++) for (const each of basis) add(image, -dot(each, image), each);
    const length = Math.sqrt(dot(image, image));
    const isLast = basis.length === n || !(length > 1e-12 * Math.abs(diagonal[0] ?? 0));
    if (isLast || basis.length % LOOK === 0) {
      const values = ritz(diagonal, beside).slice(0, count);
      const isSettled =
        values.length === count &&
        values.every(
          (value, k) => Math.abs(value - (found[k] ?? Infinity)) <= SETTLED * Math.abs(values[0] ?? 0),
        );
      found = values;
      if (isLast || isSettled) break;
    }
    beside.push(length);
    next = normed(image);
  }
  return found;
}

/** Eigenvalues of the tridiagonal matrix so far. */
function ritz(diagonal: readonly number[], beside: readonly number[]): Float64Array<ArrayBuffer> {
  const n = diagonal.length;
  const matrix = new Float64Array(n * n);
  diagonal.forEach((value, i) => {
    matrix[i * n + i] = value;
    if (i > 0) matrix[i * n + i - 1] = beside[i - 1] ?? 0;
  });
  return eigenvalues(matrix, n);
}

function normed(v: Float64Array): Float64Array | null {
  const length = Math.sqrt(dot(v, v));
  return length > 0 ? v.map((x) => x / length) : null;
}

function dot(a: Float64Array, b: Float64Array): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += (a[i] ?? 0) * (b[i] ?? 0);
  return sum;
}

function add(to: Float64Array, times: number, what: Float64Array): void {
  for (let i = 0; i < to.length; i++) to[i] = (to[i] ?? 0) + times * (what[i] ?? 0);
}
