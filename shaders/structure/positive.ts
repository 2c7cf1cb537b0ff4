/**
 * A correlation matrix of pairs that stand on differing samples may have negative eigenvalues, of which no
 * portfolio has a variance. Clipped to `least` and scaled back to ones on the diagonal it is a
 * correlation matrix again (Rebonato and Jäckel 1999), the same one where nothing was wrong.
 */
import { isInvalid, type Correlated } from '../correlation/correlated.ts';
import { spectrum } from './spectrum.ts';

export interface PositiveDefinite {
  /** n × n, f64, ones on the diagonal. */
  readonly matrix: Float64Array<ArrayBuffer>;
  /** Eigenvalues that were lifted: 0 says that nothing was changed. */
  readonly lifted: number;
}

/** Pairs without ρ count as uncorrelated. */
export function positiveDefinite({ matrix, invalid }: Correlated, n: number, least = 1e-8): PositiveDefinite {
  const dense = new Float64Array(n * n);
  for (let i = 0; i < n; i++) {
    for (let j = 0; j < i; j++) {
      const rho = isInvalid(invalid, n, i, j) ? 0 : (matrix[i * n + j] ?? 0);
      dense[i * n + j] = rho;
      dense[j * n + i] = rho;
    }
    dense[i * n + i] = 1;
  }
  const { values, vectors } = spectrum(dense, n);
  const lifted = values.reduce((count, value) => count + (value < least ? 1 : 0), 0);
  return lifted === 0 ? { matrix: dense, lifted } : { matrix: rebuilt(values, vectors, n, least), lifted };
}

function rebuilt(
  values: Float64Array,
  vectors: Float64Array,
  n: number,
  least: number,
): Float64Array<ArrayBuffer> {
  const built = new Float64Array(n * n);
  for (const [k, value] of values.entries()) {
    const weight = Math.max(value, least);
    for (let i = 0; i < n; i++) {
      const scaled = weight * (vectors[k * n + i] ?? 0);
      for (let j = 0; j <= i; j++) {
        built[i * n + j] = (built[i * n + j] ?? 0) + scaled * (vectors[k * n + j] ?? 0);
      }
    }
  }
  const scale = Float64Array.from({ length: n }, (_, i) => 1 / Math.sqrt(built[i * n + i] ?? 1));
  for (let i = 0; i < n; i++) {
    for (let j = 0; j < i; j++) {
      const rho = (built[i * n + j] ?? 0) * (scale[i] ?? 0) * (scale[j] ?? 0);
      built[i * n + j] = rho;
      built[j * n + i] = rho;
    }
    built[i * n + i] = 1;
  }
  return built;
}
