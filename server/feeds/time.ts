import type { Micros } from '../../protocol/units.ts';
import type { Cancel, Clock } from '../clock.ts';

/**
 * The times a feed lives in. Live they are one; in a replay the feed's durations and data times
 * follow the capture's pace while `wallMicros` stays ours, so that ages on a screen stay true.
 */
export interface FeedTime {
  /** Our wall clock: when a frame arrived here. */
  wallMicros(): Micros;
  /** Milliseconds that never step back, at the feed's pace: for silence, quiet and backoff. */
  paceMs(): number;
  /** The time the data is of, µs since 1970: our wall clock live, the capture's position in a replay. */
  marketMicros(): number;
  /** Runs each `ms` milliseconds of pace. */
  repeat(ms: number, run: () => void): Cancel;
  /** Milliseconds of pace below which our own timers cannot tell silence from their jitter. */
  readonly jitterMs: number;
  /** False where the venue's clock cannot be compared with ours. */
  readonly comparable: boolean;
  /** A person made it stand still: nothing is late, and nothing moves. */
  readonly isHeld: boolean;
}

const JITTER_MS = 250;
const SHORTEST_TIMER_MS = 5;

export function liveTime(clock: Clock): FeedTime {
  return {
    wallMicros: () => clock.wallMicros(),
    paceMs: () => clock.monotonicMicros() / 1000,
    marketMicros: () => clock.wallMicros(),
    repeat: (ms, run) => clock.setRepeating(ms, run),
    jitterMs: JITTER_MS,
    comparable: true,
    isHeld: false,
  };
}

/** `position` is the capture's own clock, µs since 1970; at speed `Infinity` durations are real ones. */
export function replayTime(clock: Clock, speed: number, position: () => number): FeedTime {
  const pace = Number.isFinite(speed) ? speed : 1;
  return {
    wallMicros: () => clock.wallMicros(),
    paceMs: () => (clock.monotonicMicros() / 1000) * pace,
    marketMicros: position,
    repeat: (ms, run) => clock.setRepeating(Math.max(SHORTEST_TIMER_MS, ms / pace), run),
    jitterMs: JITTER_MS * Math.max(1, pace),
    comparable: false,
    isHeld: false,
  };
}
