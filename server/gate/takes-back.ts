import type { Lots } from '../../protocol/units.ts';
import type { Exposure } from './exposure.ts';
import type { CheckedOrder } from './order.ts';

/** How much an order on this side can take back of what is held, beside the orders that do already. */
export function leftToTakeBack({ side }: Pick<CheckedOrder, 'side'>, exposure: Exposure): Lots {
  const held = side === 'buy' ? -exposure.filled : exposure.filled;
  const working = side === 'buy' ? exposure.openBuy : exposure.openSell;
  return Math.max(0, held - working) as Lots;
}

/** Whether it can only make the position smaller, flagged reduce-only or not. */
export const takesBackOnly = (order: CheckedOrder, exposure: Exposure): boolean =>
  order.reduceOnly || order.size <= leftToTakeBack(order, exposure);
