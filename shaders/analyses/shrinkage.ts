/**
 * How far a sample's correlations are to be drawn towards none (Ledoit and Wolf 2004, to the identity):
 * with few samples the extremes of a correlation matrix are mostly noise, and a book would be thought hedged by it.
 */
import { isInvalid, type Correlated } from '../correlation/correlated.ts';
import type { Panel } from '../correlation/panel.ts';

export interface Shrunk extends Correlated {
  /** 0: as measured, 1: none left. */
  readonly intensity: number;
}

/** ρ·(1 − δ) off the diagonal, with the δ that is expected to be off the least. */
export function shrink({ matrix, invalid }: Correlated, { n, t, nPad, z }: Panel): Shrunk {
  let [squares, distance, fourth] = [0, 0, 0];
  for (let i = 0; i < n; i++) {
    for (let j = 0; j < n; j++) {
      const rho = isInvalid(invalid, n, i, j) ? 0 : (matrix[i * n + j] ?? 0);
      squares += rho * rho;
      if (i !== j) distance += rho * rho;
    }
  }
  for (let k = 0; k < t; k++) {
    let length = 0;
    for (let i = 0; i < n; i++) length += (z[k * nPad + i] ?? 0) ** 2;
    // z is scaled so that its squares sum to 1 over the samples.
    fourth += (t * length) ** 2;
  }
  const noise = Math.max(0, fourth - t * squares) / (t * t);
  const intensity = distance > 0 ? Math.min(1, noise / distance) : 0;
  const drawn = matrix.map((rho, at) => (at % (n + 1) === 0 ? rho : rho * (1 - intensity)));
  return { matrix: drawn, invalid, intensity };
}
