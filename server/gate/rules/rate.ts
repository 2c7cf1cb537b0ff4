import { breach, type Rule } from '../rule.ts';

/** Orders in any one second. Only admitted orders count; cancels never come through here. */
export const rate: Rule = {
  id: 'rate',
  requirement: 'R-7',
  check(_order, { limits, ordersInLastSecond }) {
    if (ordersInLastSecond < limits.ordersPerSecond) return null;
    const limit = String(limits.ordersPerSecond);
    const sentence = `${limit} orders a second is the limit; this one would be over it.`;
    return breach(rate, limit, String(ordersInLastSecond + 1), sentence);
  },
};
