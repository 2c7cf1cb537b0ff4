import type { QuoteView } from '../stream/port.ts';
import { quoteFreshness } from './freshness.ts';

export interface OldestMark {
  readonly instrument: number;
  readonly ageMs: number;
  readonly stale: boolean;
  /** Instruments that are silent on a live feed: not old, only quiet. */
  readonly quiet: number;
}

/** The oldest mark among those that should be moving; among the quiet ones when all are quiet. */
export function oldestMark(
  quotes: readonly (QuoteView | undefined)[],
  nowMicros: number,
  pathStale: boolean,
): OldestMark | null {
  let quiet = 0;
  let moving: QuoteView | null = null;
  let silent: QuoteView | null = null;
  let anyStale = false;
  for (const quote of quotes) {
    const fresh = quoteFreshness(quote, pathStale, nowMicros);
    if (!quote || fresh === 'unknown') continue;
    if (fresh === 'quiet') {
      quiet += 1;
      if (!silent || quote.receivedAt < silent.receivedAt) silent = quote;
      continue;
    }
    anyStale ||= fresh === 'stale';
    if (!moving || quote.receivedAt < moving.receivedAt) moving = quote;
  }
  const oldest = moving ?? silent;
  if (!oldest) return null;
  return {
    instrument: oldest.instrument,
    ageMs: Math.max(0, (nowMicros - oldest.receivedAt) / 1000),
    stale: anyStale,
    quiet,
  };
}
