import { useCallback } from 'react';
import type { Reply } from '../../../protocol/commands.ts';
import { isFactorRefusal } from '../../../protocol/factors.ts';
import type { OrderRequest } from '../../../protocol/orders.ts';
import { useServices } from '../../app/services.ts';
import { useAskFactor } from '../../app/step-up/use-ask-factor.ts';
import type { FactorQuestion, Performed } from '../../state/step-up.ts';
import { NOT_DELIVERED } from './use-command.ts';

export type Placed = Reply | 'lost' | 'let-be';

type Send = (command: {
  readonly type: 'order.place';
  readonly order: OrderRequest;
  readonly factor?: Parameters<NonNullable<FactorQuestion['perform']>>[0];
}) => Promise<Reply | null>;

/** Places an order once, by a factor that is bound to exactly this order. */
export function usePlaceOrder(): (order: OrderRequest, name: string) => Promise<Placed> {
  const { stream } = useServices();
  const ask = useAskFactor();
  return useCallback(
    (order, name) => placeOrder(order, name, { send: (command) => stream.command(command), ask }),
    [stream, ask],
  );
}

/**
 * Sent without a factor first: what the gate refuses is refused before anybody is asked for one, and a
 * reduce-only order needs none when the session's own is young.
 */
export async function placeOrder(
  order: OrderRequest,
  name: string,
  { send, ask }: { readonly send: Send; readonly ask: ReturnType<typeof useAskFactor> },
): Promise<Placed> {
  const action = { type: 'order.place', order } as const;
  const first = await send(action);
  if (first === null) return 'lost';
  if (first.ok || first.code !== 'factor-needed') return first;
  // What the last try came to; also when the person lets the dialog be while it is on its way.
  let tried: Promise<Placed> = Promise.resolve('let-be');
  await ask({
    title: `${order.side === 'buy' ? 'Buy' : 'Sell'} ${name}?`,
    sentence: orderSentence(order, name),
    action,
    verb: `Place ${order.side}`,
    atOnce: true,
    perform: async (factor): Promise<Performed> => {
      const sent = send({ ...action, factor });
      tried = sent.then((reply) => {
        if (reply === null) return 'lost';
        return !reply.ok && isFactorRefusal(reply.code) ? 'let-be' : reply;
      });
      const reply = await sent;
      if (reply === null) return { ok: false, error: { code: 'lost', sentence: NOT_DELIVERED } };
      // A factor that was not taken is answered in the dialog; all else is the ticket's to say.
      return !reply.ok && isFactorRefusal(reply.code) ? { ok: false, error: reply } : { ok: true };
    },
  });
  return tried;
}

/** `Buys 0.5 BTC-USDT at 60000.00 or better (limit).` */
export function orderSentence(order: OrderRequest, name: string): string {
  const verb = order.side === 'buy' ? 'Buys' : 'Sells';
  const price = order.price === null ? 'at the market' : `at ${order.price} or better`;
  const only = order.reduceOnly ? ', reduce only' : '';
  return `${verb} ${order.size} ${name} ${price} (${order.type}${only}).`;
}
