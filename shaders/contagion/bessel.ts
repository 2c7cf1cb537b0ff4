/**
 * Bessel functions of the first kind J₀(x) … J_last(x), f64, by Miller's downward recurrence scaled with
 * J₀ + 2 Σ J₂ₖ = 1 (upward, rounding takes over once k > x).
 *
 * @param x ≥ 0.
 */
export function besselJ(x: number, last: number): Float64Array<ArrayBuffer> {
  const out = new Float64Array(last + 1);
  if (x < NEARLY_NOTHING) {
    // The first term of each power series; the recurrence would divide by next to nothing.
    out[0] = 1;
    for (let k = 1; k <= last; k++) out[k] = ((out[k - 1] ?? 0) * x) / (2 * k);
    return out;
  }
  // Far enough above both for the wrong start to have died away; even, so that the sum ends at J₀.
  const start = 2 * Math.ceil((Math.max(x, last) + 12 * Math.cbrt(Math.max(x, last)) + 24) / 2);
  let [above, here, sum] = [0, 1e-300, 0];
  for (let k = start; k > 0; k--) {
    const below = ((2 * k) / x) * here - above;
    [above, here] = [here, below];
    if (k - 1 <= last) out[k - 1] = here;
    if ((k - 1) % 2 === 0) sum += k === 1 ? here : 2 * here;
    if (Math.abs(here) > 1e200) {
      [above, here, sum] = [above * 1e-200, here * 1e-200, sum * 1e-200];
      for (let j = k - 1; j <= last; j++) out[j] = (out[j] ?? 0) * 1e-200;
    }
  }
  return out.map((value) => value / sum);
}

const NEARLY_NOTHING = 1e-7;
