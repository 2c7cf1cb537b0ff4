import { breach, type Rule } from '../rule.ts';

/** No order passes while any lock is on. */
export const gateOpen: Rule = {
  id: 'gate-closed',
  requirement: 'R-23',
  check(_order, { locks }) {
    const [first] = locks;
    if (!first) return null;
    return breach(gateOpen, 'open', `closed: ${[...locks.keys()].join(', ')}`, first[1]);
  },
};
