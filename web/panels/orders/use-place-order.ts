import { useCallback } from 'react';
import type { Reply } from '../../../protocol/commands.ts';
import type { OrderRequest } from '../../../protocol/orders.ts';
import { useServices } from '../../app/services.ts';
import { useAskFactor } from '../../app/step-up/use-ask-factor.ts';
import { NOT_DELIVERED } from './use-command.ts';

/** The server's word for "this raises risk and nobody acted for long". */
const FACTOR_NEEDED = 'factor-needed';

export type Placed = Reply | 'lost' | 'let-be';

/** Places an order once. A locked console asks for a factor bound to exactly this order first. */
export function usePlaceOrder(): (order: OrderRequest, name: string) => Promise<Placed> {
  const { stream, sessions } = useServices();
  const ask = useAskFactor();
  return useCallback(
    async (order, name) => {
      const action = { type: 'order.place', order } as const;
      if (sessions.getState().life !== 'idle') {
        const reply = await stream.command(action);
        if (reply === null) return 'lost';
        if (reply.ok || reply.code !== FACTOR_NEEDED) return reply;
      }
      let placed: Placed = 'let-be';
      await ask({
        title: 'Place an order from a locked console',
        sentence: orderSentence(order, name),
        action,
        verb: 'Place it',
        perform: async (factor) => {
          const reply = await stream.command({ ...action, factor });
          // The gate's own refusal belongs to the ticket; a wrong code is answered in the dialog.
          const isAnswered = reply === null || reply.ok || reply.rule !== null;
          if (isAnswered) placed = reply ?? 'lost';
          if (reply === null) return { ok: false, error: { code: 'lost', sentence: NOT_DELIVERED } };
          return reply.ok || isAnswered ? { ok: true } : { ok: false, error: reply };
        },
      });
      return placed;
    },
    [stream, sessions, ask],
  );
}

/** `Buys 0.5 BTC-USDT at 60000.00 or better (limit).` */
export function orderSentence(order: OrderRequest, name: string): string {
  const verb = order.side === 'buy' ? 'Buys' : 'Sells';
  const price = order.price === null ? 'at the market' : `at ${order.price} or better`;
  return `${verb} ${order.size} ${name} ${price} (${order.type}). Nobody acted here for 30 minutes, so this order takes a factor.`;
}
