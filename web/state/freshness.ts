import type { QuoteState } from '../../protocol/quotes.ts';

/**
 * How a value is drawn. `quiet` is a silent instrument on a live feed and is not hatched; `stale`
 * keeps its value on a hatch with its age; `unknown` never had one.
 */
export type Freshness = 'fresh' | 'quiet' | 'stale' | 'unknown';

/** A live value older than this is stale, whatever is said of it: silent ones are `quiet` long before. */
export const STALE_AFTER_MS = 5000;

/** A stale path makes everything stale, whatever the last frame said about it. `ageMs` null: none. */
export function freshness(
  state: QuoteState | undefined,
  pathStale: boolean,
  ageMs: number | null = null,
): Freshness {
  if (state === undefined || state === 'never') return 'unknown';
  if (pathStale) return 'stale';
  switch (state) {
    case 'live':
      return ageMs !== null && ageMs > STALE_AFTER_MS ? 'stale' : 'fresh';
    case 'quiet':
      return 'quiet';
    case 'stale':
    case 'resyncing':
    case 'ended':
    case 'quarantined':
      return 'stale';
  }
}

/** How a quote stands at `nowMicros` (server's clock). */
export function quoteFreshness(
  quote: { readonly state: QuoteState; readonly receivedAt: number } | undefined,
  pathStale: boolean,
  nowMicros: number,
): Freshness {
  return freshness(quote?.state, pathStale, quote ? (nowMicros - quote.receivedAt) / 1000 : null);
}
