/**
 * How much of a market's variance a few common factors carry (absorption ratio: Kritzman, Li, Page and
 * Rigobon 2011): when it rises, everything falls for the same reason.
 */

/** Up to here all eigenvalues are at hand; above, only the leading few. */
export const FULL_SPECTRUM = 256;
const LEADING = 4;

/** Factors counted for n instruments: a fifth of them as the authors do, four of a market too wide for that. */
export function absorbedFactors(n: number): number {
  return n <= FULL_SPECTRUM ? Math.max(1, Math.round(n / 5)) : LEADING;
}

/** @param values eigenvalues, largest first. @param trace of the matrix: n for correlations. @returns 0 to 1. */
export function absorptionRatio(values: Float64Array, factors: number, trace: number): number {
  if (!(trace > 0)) return 0;
  let sum = 0;
  for (const value of values.subarray(0, factors)) sum += Math.max(0, value);
  return Math.min(1, sum / trace);
}
