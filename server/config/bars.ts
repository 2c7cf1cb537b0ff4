import { z } from 'zod';

/** `[bars]`: how many days minute bars of market data stay in the store. */
export const barsSchema = z.strictObject({
  days: z
    .int('must be a whole number')
    .min(1, 'must be at least 1')
    .max(3650, 'must be at most 3650')
    .default(14),
});
