/** Which of many tests are discoveries when one in 1/q of those named may be false. */
export interface Discoveries {
  /** A test with this p or a smaller one is a discovery; −1: none is. */
  readonly cutoff: number;
  readonly count: number;
}

/**
 * The step-up procedure of Benjamini and Hochberg (1995): the largest p(k) ≤ q k / m. Right for
 * independent tests and for those that are positively dependent.
 * @param p p-values; NaN where there was no test, which then does not count
 * @param q the false-discovery rate, 0 … 1
 */
export function benjaminiHochberg(p: Float64Array, q: number): Discoveries {
  const sorted = p.filter((value) => !Number.isNaN(value)).sort();
  for (let count = sorted.length; count > 0; count--) {
    const value = sorted[count - 1] ?? Number.NaN;
    if (value <= (q * count) / sorted.length) return { cutoff: value, count };
  }
  return { cutoff: -1, count: 0 };
}
