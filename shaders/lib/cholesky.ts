/**
 * L of a symmetric positive definite matrix, L Lᵀ = A, lower, row by row; null when A is not positive definite.
 *
 * @param matrix n × n, of which the lower triangle is read.
 */
export function cholesky(matrix: Float64Array, n: number): Float64Array<ArrayBuffer> | null {
  const lower = new Float64Array(n * n);
  for (let i = 0; i < n; i++) {
    for (let j = 0; j <= i; j++) {
      let sum = matrix[i * n + j] ?? Number.NaN;
      for (let k = 0; k < j; k++) sum -= (lower[i * n + k] ?? 0) * (lower[j * n + k] ?? 0);
      if (i === j) {
        if (!(sum > 0)) return null;
        lower[i * n + i] = Math.sqrt(sum);
      } else {
        lower[i * n + j] = sum / (lower[j * n + j] ?? 1);
      }
    }
  }
  return lower;
}
