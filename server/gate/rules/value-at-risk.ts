import { dollars } from '../limits.ts';
import { breach, type Rule } from '../rule.ts';
import { takesBackOnly } from '../takes-back.ts';

/**
 * What the book could lose in a day, this order and all working ones included. Not known is over;
 * an order that only takes back passes.
 */
export const valueAtRisk: Rule = {
  id: 'value-at-risk',
  requirement: 'R-5',
  check(order, { exposure, limits, book }) {
    if (limits.valueAtRisk === null || takesBackOnly(order, exposure)) return null;
    const value = book.valueAtRisk;
    if (value !== null && value <= limits.valueAtRisk) return null;
    const limit = dollars(limits.valueAtRisk);
    const observed = value === null ? 'unknown' : dollars(value);
    const sentence =
      value === null
        ? `The book's value at risk is not known now, and its limit is ${limit}.`
        : `The book's value at risk could reach ${observed}, over the limit of ${limit}.`;
    return breach(valueAtRisk, limit, observed, sentence);
  },
};
