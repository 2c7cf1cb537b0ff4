/** How far apart the rows of a panel are, and which of the steps between them are too long. */

const SECOND = 1_000_000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
export const DAY = 24 * HOUR;

/** The step that is in the middle of all (of two, the shorter), µs. */
export function usualStep(times: Float64Array): number {
  const steps = Float64Array.from(times.subarray(1), (at, k) => at - (times[k] ?? 0)).sort();
  return steps[Math.floor((steps.length - 1) / 2)] ?? 0;
}

/**
 * From this on a step is a gap. A day is followed by a weekend and at times by a week of feasts; what
 * comes more often is followed by the next or by nothing.
 */
export function gapFrom(step: number): number {
  return isDaily(step) ? 11 * DAY : 1.5 * step;
}

/** A day is 23 or 25 hours twice a year. */
export const isDaily = (step: number): boolean => step > 20 * HOUR && step < 28 * HOUR;

/** `1s`, `5m`, `1h`, `1d`: the step as people write it. */
export function stepName(step: number): string {
  if (isDaily(step)) return '1d';
  for (const [unit, name] of [
    [DAY, 'd'],
    [HOUR, 'h'],
    [MINUTE, 'm'],
    [SECOND, 's'],
  ] as const) {
    if (step >= unit && step % unit === 0) return `${step / unit}${name}`;
  }
  return `${step / SECOND}s`;
}
