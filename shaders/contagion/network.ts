/**
 * The network that shocks travel on: A = ρ² off the diagonal, and the two matrices made of it.
 * D is the diagonal of A's row sums; a row without any link stands alone.
 */
import { isInvalid, type Correlated } from '../correlation/correlated.ts';

export interface Network {
  readonly n: number;
  /** D^(−½) A D^(−½), n × n, symmetric, spectrum in [−1, 1]. */
  readonly walk: Float64Array<ArrayBuffer>;
  /** Row sums of A. */
  readonly strength: Float64Array<ArrayBuffer>;
}

/** Pairs without ρ have no link. */
export function network({ matrix, invalid }: Correlated, n: number): Network {
  const walk = new Float64Array(n * n);
  const strength = new Float64Array(n);
  for (let i = 0; i < n; i++) {
    for (let j = 0; j < n; j++) {
      if (i === j || isInvalid(invalid, n, i, j)) continue;
      const rho = matrix[i * n + j] ?? 0;
      const link = Number.isFinite(rho) ? rho * rho : 0;
      walk[i * n + j] = link;
      strength[i] = (strength[i] ?? 0) + link;
    }
  }
  for (let i = 0; i < n; i++) {
    for (let j = 0; j < n; j++) {
      const scale = (strength[i] ?? 0) * (strength[j] ?? 0);
      walk[i * n + j] = scale > 0 ? (walk[i * n + j] ?? 0) / Math.sqrt(scale) : 0;
    }
  }
  return { n, walk, strength };
}
