/**
 * Milliseconds to wait before attempt `attempt` (from 0): doubling from 250 ms to 15 s, the upper
 * half of it random, so that many clients do not come back at once.
 */
export function backoffMs(attempt: number, random: () => number): number {
  const most = Math.min(15_000, 250 * 2 ** Math.min(attempt, 10));
  return Math.round(most / 2 + (most / 2) * random());
}
