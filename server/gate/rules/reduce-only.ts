import { formatSize } from '../../../protocol/instrument.ts';
import { breach, type Rule } from '../rule.ts';
import { leftToTakeBack } from '../takes-back.ts';

/** A spot venue knows no reduce-only flag, so the gate holds an order to it: it must only take back. */
export const reduceOnly: Rule = {
  id: 'reduce-only',
  requirement: 'R-27',
  check(order, { exposure }) {
    if (!order.reduceOnly) return null;
    const { instrument, side, size } = order;
    const left = leftToTakeBack(order, exposure);
    if (size <= left) return null;
    const [limit, observed] = [formatSize(left, instrument), formatSize(size, instrument)];
    const sentence = `A reduce-only ${side} can take back ${limit} ${instrument.base} at most, not ${observed}.`;
    return breach(reduceOnly, limit, observed, sentence);
  },
};
