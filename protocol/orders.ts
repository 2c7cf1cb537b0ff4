import { z } from 'zod';
import { unitSchema } from './units.ts';

export const sideSchema = z.enum(['buy', 'sell']);
export type Side = z.infer<typeof sideSchema>;

export const orderTypeSchema = z.enum(['limit', 'market', 'post-only']);
export type OrderType = z.infer<typeof orderTypeSchema>;
export const timeInForceSchema = z.enum(['GTC', 'IOC', 'FOK']);
export type TimeInForce = z.infer<typeof timeInForceSchema>;

/**
 * An order as a strategy or an operator asks for it. Prices and sizes are decimal strings, read
 * exactly or refused; `clientId` makes the request idempotent for its strategy.
 */
export const orderRequestSchema = z.strictObject({
  clientId: z.string().regex(/^[A-Za-z0-9_-]{1,24}$/),
  symbol: z.string().min(1).max(40),
  /** Which venue's instrument of that symbol; left out, the one at which there is an account. */
  venue: unitSchema.venue.optional(),
  side: sideSchema,
  type: orderTypeSchema,
  timeInForce: timeInForceSchema.default('GTC'),
  /** null for a market order. */
  price: z.string().max(50).nullable(),
  size: z.string().max(50),
  reduceOnly: z.boolean().default(false),
});
export type OrderRequest = z.infer<typeof orderRequestSchema>;

/**
 * `pending`: sent, not yet acknowledged. `unknown`: the venue did not answer and is being asked.
 * Both are states of their own: an order in them may be working.
 */
export const orderStateSchema = z.enum([
  'pending',
  'working',
  'partially-filled',
  'cancelling',
  'unknown',
  'filled',
  'cancelled',
  'rejected',
  'expired',
]);
export type OrderState = z.infer<typeof orderStateSchema>;
const CLOSED: readonly OrderState[] = ['filled', 'cancelled', 'rejected', 'expired'];
export const isOpen = (state: OrderState): boolean => !CLOSED.includes(state);

export const orderViewSchema = z.object({
  orderId: unitSchema.order,
  venueOrderId: z.string().nullable(),
  venue: unitSchema.venue,
  instrument: unitSchema.instrument,
  /** `foreign`: found at the venue, not placed by us. */
  owner: z.enum(['ours', 'foreign']),
  strategy: unitSchema.strategy.nullable(),
  side: sideSchema,
  type: z.string(),
  timeInForce: z.string(),
  price: unitSchema.ticks.nullable(),
  size: unitSchema.lots,
  filled: unitSchema.lots,
  state: orderStateSchema,
  /** Why it was refused, rejected or is unknown: a sentence. */
  reason: z.string().nullable(),
  createdAt: unitSchema.micros,
  updatedAt: unitSchema.micros,
});
export type OrderView = z.infer<typeof orderViewSchema>;

export const fillSchema = z.object({
  fillId: z.string(),
  orderId: unitSchema.order,
  instrument: unitSchema.instrument,
  side: sideSchema,
  price: unitSchema.ticks,
  size: unitSchema.lots,
  at: unitSchema.micros,
});
export type Fill = z.infer<typeof fillSchema>;

export const positionSchema = z.object({
  instrument: unitSchema.instrument,
  /** Signed: positive long, negative short. From our own fills. */
  size: unitSchema.lots,
  /** Volume-weighted entry price × 1,000, in ticks; null when flat. */
  averageMilliTicks: z.number().nullable(),
  /** What the venue itself reports for this instrument's base asset, lots; null until asked. */
  venueSize: unitSchema.lots.nullable(),
  /** Working buys and sells, lots. */
  openBuy: unitSchema.lots,
  openSell: unitSchema.lots,
  /** `amount` × 10^-decimals of the currency that gains and losses are paid in; null: nobody knows a contract's worth. */
  realised: z
    .object({
      amount: z.string().regex(/^-?\d{1,40}$/),
      decimals: z.number().int().min(0).max(18),
      currency: z.string(),
    })
    .nullable(),
  updatedAt: unitSchema.micros,
});
export type Position = z.infer<typeof positionSchema>;
