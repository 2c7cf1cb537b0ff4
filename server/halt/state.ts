import type { HaltCause, HaltPhase } from '../../protocol/halt.ts';
import type { HaltId, Micros, UserId, VenueId } from '../../protocol/units.ts';

/** One venue in a halt: what was done there and what a re-read showed. */
export interface VenueProgress {
  readonly venue: VenueId;
  readonly name: string;
  readonly hasDeadMan: boolean;
  readonly sentAt: Micros | null;
  readonly acknowledgedAt: Micros | null;
  readonly confirmedZeroAt: Micros | null;
  readonly openOrders: number | null;
  readonly foreignOrders: number | null;
  readonly attempts: number;
  readonly trouble: string | null;
  /** Re-reads in a row that showed nothing open. */
  readonly zeros: number;
}

/** A press that found a halt running. `by` null: an older record did not say. */
export interface JoinedPress {
  readonly haltId: HaltId;
  readonly by: UserId | null;
}

export interface HaltState {
  readonly phase: HaltPhase;
  readonly haltId: HaltId | null;
  /** Other presses that joined this halt while it ran. */
  readonly joined: readonly JoinedPress[];
  readonly cause: HaltCause | null;
  /** Who pressed, also before a restart: never the one who releases. null: nobody did, a crash halted. */
  readonly presser: UserId | null;
  /** The server went down while, or before, this halt ran: what had left by then is not known. */
  readonly crashed: boolean;
  readonly pressedAt: Micros | null;
  readonly gateClosedAt: Micros | null;
  readonly factorBy: UserId | null;
  readonly factorAt: Micros | null;
  /** The time for it passed before every venue was confirmed. */
  readonly overdue: boolean;
  readonly confirmedAt: Micros | null;
  readonly venues: readonly VenueProgress[];
  readonly releasedBy: UserId | null;
  readonly releasedAt: Micros | null;
  /** Halts that are over, newest last: a late repetition of their press does nothing. */
  readonly over: readonly HaltId[];
}

export interface VenueName {
  readonly venue: VenueId;
  readonly name: string;
  readonly hasDeadMan: boolean;
}

export function tradingState(venues: readonly VenueName[]): HaltState {
  return {
    phase: 'trading',
    haltId: null,
    joined: [],
    cause: null,
    presser: null,
    crashed: false,
    pressedAt: null,
    gateClosedAt: null,
    factorBy: null,
    factorAt: null,
    overdue: false,
    confirmedAt: null,
    venues: venues.map(untouched),
    releasedBy: null,
    releasedAt: null,
    over: [],
  };
}

export function untouched(venue: VenueName): VenueProgress {
  return {
    venue: venue.venue,
    name: venue.name,
    hasDeadMan: venue.hasDeadMan,
    sentAt: null,
    acknowledgedAt: null,
    confirmedZeroAt: null,
    openOrders: null,
    foreignOrders: null,
    attempts: 0,
    trouble: null,
    zeros: 0,
  };
}

export const cancelling = (phase: HaltPhase): boolean =>
  phase === 'cancelling' || phase === 'confirmed' || phase === 'residual';
