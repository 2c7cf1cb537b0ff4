import { breach, type Rule } from '../rule.ts';

/** What can't be recorded isn't sent, unless it only takes back: its record is spooled. */
export const auditWritable: Rule = {
  id: 'audit-log',
  requirement: 'R-17',
  check({ reduceOnly }, context) {
    if (context.auditWritable || reduceOnly) return null;
    const sentence = 'The audit log can not be written, so no order is sent; cancels still work.';
    return breach(auditWritable, 'writable', 'not writable', sentence);
  },
};
