import { z } from 'zod';
import { unitSchema } from './units.ts';

/** One limit of the gate as the console shows it: `observed` of `limit`, in `unit`. */
export const limitViewSchema = z.object({
  /** The gate's rule: `order-size`, `position`, `rate`. */
  rule: z.string(),
  /** Its requirement: `R-2`. */
  requirement: z.string(),
  name: z.string(),
  scope: z.string(),
  /** Whole numbers as decimal strings, in `unit`; `observed` null = unknown. */
  limit: z.string(),
  observed: z.string().nullable(),
  /** `USD` values are millionths; `orders/s` and `%` are plain. */
  unit: z.enum(['USD-micros', 'orders-per-second']),
  /** Where the worst observation is: an instrument's name, a strategy; null for the firm. */
  at: z.string().nullable(),
  version: z.number().int(),
  setBy: z.string(),
  since: unitSchema.micros,
  /** Orders this rule refused since the server started. */
  refused: unitSchema.count,
});
export type LimitView = z.infer<typeof limitViewSchema>;
