/**
 * The strategy API, `/api/v1`, beside the schemas of orders: what a strategy reads over REST, and
 * its socket.io events (path `/strategy`, the key in `auth.key`).
 *
 *     GET    /api/v1/instruments        → { instruments: Instrument[] }
 *     GET    /api/v1/quotes             → { quotes: StrategyQuote[] }
 *     GET    /api/v1/orders             → { orders: OrderView[] }     own orders
 *     POST   /api/v1/orders             OrderRequest → Reply
 *     DELETE /api/v1/orders/:orderId    → Reply
 *     DELETE /api/v1/orders             → Reply                       own orders, all
 */
import { z } from 'zod';
import { instrumentSchema } from './instrument.ts';
import { orderViewSchema, type OrderRequest, type OrderView } from './orders.ts';
import { QUOTE_STATES } from './quotes.ts';
import { unitSchema, type OrderId } from './units.ts';
import type { Reply } from './commands.ts';

/** Top of book of one instrument; a side that is not there has 0 lots. */
export const strategyQuoteSchema = z.object({
  instrument: unitSchema.instrument,
  bid: unitSchema.ticks,
  bidSize: unitSchema.lots,
  ask: unitSchema.ticks,
  askSize: unitSchema.lots,
  state: z.enum(QUOTE_STATES),
  receivedAt: unitSchema.micros,
});
export type StrategyQuote = z.infer<typeof strategyQuoteSchema>;

export const instrumentsReplySchema = z.object({ instruments: z.array(instrumentSchema) });
export const quotesReplySchema = z.object({ quotes: z.array(strategyQuoteSchema) });
export const ordersReplySchema = z.object({ orders: z.array(orderViewSchema) });

/** The socket's events, so that both ends name them once. A strategy is told of its own orders only. */
export interface StrategyToServer {
  'order.place': (order: OrderRequest, ack: (reply: Reply) => void) => void;
  'order.cancel': (orderId: OrderId, ack: (reply: Reply) => void) => void;
}
export interface ServerToStrategy {
  orders: (upserts: OrderView[], removed: OrderId[]) => void;
}
