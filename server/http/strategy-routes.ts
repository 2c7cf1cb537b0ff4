import type { FastifyInstance, FastifyRequest } from 'fastify';
import type { Instrument } from '../../protocol/instrument.ts';
import { orderRequestSchema } from '../../protocol/orders.ts';
import type { StrategyQuote } from '../../protocol/strategy.ts';
import { unitSchema, type StrategyId } from '../../protocol/units.ts';
import type { Auth } from '../auth/auth.ts';
import type { OrderDesk } from '../orders/desk.ts';
import { bearerOf, send } from './listener.ts';
import { tooMany, type StrategyLimits } from './strategy-limits.ts';

export interface StrategyParts {
  readonly auth: Pick<Auth, 'strategyOf'>;
  readonly desk: Pick<OrderDesk, 'place' | 'cancel' | 'cancelAll' | 'orders'>;
  readonly instruments: () => readonly Instrument[];
  readonly quotes: () => StrategyQuote[];
  /** A strategy was heard of, by whichever way. */
  readonly seen: (strategy: StrategyId) => void;
  readonly limits: Pick<StrategyLimits, 'place' | 'cancel' | 'read'>;
}

/** The strategy API of `protocol/strategy.ts` over REST. A `Reply` comes with 200, refused or not. */
export function addStrategyRoutes(app: FastifyInstance, parts: StrategyParts): void {
  const { desk, seen, limits } = parts;
  const who = (request: FastifyRequest): StrategyId | null => {
    const key = bearerOf(request);
    const strategy = key === null ? null : parts.auth.strategyOf(key);
    if (strategy !== null) seen(strategy);
    return strategy;
  };
  const stranger = { code: 'unknown-key', sentence: 'This key is not one of a strategy.' };

  app.post('/api/v1/orders', async (request, reply) => {
    const strategy = who(request);
    if (strategy === null) return send(reply, 401, stranger);
    if (!limits.place(strategy)) return send(reply, 429, tooMany('orders'));
    const order = orderRequestSchema.safeParse(request.body);
    if (!order.success) return send(reply, 400, badOrder(order.error.issues[0]?.path));
    return reply.send(await desk.place(order.data, { kind: 'strategy', id: strategy }));
  });

  app.delete<{ Params: { orderId: string } }>('/api/v1/orders/:orderId', async (request, reply) => {
    const strategy = who(request);
    if (strategy === null) return send(reply, 401, stranger);
    if (!limits.cancel(strategy)) return send(reply, 429, tooMany('cancels'));
    const orderId = unitSchema.order.safeParse(request.params.orderId);
    if (!orderId.success)
      return send(reply, 400, { code: 'bad-order-id', sentence: 'This is not an order id.' });
    return reply.send(await desk.cancel(orderId.data, { kind: 'strategy', id: strategy }));
  });

  app.delete('/api/v1/orders', async (request, reply) => {
    const strategy = who(request);
    if (strategy === null) return send(reply, 401, stranger);
    if (!limits.cancel(strategy)) return send(reply, 429, tooMany('cancels'));
    return reply.send(await desk.cancelAll({ kind: 'strategy', id: strategy }));
  });

  app.get('/api/v1/orders', (request, reply) => {
    const strategy = who(request);
    if (strategy === null) return send(reply, 401, stranger);
    if (!limits.read(strategy)) return send(reply, 429, tooMany('requests'));
    return reply.send({ orders: desk.orders().filter((order) => order.strategy === strategy) });
  });

  app.get('/api/v1/instruments', (request, reply) => {
    const strategy = who(request);
    if (strategy === null) return send(reply, 401, stranger);
    if (!limits.read(strategy)) return send(reply, 429, tooMany('requests'));
    return reply.send({ instruments: parts.instruments() });
  });

  app.get('/api/v1/quotes', (request, reply) => {
    const strategy = who(request);
    if (strategy === null) return send(reply, 401, stranger);
    if (!limits.read(strategy)) return send(reply, 429, tooMany('requests'));
    return reply.send({ quotes: parts.quotes() });
  });
}

export function badOrder(path: readonly PropertyKey[] | undefined): { code: string; sentence: string } {
  const field = path && path.length > 0 ? `its ${path.map(String).join('.')} is wrong` : 'it is not an order';
  return { code: 'bad-order', sentence: `The order was not understood: ${field}.` };
}
