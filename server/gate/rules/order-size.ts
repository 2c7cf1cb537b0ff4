import { formatSize, notional } from '../../../protocol/instrument.ts';
import { dollars } from '../limits.ts';
import { breach, valuationPrice, type Rule } from '../rule.ts';

/** Greatest size and greatest value of one order. */
export const orderSize: Rule = {
  id: 'order-size',
  requirement: 'R-3',
  check(order, { limits, mark }) {
    const { instrument, size } = order;
    if (!(size <= instrument.maxLots)) {
      const [limit, observed] = [formatSize(instrument.maxLots, instrument), formatSize(size, instrument)];
      const sentence = `${observed} ${instrument.base} is over the order size limit of ${limit}.`;
      return breach({ id: orderSize.id, requirement: 'R-2' }, limit, observed, sentence);
    }
    const price = valuationPrice(order, mark);
    const value = price === null ? null : notional(instrument, price, size);
    if (value !== null && value <= limits.orderValue) return null;
    // What only takes back need not be valued: its size is held to the position's.
    if (price !== null && value === null && order.reduceOnly) return null;
    const observed = value === null ? 'unknown' : dollars(value);
    const limit = dollars(limits.orderValue);
    return breach(orderSize, limit, observed, `An order of ${observed} is over the order limit of ${limit}.`);
  },
};
