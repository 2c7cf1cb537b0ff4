import { z } from 'zod';
import { unitSchema } from './units.ts';

/**
 * `trading`: the gate is open.
 * `blocked`: the gate is closed, nothing was cancelled (no factor was given yet).
 * `cancelling`: cancels are out, venues are being re-read.
 * `confirmed`: every venue re-read as zero open orders.
 * `residual`: the deadline passed and something remains; cancelling goes on.
 */
export const haltPhaseSchema = z.enum(['trading', 'blocked', 'cancelling', 'confirmed', 'residual']);
export type HaltPhase = z.infer<typeof haltPhaseSchema>;

/** One venue's row: each time is when it was seen, null until then. Desired and effective apart. */
export const venueHaltSchema = z.object({
  venue: unitSchema.venue,
  name: z.string(),
  blockedAt: unitSchema.micros.nullable(),
  sentAt: unitSchema.micros.nullable(),
  acknowledgedAt: unitSchema.micros.nullable(),
  /** When a re-read showed zero open orders; null again if a later re-read did not. */
  confirmedZeroAt: unitSchema.micros.nullable(),
  /** Open orders at the last re-read; null = not known. */
  openOrders: unitSchema.count.nullable(),
  /** How many of them are not ours. */
  foreignOrders: unitSchema.count.nullable(),
  attempts: unitSchema.count,
  /** The venue's last refusal or silence, in a sentence. */
  trouble: z.string().nullable(),
  hasDeadMan: z.boolean(),
});
export type VenueHalt = z.infer<typeof venueHaltSchema>;

export const haltCauseSchema = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('pressed'), by: unitSchema.user, reason: z.string() }),
  z.object({ kind: z.literal('crash'), sentence: z.string() }),
  z.object({ kind: z.literal('resumed'), sentence: z.string(), by: unitSchema.user.nullable() }),
]);
export type HaltCause = z.infer<typeof haltCauseSchema>;

export const haltViewSchema = z.object({
  phase: haltPhaseSchema,
  level: z.literal('L3'),
  scope: z.literal('firm'),
  /** The gate itself, as it is and not as it was asked to be. */
  gateOpen: z.boolean(),
  haltId: unitSchema.halt.nullable(),
  cause: haltCauseSchema.nullable(),
  pressedAt: unitSchema.micros.nullable(),
  gateClosedAt: unitSchema.micros.nullable(),
  /** Whose factor allowed the cancel, and when. */
  factorBy: unitSchema.user.nullable(),
  factorAt: unitSchema.micros.nullable(),
  confirmedAt: unitSchema.micros.nullable(),
  venues: z.array(venueHaltSchema),
  /** Orders refused by the closed gate since the press. */
  refusedSince: unitSchema.count,
  releasedBy: unitSchema.user.nullable(),
  releasedAt: unitSchema.micros.nullable(),
});
export type HaltView = z.infer<typeof haltViewSchema>;
