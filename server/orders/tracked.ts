import { z } from 'zod';
import { isOpen, orderViewSchema, type OrderView } from '../../protocol/orders.ts';
import type { Lots } from '../../protocol/units.ts';

/** An order as the desk keeps it: what consoles see, and what bookkeeping needs beside it. */
export interface TrackedOrder extends OrderView {
  readonly symbol: string;
  /** The id that it carries at the venue; ours are equal to `orderId`. */
  readonly clientOrderId: string;
  /** Who closed it: the venue's word is final, our own inference yields to the venue's word. */
  readonly closedBy: 'venue' | 'inference' | null;
  /** Who asked for it, under which id of theirs, and what for: see `requestOf`. null: found at the venue. */
  readonly request: PlacedRequest | null;
  /** Cancel as soon as the venue shows it open. */
  readonly cancelWanted: boolean;
  /** Σ price × size of its fills. */
  readonly filledTickLots: bigint;
}

/** A request as it is told from another: the same key with another digest is another order. */
export interface PlacedRequest {
  readonly key: string;
  readonly digest: string;
}

/** The sender's own id of an order; null when it was found at the venue. */
export function clientIdOf({ request }: Pick<TrackedOrder, 'request'>): string | null {
  return request === null ? null : request.key.slice(request.key.indexOf(' ') + 1);
}

export function remaining(order: TrackedOrder): Lots {
  return (isOpen(order.state) ? Math.max(0, order.size - order.filled) : 0) as Lots;
}

/** The view alone, as consoles and strategies get it. */
export function viewOf(order: TrackedOrder): OrderView {
  const {
    symbol: _symbol,
    clientOrderId: _clientOrderId,
    closedBy: _closedBy,
    request: _request,
    cancelWanted: _cancelWanted,
    filledTickLots: _filledTickLots,
    ...view
  } = order;
  return view;
}

/** As the audit log keeps it. */
export const recordedOrderSchema = orderViewSchema.extend({
  symbol: z.string(),
  clientOrderId: z.string(),
  closedBy: z.enum(['venue', 'inference']).nullable(),
  /** Not in the first records. */
  request: z.object({ key: z.string(), digest: z.string() }).nullable().default(null),
  cancelWanted: z.boolean(),
  filledTickLots: z.string().regex(/^\d+$/).transform(BigInt),
});

export function recordOf(order: TrackedOrder): Record<string, unknown> {
  return { ...order, filledTickLots: order.filledTickLots.toString() };
}
