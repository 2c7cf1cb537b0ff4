/**
 * When frames are due. Time is cut into slots of 1/60 s; a rate of r Hz is due each 60/r slots, so
 * that all consoles of one rate are served in the same slot and share their encoded frame. Pure.
 */
export const SLOTS_PER_SECOND = 60;
export const SLOT_MICROS = 1_000_000 / SLOTS_PER_SECOND;
export const HEARTBEAT_HZ = 4;

export function slotAt(monotonicMicros: number): number {
  return Math.floor(monotonicMicros / SLOT_MICROS);
}

/** Did a multiple of this rate's interval pass after slot `before`, up to slot `now`? */
export function isDue(hz: number, before: number, now: number): boolean {
  const every = SLOTS_PER_SECOND / hz;
  return Math.floor(now / every) > Math.floor(before / every);
}

/** µs until the next slot in which a rate of `hz` is due. */
export function microsToNext(hz: number, monotonicMicros: number): number {
  const every = SLOT_MICROS * (SLOTS_PER_SECOND / hz);
  return every - (monotonicMicros % every);
}
