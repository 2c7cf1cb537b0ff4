/**
 * What the log keeps, for how long, and what holds it longer.
 *
 *     GET /api/retention       → RetentionReply      rules and holds
 *     GET /api/retention/plan  → RetentionPlanReply  each whole segment: whether it may go, and when
 *
 * Both need the permission `audit.read`; changing anything takes `retention.manage`.
 */
import { z } from 'zod';
import { factorSchema } from './factors.ts';
import { reasonSchema } from './people-commands.ts';
import { unitSchema } from './units.ts';

const { micros } = unitSchema;

/** The kinds of record that have a time of their own; what is none of the others decides something: `control`. */
export const RECORD_FAMILIES = ['orders', 'control', 'sessions', 'clock'] as const;
export type RecordFamily = (typeof RECORD_FAMILIES)[number];

/** Why a segment stays; `due`: it does not have to. */
export const KEPT = ['due', 'early', 'held', 'not-covered'] as const;

/** Between two ranges lies what something keeps: there are never more than holds, and one. */
const RANGES_MAX = 1001;

/** `to` of a hold that keeps what is still to be recorded too, µs. */
export const WITHOUT_END = Number.MAX_SAFE_INTEGER;

/** Records by their sequence, both inclusive. */
export const recordRangeSchema = z.strictObject({ first: z.int().positive(), last: z.int().positive() });

export const holdViewSchema = z.object({
  id: z.string(),
  /** What was recorded then is kept; both inclusive. */
  from: micros,
  to: micros,
  reason: z.string(),
  by: z.string(),
  /** When it was placed; null: by a version that did not note it. */
  at: micros.nullable().default(null),
});
export type HoldView = z.infer<typeof holdViewSchema>;

export const retentionReplySchema = z.object({
  ok: z.literal(true),
  /** Whole days that each kind of record is kept. */
  days: z.record(z.enum(RECORD_FAMILIES), z.int().positive()),
  holds: z.array(holdViewSchema),
});
export type RetentionReply = z.infer<typeof retentionReplySchema>;

/** A whole segment of the log: it goes as one, or stays. */
export const plannedSegmentSchema = recordRangeSchema.extend({
  /** When its first and its last record were written. */
  leastWall: micros,
  mostWall: micros,
  /** From when on each of its records is past its time. */
  until: micros,
  kept: z.enum(KEPT),
  /** Why, for a sentence: `their time runs until 2032-01-05`. */
  because: z.string(),
});
export type PlannedSegment = z.infer<typeof plannedSegmentSchema>;

export const retentionPlanReplySchema = z.object({
  ok: z.literal(true),
  /** In order; the segment that is being written is none of them. */
  segments: z.array(plannedSegmentSchema),
  /** What is gone already; its hashes stay. */
  removed: z.array(recordRangeSchema),
});
export type RetentionPlanReply = z.infer<typeof retentionPlanReplySchema>;

export const retentionCommands = [
  /** Records of that time are kept, whatever their days say. Lowers risk: no factor. */
  z.strictObject({ type: z.literal('hold.place'), from: micros, to: micros, reason: reasonSchema }),
  z.strictObject({
    type: z.literal('hold.lift'),
    hold: z.string().min(1).max(64),
    reason: reasonSchema,
    factor: factorSchema,
  }),
  /** Removes exactly what is due and was shown, or nothing. */
  z.strictObject({
    type: z.literal('retention.prune'),
    ranges: z.array(recordRangeSchema).min(1).max(RANGES_MAX),
    reason: reasonSchema,
    factor: factorSchema,
  }),
] as const;
