import type { Reply } from '../../protocol/commands.ts';
import type { Restriction } from '../../protocol/people.ts';
import type { QuoteMicros, Ticks } from '../../protocol/units.ts';
import type { Exposure } from './exposure.ts';
import type { Limits } from './limits.ts';
import type { CheckedOrder } from './order.ts';

/** Why the gate is closed. Each owner closes and opens its own lock; open means that no lock is on. */
export type GateLock = 'starting' | 'halt' | 'stopping';

/** Top of book as the feeds last saw it. */
export interface Mark {
  readonly bid: Ticks;
  readonly ask: Ticks;
  /** Live, or quiet on a live feed: nothing else is a reference. */
  readonly fresh: boolean;
}

/** All that a decision rests on, read in the same tick. */
export interface GateContext {
  /** Locks that are on, with the sentence each was put on with. */
  readonly locks: ReadonlyMap<GateLock, string>;
  readonly replay: boolean;
  readonly auditWritable: boolean;
  readonly limits: Limits;
  /** What restricts the order's instrument; null = nothing does. */
  readonly restriction: Restriction | null;
  /** The order's instrument; null = no clean value. */
  readonly mark: Mark | null;
  /** The order's instrument, before this order. */
  readonly exposure: Exposure;
  /** What the order could make of the book, where there is a limit for it; null = not known. */
  readonly book: { readonly valueAtRisk: QuoteMicros | null; readonly cluster: QuoteMicros | null };
  /** Orders admitted in the second before now. */
  readonly ordersInLastSecond: number;
}

/** A refusal with its rule, what that allows and what it saw. */
export interface Breach {
  readonly code: string;
  readonly sentence: string;
  readonly rule: NonNullable<Extract<Reply, { ok: false }>['rule']>;
}

/** One rule of the gate: pure, synchronous, one file in `rules/`. */
export interface Rule {
  readonly id: string;
  readonly requirement: string;
  check(order: CheckedOrder, context: GateContext): Breach | null;
}

/** Builds a rule's refusal. */
export function breach(
  rule: Pick<Rule, 'id' | 'requirement'>,
  limit: string,
  observed: string,
  sentence: string,
): Breach {
  return { code: rule.id, sentence, rule: { rule: rule.id, requirement: rule.requirement, limit, observed } };
}

/** Added to a market order's value, in percent: it may sweep the book past its top. */
const SWEEP_PERCENT = 5;

/**
 * The price that an order is valued at: the mark's dearer side, or the order's own price where that
 * is higher; a market order has no price that bounds it and counts for some percent more than the
 * top of the book, which a sweep of a thin book may still exceed. `null` without a fresh mark: a
 * market order is never worth zero, and what raises risk is not valued at a remembered price. What
 * only takes back is, for want of a better one.
 */
export function valuationPrice(order: CheckedOrder, mark: Mark | null): Ticks | null {
  if (!mark || !(mark.fresh || order.reduceOnly)) return null;
  const reference = Math.max(mark.bid, mark.ask);
  if (!(mark.bid > 0) || !(mark.ask > 0)) return null;
  if (order.price === null) return Math.ceil((reference * (100 + SWEEP_PERCENT)) / 100) as Ticks;
  return Math.max(reference, order.price) as Ticks;
}
