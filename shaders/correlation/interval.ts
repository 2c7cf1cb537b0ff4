export interface Interval {
  readonly low: number;
  readonly high: number;
}

/** Two-sided 95 %. */
const Z_95 = 1.959963984540054;

/**
 * Interval of a correlation by Fisher's transform, tanh(atanh ρ ± z/√(n − 3)) (Fisher 1921); null for
 * n ≤ 3. It supposes independent, roughly normal samples: returns with fat tails or memory deserve a
 * wider one. For EWMA pass the effective number of samples.
 */
export function fisherInterval(rho: number, n: number, z = Z_95): Interval | null {
  if (!(n > 3) || !(Math.abs(rho) <= 1)) return null;
  if (Math.abs(rho) === 1) return { low: rho, high: rho };
  const centre = Math.atanh(rho);
  const half = z / Math.sqrt(n - 3);
  return { low: Math.tanh(centre - half), high: Math.tanh(centre + half) };
}
