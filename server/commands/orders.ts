import type { CommandOf, Reply } from '../../protocol/commands.ts';
import type { Clock } from '../clock.ts';
import type { Alarms } from '../health/alarms.ts';
import type { OrderDesk } from '../orders/desk.ts';
import { whoOf, type Asked, type Handlers } from './asked.ts';
import { refused, type Refusals } from './refusals.ts';
import type { Spender } from './spend.ts';

export interface OrderCommandParts {
  readonly clock: Clock;
  readonly auth: Spender;
  readonly desk: Pick<OrderDesk, 'refuses' | 'place' | 'cancel' | 'cancelAll'>;
  readonly alarms: Pick<Alarms, 'acknowledge'>;
  readonly refusals: Refusals;
}

type OrderTypes = 'order.place' | 'order.cancel' | 'order.cancel-all' | 'alarm.acknowledge';

/** A question and no refusal: nothing is recorded, since each order by hand begins with it. */
const FACTOR_NEEDED = refused({
  code: 'factor-needed',
  sentence: 'This order may raise risk: confirm it by a factor given for it alone.',
});

/** Orders by hand, and alarms. A cancel and an acknowledgement wait for nothing. */
export function orderCommands(parts: OrderCommandParts): Pick<Handlers, OrderTypes> {
  const { clock, auth, desk, alarms, refusals } = parts;

  /** Nobody gives a factor for an order that the gate refuses: it is asked first, and again at the end. */
  async function place(asked: Asked<CommandOf<'order.place'>>): Promise<Reply> {
    const { command, identity } = asked;
    const { factor, ...action } = command;
    const { order } = action;
    const refusal = desk.refuses(order, { kind: 'user', who: whoOf(identity) });
    if (refusal) return refusal;
    const given = factor ?? (order.reduceOnly ? ({ kind: 'session' } as const) : null);
    if (given === null) return FACTOR_NEEDED;
    const spent = await auth.spend(identity, action, given, order.reduceOnly ? 'reduce' : 'order');
    if (!spent.ok) return refusals.of(asked, spent.error);
    return desk.place(order, { kind: 'user', who: whoOf(identity, spent.value) });
  }

  return {
    'order.place': place,
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
