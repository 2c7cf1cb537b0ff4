import { besselJ } from './bessel.ts';

/**
 * The Chebyshev series of e^(−iHt) for a spectrum in [−1, 1]: coefficient k is (2 − δ_k0)(−i)^k J_k(t).
 * The power of −i is split into whether it is real and its sign, so that everything stays real numbers.
 *
 * @param t ≥ 0, in units of 1/H.
 */
export function unitarySeries(t: number): Float64Array<ArrayBuffer> {
  const last = Math.ceil(t + 8 * Math.cbrt(t) + 12);
  const bessel = besselJ(t, last);
  return bessel.map((value, k) => (k === 0 ? 1 : 2) * value * (k % 4 === 1 || k % 4 === 2 ? -1 : 1));
}
