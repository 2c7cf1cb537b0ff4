import { breach, type Rule } from '../rule.ts';

/** A recording can't be traded on. */
export const replay: Rule = {
  id: 'replay',
  requirement: 'R-1',
  check(_order, context) {
    if (!context.replay) return null;
    const sentence = 'This console replays a recording: no order can be placed on it.';
    return breach(replay, 'live data', 'REPLAY', sentence);
  },
};
