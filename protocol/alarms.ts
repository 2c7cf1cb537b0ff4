import { z } from 'zod';
import { unitSchema } from './units.ts';

export const prioritySchema = z.enum(['warning', 'caution', 'advisory']);
export type Priority = z.infer<typeof prioritySchema>;

/**
 * An alarm latches: it stays, at its worst, until its cause is gone (`clearedAt`) and a named
 * person has acknowledged it. It needs an action, and says which.
 */
export const alarmSchema = z.object({
  alarmId: unitSchema.alarm,
  priority: prioritySchema,
  sentence: z.string(),
  /** What to do, in a sentence. */
  action: z.string(),
  /** A file under docs/runbooks. */
  runbook: z.string(),
  raisedAt: unitSchema.micros,
  clearedAt: unitSchema.micros.nullable(),
  acknowledged: z.object({ by: unitSchema.user, at: unitSchema.micros, comment: z.string() }).nullable(),
  /** How often it was raised while latched. */
  count: unitSchema.count,
});
export type Alarm = z.infer<typeof alarmSchema>;
