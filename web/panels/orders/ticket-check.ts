import { notional, parsePrice, parseSize, type Instrument } from '../../../protocol/instrument.ts';
import { ok, refuse, type Result } from '../../../protocol/result.ts';
import type { Freshness } from '../../state/freshness.ts';
import type { SessionLife } from '../../state/session.ts';
import type { QuoteMicros, Ticks } from '../../../protocol/units.ts';

export interface TicketFields {
  readonly side: 'buy' | 'sell';
  readonly type: 'limit' | 'market' | 'post-only';
  readonly price: string;
  readonly size: string;
  /** Only takes the position back: the gate refuses what would go further. */
  readonly reduceOnly: boolean;
}

/**
 * The order's value, or why the fields are no order. Exact: no float touches price or size. A
 * market order is valued at the `touch` (best opposite price), null when that is not known.
 */
export function ticketValue(
  fields: TicketFields,
  instrument: Instrument,
  touch: Ticks | null,
): Result<QuoteMicros | null> {
  const size = parseSize(fields.size.trim(), instrument);
  if (!size.ok) return size;
  if (size.value <= 0) return refuse('size', 'The size must be more than zero.');
  if (fields.type === 'market') return ok(touch === null ? null : notional(instrument, touch, size.value));
  const price = parsePrice(fields.price.trim(), instrument);
  if (!price.ok) return price;
  if (price.value <= 0) return refuse('price', 'The price must be more than zero.');
  return ok(notional(instrument, price.value, size.value));
}

/**
 * Why this console does not offer this order now. The gate would refuse as well. One that only takes back
 * goes on in a session whose hours are over, and on an old price.
 */
export function whyBlocked({
  online,
  gateOpen,
  fresh,
  mayPlace,
  hasAccount,
  life,
  reduceOnly,
}: {
  readonly online: boolean;
  readonly gateOpen: boolean;
  readonly fresh: Freshness;
  /** Whether this person's role places orders. */
  readonly mayPlace: boolean;
  /** Whether there is an account at the instrument's venue. */
  readonly hasAccount: boolean;
  readonly life: SessionLife;
  readonly reduceOnly: boolean;
}): string | null {
  if (!mayPlace) return 'Placing orders is not among what your role may do.';
  if (life === 'watching' && !reduceOnly)
    return 'This session only watches, halts, cancels and reduces now: renew it to place other orders.';
  if (!hasAccount) return 'There is no account at this venue: its market is watched, and not traded.';
  if (!online) return 'No connection: an order is never kept for later, so it cannot be placed now.';
  if (!gateOpen) return 'The gate is closed by a halt: no order is placed.';
  if ((fresh === 'stale' || fresh === 'unknown') && !reduceOnly)
    return 'The price is stale or unknown: no order is placed on it.';
  return null;
}
