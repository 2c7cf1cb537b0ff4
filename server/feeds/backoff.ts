const FIRST_MS = 250;
const LONGEST_MS = 30_000;

/**
 * How long to wait before the next try, ms: doubling from 250 ms to 30 s, half of it random, so
 * that many clients do not come back at once. `random` is in [0, 1).
 */
export function backoffMs(failures: number, random: () => number): number {
  const whole = Math.min(LONGEST_MS, FIRST_MS * 2 ** Math.min(failures, 20));
  return whole / 2 + (whole / 2) * random();
}
