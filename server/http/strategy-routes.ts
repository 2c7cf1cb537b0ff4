import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { Instrument } from '../../protocol/instrument.ts';
import { orderRequestSchema } from '../../protocol/orders.ts';
import type { StrategyQuote } from '../../protocol/strategy.ts';
import { unitSchema, type StrategyId } from '../../protocol/units.ts';
import type { Scope } from '../../protocol/people.ts';
import type { Actor } from '../orders/actor.ts';
import type { OrderDesk } from '../orders/desk.ts';
import { addressOf, bearerOf, send } from './listener.ts';
import type { Checked, KeyRefusal, StrategyKeys } from './strategy-key.ts';
import { tooMany, type StrategyLimits } from './strategy-limits.ts';

export interface StrategyParts {
  readonly keys: Pick<StrategyKeys, 'check'>;
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
  const check = (request: FastifyRequest, scope: Scope | null): Checked => {
    const checked = parts.keys.check(bearerOf(request), scope, addressOf(request));
    if (checked.ok) seen(checked.strategy);
    return checked;
  };

  app.post('/api/v1/orders', async (request, reply) => {
    const checked = check(request, 'order.place');
    if (!checked.ok) return refuse(reply, checked.reply);
    const { strategy } = checked;
    if (!limits.place(strategy)) return send(reply, 429, tooMany('orders'));
    const order = orderRequestSchema.safeParse(request.body);
    if (!order.success) return send(reply, 400, badOrder(order.error.issues[0]?.path));
    return reply.send(await desk.place(order.data, actor(strategy, request)));
  });

  app.delete<{ Params: { orderId: string } }>('/api/v1/orders/:orderId', async (request, reply) => {
    const checked = check(request, 'order.cancel');
    if (!checked.ok) return refuse(reply, checked.reply);
    const { strategy } = checked;
    if (!limits.cancel(strategy)) return send(reply, 429, tooMany('cancels'));
    const orderId = unitSchema.order.safeParse(request.params.orderId);
    if (!orderId.success)
      return send(reply, 400, { code: 'bad-order-id', sentence: 'This is not an order id.' });
    return reply.send(await desk.cancel(orderId.data, actor(strategy, request)));
  });

  app.delete('/api/v1/orders', async (request, reply) => {
    const checked = check(request, 'order.cancel');
    if (!checked.ok) return refuse(reply, checked.reply);
    const { strategy } = checked;
    if (!limits.cancel(strategy)) return send(reply, 429, tooMany('cancels'));
    return reply.send(await desk.cancelAll(actor(strategy, request)));
  });

  app.get('/api/v1/orders', (request, reply) => {
    const checked = check(request, null);
    if (!checked.ok) return refuse(reply, checked.reply);
    const { strategy } = checked;
    if (!limits.read(strategy)) return send(reply, 429, tooMany('requests'));
    return reply.send({ orders: desk.orders().filter((order) => order.strategy === strategy) });
  });

  app.get('/api/v1/instruments', (request, reply) => {
    const checked = check(request, 'market.read');
    if (!checked.ok) return refuse(reply, checked.reply);
    const { strategy } = checked;
    if (!limits.read(strategy)) return send(reply, 429, tooMany('requests'));
    return reply.send({ instruments: parts.instruments() });
  });

  app.get('/api/v1/quotes', (request, reply) => {
    const checked = check(request, 'market.read');
    if (!checked.ok) return refuse(reply, checked.reply);
    const { strategy } = checked;
    if (!limits.read(strategy)) return send(reply, 429, tooMany('requests'));
    return reply.send({ quotes: parts.quotes() });
  });
}

const actor = (id: StrategyId, request: FastifyRequest): Actor => ({
  kind: 'strategy',
  id,
  address: addressOf(request),
});

/** Somebody unknown is 401, a known one without the right 403; both with the rule. */
const refuse = (reply: FastifyReply, refusal: KeyRefusal): FastifyReply =>
  reply.code(refusal.code === 'not-allowed' ? 403 : 401).send(refusal);

export function badOrder(path: readonly PropertyKey[] | undefined): { code: string; sentence: string } {
  const field = path && path.length > 0 ? `its ${path.map(String).join('.')} is wrong` : 'it is not an order';
  return { code: 'bad-order', sentence: `The order was not understood: ${field}.` };
}
