import { z } from 'zod';
import { unitSchema } from '../../protocol/units.ts';

const hash = z.string().regex(/^[0-9a-f]{64}$/);

/** A head as this browser keeps it: enough to show, to compare and to hand to an auditor. */
const keptHeadSchema = z.object({
  origin: z.string(),
  size: unitSchema.count,
  root: hash,
  signedAt: z.number().nullable(),
  checkpoint: z.string(),
  verifier: z.string(),
  fingerprint: z.string(),
});

export const LOG_ALARMS = [
  'another-key',
  'another-log',
  'bad-head',
  'shorter',
  'forked',
  'rewritten',
  'unproven',
] as const;

/** What was wrong with a head that the server gave, kept until a person accepts the log anew. */
export const logAlarmSchema = z.object({
  kind: z.enum(LOG_ALARMS),
  sentence: z.string(),
  /** When this page saw it, ms since 1970 by this machine's clock. */
  at: z.number(),
  remembered: keptHeadSchema.nullable(),
  /** The head that does not follow, as it came. */
  checkpoint: z.string(),
  verifier: z.string(),
});
export type LogAlarm = z.infer<typeof logAlarmSchema>;

export const memorySchema = z.object({
  /** The newest head that was checked and follows all before it; null = none seen yet. */
  head: keptHeadSchema.nullable(),
  /** When the log's key was first seen and trusted, ms since 1970; null = not yet. */
  trustedAt: z.number().nullable(),
  alarm: logAlarmSchema.nullable(),
  /** Alarms that a person accepted, newest last. */
  accepted: z.array(z.object({ alarm: logAlarmSchema, at: z.number(), by: z.string() })),
});
export type Memory = z.infer<typeof memorySchema>;

export const NOTHING: Memory = { head: null, trustedAt: null, alarm: null, accepted: [] };

/** Where a browser keeps what it remembers of the log of this console's own address. */
export interface MemoryStore {
  read(): Promise<Memory>;
  /** Reads, changes and writes with nobody between; what it then holds. */
  change(change: (memory: Memory) => Memory): Promise<Memory>;
}
