/**
 * When frames are due. A rate of r Hz is due at each whole multiple of 1/r s of the monotonic clock,
 * so that all consoles of one rate, and those of its multiples, are served in the same turn and share
 * their encoded frames. Pure; times in µs.
 */
export const HEARTBEAT_HZ = 4;

/** Did one of this rate's instants pass after `before`, up to `now`? However many passed, it is due once. */
export function isDue(hz: number, before: number, now: number): boolean {
  return turns(hz, now) > turns(hz, before);
}

/** µs until this rate's next instant; more than 0. */
export function microsToNext(hz: number, now: number): number {
  return ((turns(hz, now) + 1) * 1_000_000) / hz - now;
}

/** The rate's instants since the clock's start. */
function turns(hz: number, now: number): number {
  return Math.floor((now * hz) / 1_000_000);
}
