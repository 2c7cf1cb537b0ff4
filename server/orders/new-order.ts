import type { Lots, Micros, OrderId, VenueId } from '../../protocol/units.ts';
import type { CheckedOrder } from '../gate/order.ts';
import type { Actor } from './actor.ts';
import type { PlacedRequest, TrackedOrder } from './tracked.ts';

/** An order of ours that the gate has just let through. */
export function newOrder(
  orderId: OrderId,
  venue: VenueId,
  order: CheckedOrder,
  actor: Actor,
  request: PlacedRequest,
  now: Micros,
): TrackedOrder {
  return {
    orderId,
    venueOrderId: null,
    venue,
    instrument: order.instrument.index,
    owner: 'ours',
    strategy: actor.kind === 'strategy' ? actor.id : null,
    side: order.side,
    type: order.type,
    timeInForce: order.timeInForce,
    price: order.price,
    size: order.size,
    filled: 0 as Lots,
    state: 'pending',
    reason: null,
    createdAt: now,
    updatedAt: now,
    symbol: order.instrument.symbol,
    clientOrderId: orderId,
    closedBy: null,
    request,
    cancelWanted: false,
    filledTickLots: 0n,
  };
}
