import type { QuoteState } from '../../protocol/quotes.ts';

/**
 * How a value is drawn. `quiet` is a silent instrument on a live feed and is not hatched; `stale`
 * keeps its value on a hatch with its age; `unknown` never had one.
 */
export type Freshness = 'fresh' | 'quiet' | 'stale' | 'unknown';

/** A frozen path makes everything stale, whatever the last frame said about it. */
export function freshness(state: QuoteState | undefined, pathFrozen: boolean): Freshness {
  if (state === undefined || state === 'never') return 'unknown';
  if (pathFrozen) return 'stale';
  switch (state) {
    case 'live':
      return 'fresh';
    case 'quiet':
      return 'quiet';
    case 'stale':
    case 'resyncing':
    case 'ended':
      return 'stale';
  }
}
