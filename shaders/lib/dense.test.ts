import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { generator } from '../correlation/returns.testkit.ts';
import { invertPositive, multiply, solvePositive, transpose } from './dense.ts';

const matrix = (rows: number, columns: number, seed: number): Float64Array => {
  const random = generator(seed);
  return Float64Array.from({ length: rows * columns }, () => random() * 2 - 1);
};
const plainProduct = (a: Float64Array, b: Float64Array, n: number, k: number, m: number): Float64Array =>
  Float64Array.from({ length: n * m }, (_, at) => {
    const [i, j] = [Math.floor(at / m), at % m];
    return Array.from({ length: k }, (_, p) => (a[i * k + p] ?? 0) * (b[p * m + j] ?? 0)).reduce(
      (x, y) => x + y,
      0,
    );
  });
const furthest = (a: Float64Array, b: Float64Array): number =>
  a.reduce((most, x, at) => Math.max(most, Math.abs(x - (b[at] ?? NaN))), 0);
const identity = (n: number): Float64Array =>
  Float64Array.from({ length: n * n }, (_, at) => (at % (n + 1) === 0 ? 1 : 0));
/** A·Aᵀ + 1. */
const positive = (n: number, seed: number): Float64Array => {
  const a = matrix(n, n, seed);
  return multiply(a, transpose(a, n, n), n, n, n).map((x, at) => x + (at % (n + 1) === 0 ? 1 : 0));
};

const size = fc.integer({ min: 1, max: 13 });

describe('dense matrices', () => {
  test('a product is that of its definition', () => {
    fc.assert(
      fc.property(size, size, size, fc.integer(), (n, k, m, seed) => {
        const [a, b] = [matrix(n, k, seed), matrix(k, m, seed + 1)];
        expect(furthest(multiply(a, b, n, k, m), plainProduct(a, b, n, k, m))).toBeLessThan(1e-12);
      }),
    );
  });

  test('the inverse and the solution undo a positive matrix', () => {
    fc.assert(
      fc.property(size, fc.integer(), (n, seed) => {
        const a = positive(n, seed);
        expect(furthest(multiply(a, invertPositive(a, n), n, n, n), identity(n))).toBeLessThan(1e-9);
        const x = matrix(n, 1, seed + 2);
        expect(furthest(solvePositive(a, multiply(a, x, n, n, 1), n), x)).toBeLessThan(1e-9);
      }),
    );
  });

  test('a matrix that is not positive, or not a number, is refused', () => {
    expect(() => solvePositive(Float64Array.of(1, 2, 2, 1), Float64Array.of(1, 1), 2)).toThrow(RangeError);
    expect(() => invertPositive(Float64Array.of(NaN), 1)).toThrow(RangeError);
  });
});
