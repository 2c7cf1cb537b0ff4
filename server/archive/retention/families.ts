/** How long each kind of record is kept. Pure. */
import type { RecordFamily } from '../../../protocol/retention.ts';

export type Days = Readonly<Record<RecordFamily, number>>;

const DAY_MICROS = 86_400_000_000;
const ORDERS = ['order.', 'command.refused', 'strategy.refused'];
const SESSIONS = ['auth.session', 'auth.refused'];
const CLOCK = ['clock.'];

/** What is not known by name decides something: it is kept as such. */
export function familyOf(action: string): RecordFamily {
  const is = (beginnings: readonly string[]): boolean => beginnings.some((one) => action.startsWith(one));
  if (is(ORDERS)) return 'orders';
  if (is(SESSIONS)) return 'sessions';
  return is(CLOCK) ? 'clock' : 'control';
}

/** From when on a record of that time may go, µs. */
export const keptUntil = (action: string, wallMicros: number, days: Days): number =>
  wallMicros + days[familyOf(action)] * DAY_MICROS;
