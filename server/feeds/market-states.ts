import type { QuoteState } from '../../protocol/quotes.ts';
import type { MarketDisplay } from './market-display.ts';
import type { Market } from './market.ts';
import type { SessionPhase } from './session.ts';

/** An instrument without a message for this long, on a live feed, is quiet. */
const QUIET_MS = 3000;

/** What its feed says of an instrument. `ended`: the replay is over. Pure. */
export function stateOf(
  market: Pick<Market, 'synced' | 'distrust'> & {
    readonly display: Pick<MarketDisplay, 'hadValue' | 'changedAt'>;
  },
  feed: { readonly ended: boolean; readonly phase: SessionPhase },
  paceMs: number,
): QuoteState {
  if (!market.display.hadValue) return 'never';
  if (feed.ended) return 'ended';
  if (feed.phase !== 'live') return 'stale';
  if (market.distrust.isOn) return 'quarantined';
  if (!market.synced) return 'resyncing';
  return paceMs - market.display.changedAt > QUIET_MS ? 'quiet' : 'live';
}

/** How many books are not in step. */
export function missingOf(markets: readonly Pick<Market, 'synced'>[]): number {
  let missing = 0;
  for (const market of markets) if (!market.synced) missing += 1;
  return missing;
}
