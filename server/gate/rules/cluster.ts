import { dollars } from '../limits.ts';
import { breach, type Rule } from '../rule.ts';
import { takesBackOnly } from '../takes-back.ts';

/**
 * Instruments that move together are one position: what could be held of the order's cluster. Not
 * known is over; an order that only takes back passes.
 */
export const cluster: Rule = {
  id: 'cluster',
  requirement: 'R-6',
  check(order, { exposure, limits, book }) {
    if (limits.clusterValue === null || takesBackOnly(order, exposure)) return null;
    const value = book.cluster;
    if (value !== null && value <= limits.clusterValue) return null;
    const limit = dollars(limits.clusterValue);
    const observed = value === null ? 'unknown' : dollars(value);
    const { name } = order.instrument;
    const sentence =
      value === null
        ? `What moves with ${name} is not known now, and a cluster's limit is ${limit}.`
        : `The cluster of ${name} could reach ${observed}, over the limit of ${limit}.`;
    return breach(cluster, limit, observed, sentence);
  },
};
