/** When a delivery is tried again, and when somebody is told. Pure. */
import type { Micros } from '../../protocol/units.ts';
import type { Delivery } from './ledger.ts';

const FIRST_MICROS = 5_000_000;
const LONGEST_MICROS = 3_600_000_000;
/** About two days of tries; then it is failed for good and a person sends it. */
export const ATTEMPTS_MAX = 56;
/** Undelivered so long is an alarm. */
export const LATE_MICROS = 3_600_000_000;

/** When the next try is due. */
export function nextTry({ attempts, at, queuedAt }: Delivery): Micros {
  if (attempts === 0) return queuedAt;
  const wait = Math.min(FIRST_MICROS * 2 ** Math.min(attempts - 1, 20), LONGEST_MICROS);
  return ((at ?? queuedAt) + wait) as Micros;
}

export const isLate = ({ queuedAt }: Delivery, now: number): boolean => now - queuedAt >= LATE_MICROS;
