import type { Clock } from '../clock.ts';
import type { Alarms } from '../health/alarms.ts';
import type { OrderDesk } from '../orders/desk.ts';
import { whoOf, type Handlers } from './asked.ts';
import type { Refusals } from './refusals.ts';
import type { Spender } from './spend.ts';

export interface OrderCommandParts {
  readonly clock: Clock;
  readonly auth: Spender;
  readonly desk: Pick<OrderDesk, 'place' | 'cancel' | 'cancelAll'>;
  readonly alarms: Pick<Alarms, 'acknowledge'>;
  readonly refusals: Refusals;
}

type OrderTypes = 'order.place' | 'order.cancel' | 'order.cancel-all' | 'alarm.acknowledge';

/** Orders by hand, and alarms. A cancel and an acknowledgement wait for nothing. */
export function orderCommands(parts: OrderCommandParts): Pick<Handlers, OrderTypes> {
  const { clock, auth, desk, alarms, refusals } = parts;
  return {
    'order.place': async (asked) => {
      const { command, identity } = asked;
      const { factor, ...action } = command;
      if (factor === undefined) return desk.place(command.order, { kind: 'user', who: whoOf(identity) });
      const spent = await auth.spend(identity, action, factor, 'order');
      if (!spent.ok) return refusals.of(asked, spent.error);
      return desk.place(command.order, { kind: 'user', who: whoOf(identity, spent.value) });
    },
    'order.cancel': ({ command, identity }) =>
      desk.cancel(command.orderId, { kind: 'user', who: whoOf(identity) }),
    'order.cancel-all': ({ identity }) => desk.cancelAll({ kind: 'user', who: whoOf(identity) }),
    'alarm.acknowledge': (asked) => {
      const { command, identity } = asked;
      const done = alarms.acknowledge(command.alarmId, whoOf(identity), command.comment);
      if (!done.ok) return refusals.of(asked, done.error);
      return { ok: true, sentence: done.value, at: clock.wallMicros(), orderId: null };
    },
  };
}
