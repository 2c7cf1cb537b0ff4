import { z } from 'zod';

/**
 * `[retention]`: days that each kind of record is kept; never fewer than the rules that risk.md
 * names ask for: five years of orders and decisions (RTS 6 and 25), six by default (17a-4).
 */
const days = (least: number) =>
  z
    .int('must be a whole number')
    .min(least, `must be at least ${least}`)
    .max(36_525, 'must be at most 36525');

export const retentionSchema = z.strictObject({
  orders: days(1827).default(2192),
  control: days(1827).default(2192),
  sessions: days(365).default(1096),
  clock: days(1827).default(1827),
});
