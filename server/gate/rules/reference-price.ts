import { valuedInDollars } from '../limits.ts';
import { breach, valuationPrice, type Rule } from '../rule.ts';

/** Without a fresh reference an order has no known value, and unknown fails closed. */
export const referencePrice: Rule = {
  id: 'reference-price',
  requirement: 'R-9',
  check(order, { mark }) {
    const { instrument } = order;
    if (!valuedInDollars(instrument.quote)) {
      const sentence = `${instrument.name} is quoted in ${instrument.quote}, which the limits can't value.`;
      return breach(referencePrice, 'a price in USD', instrument.quote, sentence);
    }
    if (valuationPrice(order, mark) !== null) return null;
    const observed = mark === null ? 'none' : mark.fresh ? 'one side only' : 'stale';
    const sentence = `${instrument.name} has no fresh reference price, so the order can't be valued.`;
    return breach(referencePrice, 'fresh bid and ask', observed, sentence);
  },
};
