/** Φ(x), to 1e-15 (Marsaglia 2004, "Evaluating the normal distribution"). */
export function normalCdf(x: number): number {
  if (!(Math.abs(x) < 8)) return Number.isNaN(x) ? x : x > 0 ? 1 : 0;
  let sum = x;
  let before = 0;
  let term = x;
  for (let k = 3; sum !== before; k += 2) {
    term *= (x * x) / k;
    before = sum;
    sum += term;
  }
  return 0.5 + (sum * Math.exp(-0.5 * x * x)) / Math.sqrt(2 * Math.PI);
}

/** Φ⁻¹(p) within ±8, to 1e-15; NaN outside [0, 1]. Halves the interval: for what is asked now and then. */
export function normalQuantile(p: number): number {
  if (!(p >= 0 && p <= 1)) return Number.NaN;
  let [low, high] = [-8, 8];
  for (let step = 0; step < 60; step++) {
    const middle = (low + high) / 2;
    if (normalCdf(middle) < p) low = middle;
    else high = middle;
  }
  return (low + high) / 2;
}
