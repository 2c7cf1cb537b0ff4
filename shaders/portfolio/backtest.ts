/**
 * Whether a value at risk was exceeded as often as it says: Kupiec's proportion of failures (1995).
 *
 * @returns the likelihood ratio, which is χ² of one degree of freedom when the level is right; over 3.84
 * it is wrong at 95 %.
 */
export function kupiec(exceeded: number, days: number, level: number): number {
  const expected = 1 - level;
  const found = days === 0 ? expected : exceeded / days;
  const logLikelihood = (p: number): number =>
    times(days - exceeded, Math.log(1 - p)) + times(exceeded, Math.log(p));
  return Math.max(0, -2 * (logLikelihood(expected) - logLikelihood(found)));
}

/** 0 · log 0 is 0 here. */
function times(count: number, logarithm: number): number {
  return count === 0 ? 0 : count * logarithm;
}
