import { z } from 'zod';
import { unitSchema } from './units.ts';

/** × the recorded pace that the console offers; null = as fast as it can be read. */
export const REPLAY_SPEEDS = [1, 2, 5, 10, 50, null] as const;
/** As `--speed`: a command may name any pace up to this. */
export const REPLAY_SPEED_MOST = 1000;

/**
 * `starting`: no frame was played yet. `seeking`: played at full speed up to a place that a person
 * chose. `ended`: every recording was played to its end.
 */
export const REPLAY_PHASES = ['starting', 'seeking', 'playing', 'ended'] as const;
export type ReplayPhase = (typeof REPLAY_PHASES)[number];

const speed = z.number().positive().max(REPLAY_SPEED_MOST).nullable();

/** Where a replay stands. Times are the recordings' own, µs since 1970. */
export const replayViewSchema = z.object({
  /** Counts up whenever the recordings begin anew: what was shown of an older one is of another time. */
  generation: unitSchema.count,
  firstAt: unitSchema.micros,
  lastAt: unitSchema.micros,
  position: unitSchema.micros,
  /** Where it is going, and from where it was sent; null = nowhere but on. */
  seek: z.object({ from: unitSchema.micros, to: unitSchema.micros }).nullable(),
  speed,
  paused: z.boolean(),
  phase: z.enum(REPLAY_PHASES),
  /** What each recording covers. */
  venues: z.array(
    z.object({
      venue: unitSchema.venue,
      name: z.string(),
      firstAt: unitSchema.micros,
      lastAt: unitSchema.micros,
    }),
  ),
});
export type ReplayView = z.infer<typeof replayViewSchema>;

/** What a person may do with a replay. It raises no risk: no order leaves a console that replays. */
export const replayCommands = [
  z.strictObject({ type: z.literal('replay.pause') }),
  z.strictObject({ type: z.literal('replay.resume') }),
  z.strictObject({ type: z.literal('replay.speed'), speed }),
  z.strictObject({ type: z.literal('replay.seek'), to: unitSchema.micros }),
] as const;
export type ReplayCommand = z.infer<(typeof replayCommands)[number]>;
