import { z } from 'zod';
import { feedQualitySchema } from './feed-quality.ts';
import { unitSchema } from './units.ts';

export const healthStateSchema = z.enum(['ok', 'degraded', 'down', 'unknown']);
export type HealthState = z.infer<typeof healthStateSchema>;

/** A measured number with what it was measured on. `value` null = nothing measured yet. */
export const figureSchema = z.object({
  name: z.string(),
  value: z.number().nullable(),
  unit: z.enum(['ms', 'us', 'count', 'per-second', 'bytes', 'seconds']),
  /** Samples behind it, and the window they came from; null for a plain count. */
  samples: unitSchema.count.nullable(),
  windowSeconds: z.number().nullable(),
});
export type Figure = z.infer<typeof figureSchema>;

export const healthRowSchema = z.object({
  /** `feed:sim`, `relay`, `control`, `venue:sim`, `audit`; the page adds `gpu` and `page` itself. */
  id: z.string(),
  name: z.string(),
  state: healthStateSchema,
  /** Why it is in this state, in a sentence. */
  sentence: z.string(),
  figures: z.array(figureSchema),
  since: unitSchema.micros,
  checkedAt: unitSchema.micros,
});
export type HealthRow = z.infer<typeof healthRowSchema>;

/**
 * Of a line, and of a feed that of its worst line. `connected`: not yet subscribed. `subscribed`: the venue
 * took it, no book is in step yet. `quiet`: the connection answers, no instrument tells anything.
 * `resyncing`: books fell out of step. `stale`: no frame of any kind. `down`: it is tried again.
 */
export const feedStateSchema = z.enum([
  'connecting',
  'connected',
  'subscribed',
  'live',
  'quiet',
  'stale',
  'resyncing',
  'ended',
  'down',
]);
export type FeedState = z.infer<typeof feedStateSchema>;

/** Its data is of now; a market where nothing happens is no older than a busy one. */
export const isCurrent = (state: FeedState): boolean => state === 'live' || state === 'quiet';

const HEARD = new Set<FeedState>(['live', 'quiet', 'resyncing', 'subscribed']);

/** Its connection tells what there is: how fresh each instrument is, that instrument says itself. */
export const isHeard = ({ state }: { readonly state: FeedState }): boolean => HEARD.has(state);

/** One connection of a feed and how it stands. */
export const feedLineSchema = z.object({
  /** Instruments whose book comes over it. */
  books: unitSchema.count,
  /** Instruments whose mark price comes over it. */
  marks: unitSchema.count,
  state: feedStateSchema,
  sentence: z.string(),
});
export type FeedLine = z.infer<typeof feedLineSchema>;

/** Some of its connections tell what there is and others do not: it is not down, but not whole. */
export const isInPart = ({ lines }: { readonly lines: readonly { readonly state: FeedState }[] }): boolean =>
  lines.some(isHeard) && !lines.every(isHeard);

export const feedViewSchema = z.object({
  venue: unitSchema.venue,
  state: feedStateSchema,
  sentence: z.string(),
  lines: z.array(feedLineSchema),
  frames: unitSchema.count,
  gaps: unitSchema.count,
  resyncs: unitSchema.count,
  reconnects: unitSchema.count,
  quarantined: unitSchema.count,
  /** Venue clock less ours, ms, with its uncertainty; null until measured. */
  clockOffsetMs: z.number().nullable(),
  clockUncertaintyMs: z.number().nullable(),
  /** `messages`: the venue tells no time, so only when its messages came says something of its clock. */
  clockSource: z.enum(['asked', 'messages']).nullable(),
  lastFrameAt: unitSchema.micros.nullable(),
  /** null until its feed runs. */
  quality: feedQualitySchema.nullable(),
  /** REPLAY only: how far through the capture, 0 … 1, and at which speed. */
  replay: z.object({ progress: z.number(), speed: z.number(), ended: z.boolean() }).nullable(),
});
export type FeedView = z.infer<typeof feedViewSchema>;

/** A message that was refused, kept with its bytes (base64, cut at 2 KiB). */
export const quarantinedSchema = z.object({
  venue: unitSchema.venue,
  at: unitSchema.micros,
  code: z.string(),
  sentence: z.string(),
  bytes: z.string(),
});
export type Quarantined = z.infer<typeof quarantinedSchema>;
