import type { Fill } from '../../protocol/orders.ts';
import type { Lots, Ticks } from '../../protocol/units.ts';
import type { VenueOrder } from '../venues/types.ts';
import type { TrackedOrder } from './tracked.ts';

/**
 * The fills that a venue's message adds to what is known of the order. Every lot is counted once, by
 * the cumulative size that each message carries: the trades that a message names are the latest ones,
 * up to that size. What was missed before them (a push lost in a gap) becomes one fill at the average
 * price that the venue's own totals give.
 */
export function newFills(order: TrackedOrder, venue: VenueOrder): Fill[] {
  const added = (venue.filled ?? 0) - order.filled;
  if (added <= 0) return [];
  const fill = (fillId: string, price: number, size: number, at: Fill['at']): Fill => ({
    fillId,
    orderId: order.orderId,
    instrument: order.instrument,
    side: order.side,
    price: price as Ticks,
    size: size as Lots,
    at,
  });
  const fills: Fill[] = [];
  let left = added;
  let value = order.filledTickLots;
  for (const trade of venue.trades.toReversed()) {
    if (left <= 0) break;
    const size = Math.min(left, trade.size);
    fills.unshift(fill(trade.tradeId, trade.price, size, trade.at));
    left -= size;
    value += BigInt(trade.price) * BigInt(size);
  }
  if (left > 0) {
    const price = missedPrice(order, venue, left, value);
    fills.unshift(fill(`${order.orderId}-${venue.filled ?? 0}`, price, left, venue.at));
  }
  return fills;
}

/** Average price of `lots` that were filled unseen; the order's own price where the venue gives no total. */
function missedPrice(order: TrackedOrder, venue: VenueOrder, lots: number, known: bigint): number {
  const value = venue.filledTickLots === null ? 0n : venue.filledTickLots - known;
  if (value <= 0n) return order.price ?? 0;
  return Number((value + BigInt(lots) / 2n) / BigInt(lots));
}
