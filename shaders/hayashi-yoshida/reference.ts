/**
 * The Hayashi–Yoshida estimator by its definition, in f64: the products of all returns whose
 * half-open intervals meet. What the kernels are tested against. Slow on purpose.
 */

/** Ticks as they are, times rising. */
export interface Path {
  readonly times: readonly number[];
  readonly prices: readonly number[];
}

/** Raw ρ; NaN where one of the two did not move. */
export function hayashiYoshidaReference(x: Path, y: Path): number {
  const [a, b] = [returnsOf(x), returnsOf(y)];
  let covariance = 0;
  for (const one of a) {
    for (const other of b) {
      if (one.from < other.to && other.from < one.to) covariance += one.move * other.move;
    }
  }
  const variance = (returns: typeof a): number => returns.reduce((sum, { move }) => sum + move * move, 0);
  const scale = Math.sqrt(variance(a) * variance(b));
  return scale > 0 ? covariance / scale : Number.NaN;
}

function returnsOf({ times, prices }: Path) {
  return times.slice(1).map((to, k) => {
    const [before = 0, now = 0] = prices.slice(k, k + 2);
    return { from: times[k] ?? 0, to, move: Math.log(now) - Math.log(before) };
  });
}
