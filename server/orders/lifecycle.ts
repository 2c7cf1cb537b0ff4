import { ensureNever } from '../../protocol/assert.ts';
import { isOpen, type OrderState } from '../../protocol/orders.ts';
import type { Lots, Micros } from '../../protocol/units.ts';
import type { VenueOrder, VenueOrderState } from '../venues/types.ts';
import type { TrackedOrder } from './tracked.ts';

export type OrderEvent =
  /** The venue tells of it: an acknowledgement, a push, a snapshot, an answer. */
  | { readonly kind: 'venue'; readonly order: VenueOrder }
  /** It is certain that the venue never took it. */
  | { readonly kind: 'refused'; readonly sentence: string }
  /** It was sent and the venue did not answer. */
  | { readonly kind: 'unanswered'; readonly sentence: string }
  /** Someone wants it gone. */
  | { readonly kind: 'cancel' }
  /** The venue refused the cancel; the order goes on. */
  | { readonly kind: 'cancel-refused'; readonly sentence: string }
  /** Asked, the venue knows no such order, and it can no longer arrive. */
  | { readonly kind: 'missing'; readonly sentence: string };

const VENUE_OPEN: readonly VenueOrderState[] = ['working', 'partially-filled'];
export const openAtVenue = (order: VenueOrder): boolean => VENUE_OPEN.includes(order.state);

/**
 * An order after one event. Pure; the same event twice changes nothing, and late or repeated ones
 * never reopen what the venue closed nor take a fill back. Fills are counted by `fills.ts`.
 */
export function nextOrder(order: TrackedOrder, event: OrderEvent, now: Micros): TrackedOrder {
  const next = step(order, event);
  return next === order ? order : { ...next, updatedAt: now };
}

function step(order: TrackedOrder, event: OrderEvent): TrackedOrder {
  switch (event.kind) {
    case 'venue':
      return fromVenue(order, event.order);
    case 'refused':
    case 'missing':
      if (!isOpen(order.state)) return order;
      return { ...order, state: 'rejected', closedBy: 'inference', reason: event.sentence };
    case 'unanswered':
      if (!isOpen(order.state)) return order;
      return { ...order, state: 'unknown', reason: event.sentence };
    case 'cancel': {
      if (!isOpen(order.state)) return order;
      const acknowledged = order.state === 'working' || order.state === 'partially-filled';
      return { ...order, cancelWanted: true, state: acknowledged ? 'cancelling' : order.state };
    }
    case 'cancel-refused':
      if (order.state !== 'cancelling') return { ...order, cancelWanted: false };
      return { ...order, cancelWanted: false, state: working(order.filled), reason: event.sentence };
    default:
      return ensureNever(event);
  }
}

function fromVenue(order: TrackedOrder, venue: VenueOrder): TrackedOrder {
  const filled = Math.max(order.filled, venue.filled ?? 0) as Lots;
  const known: TrackedOrder = { ...order, venueOrderId: venue.venueOrderId, filled };
  if (order.closedBy === 'venue') {
    return filled === order.filled && order.venueOrderId === venue.venueOrderId ? order : known;
  }
  if (!openAtVenue(venue)) {
    return { ...known, state: venue.state, closedBy: 'venue', reason: venue.reason ?? null };
  }
  const state: OrderState =
    order.cancelWanted && order.state === 'cancelling' ? 'cancelling' : working(filled);
  if (state === order.state && filled === order.filled && order.venueOrderId === venue.venueOrderId)
    return order;
  return { ...known, state, closedBy: null, reason: null };
}

function working(filled: number): OrderState {
  return filled > 0 ? 'partially-filled' : 'working';
}
