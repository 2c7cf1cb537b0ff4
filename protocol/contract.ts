import { z } from 'zod';

/** `value` × 10^-scale. */
const amount = {
  value: z.number().int().positive(),
  scale: z.number().int().min(0).max(24),
  /** The currency in which gains and losses are paid. */
  settle: z.string().min(1).max(20),
};

/** What one unit of size of a derivative stands for. */
export const contractSchema = z.discriminatedUnion('kind', [
  /** An amount of the base currency: worth that × price in the quote currency. */
  z.object({ kind: z.literal('linear'), ...amount }),
  /** An amount of the quote currency at any price: worth that ÷ price in the base currency. */
  z.object({ kind: z.literal('inverse'), ...amount }),
  /** The venue does not say: nobody knows what it is worth. */
  z.object({ kind: z.literal('unknown') }),
]);
export type Contract = z.infer<typeof contractSchema>;
