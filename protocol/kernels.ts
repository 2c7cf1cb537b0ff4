/**
 * What the server recorded of its own analyses, for whoever is signed in.
 *
 *     GET /api/kernels/history?horizon=1m&days=7    → KernelHistoryReply
 */
import { z } from 'zod';
import { unitSchema } from './units.ts';

export const RECORDED_HORIZONS = ['1s', '1m'] as const;
export const kernelHistoryQuerySchema = z.strictObject({
  horizon: z.enum(RECORDED_HORIZONS).default('1m'),
  days: z.coerce.number().int().min(1).max(3650).default(7),
});
export type KernelHistoryQuery = z.infer<typeof kernelHistoryQuerySchema>;

/** A point is the mean of the runs of its time: of a minute, or of more where that would be too many points. */
export const kernelPointSchema = z.object({
  at: unitSchema.micros,
  absorption: z.number(),
  meanCorrelation: z.number(),
  /** The fewest of its runs. */
  instruments: unitSchema.count,
  samples: unitSchema.count,
});
export type KernelPoint = z.infer<typeof kernelPointSchema>;

export const kernelHistoryReplySchema = z.object({
  ok: z.literal(true),
  /** Oldest first; what nobody computed is not there. */
  points: z.array(kernelPointSchema),
});
