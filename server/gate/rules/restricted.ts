import { formatSize } from '../../../protocol/instrument.ts';
import { breach, type Rule } from '../rule.ts';
import { leftToTakeBack } from '../takes-back.ts';

/**
 * No order raises a position in what is on the restricted list: the instrument, or either of
 * its two assets. An order that only takes a position back passes, flagged reduce-only or not, and a
 * cancel never comes through here.
 */
export const restricted: Rule = {
  id: 'restricted',
  requirement: 'R-11',
  check(order, { restriction, exposure }) {
    if (restriction === null) return null;
    const { instrument, side, size } = order;
    const left = leftToTakeBack(order, exposure);
    if (size <= left) return null;
    const limit = `take back ${formatSize(left, instrument)}`;
    const observed = `${side} ${formatSize(size, instrument)}`;
    const sentence = `${restriction.name} is on the restricted list since ${restriction.by} put it there (${restriction.reason}): only what takes a position in ${instrument.name} back leaves.`;
    return breach(restricted, limit, observed, sentence);
  },
};
