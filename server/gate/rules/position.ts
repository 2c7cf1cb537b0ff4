import { notional } from '../../../protocol/instrument.ts';
import type { Lots } from '../../../protocol/units.ts';
import { dollars } from '../limits.ts';
import { breach, valuationPrice, type Rule } from '../rule.ts';

/**
 * Filled + open + this order on the side that it worsens, as if all of that side traded and none of
 * the other. An order that only takes a position back passes, however large the position is.
 */
export const position: Rule = {
  id: 'position',
  requirement: 'R-4',
  check(order, { exposure, limits, mark }) {
    const { instrument, side, size } = order;
    const worst =
      side === 'buy'
        ? exposure.filled + exposure.openBuy + size
        : -exposure.filled + exposure.openSell + size;
    if (worst <= 0) return null;
    const price = valuationPrice(order, mark);
    const known = price !== null && Number.isSafeInteger(worst);
    const value = known ? notional(instrument, price, worst as Lots) : null;
    if (value !== null && value <= limits.positionValue) return null;
    const observed = value === null ? 'unknown' : dollars(value);
    const limit = dollars(limits.positionValue);
    const sentence = `${instrument.name} could reach ${observed}, over the position limit of ${limit}.`;
    return breach(position, limit, observed, sentence);
  },
};
