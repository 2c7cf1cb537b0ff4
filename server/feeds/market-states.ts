import type { QuoteState } from '../../protocol/quotes.ts';
import type { MarketDisplay } from './market-display.ts';
import type { Market } from './market.ts';
import type { SessionPhase } from './session.ts';

/** An instrument without a message for this long, on a live feed, is quiet. */
const QUIET_MS = 3000;

/** Venues tell a mark at least each ten seconds, changed or not: three that did not come are too many. */
const MARK_OLD_MS = 30_000;

/** What its feed says of an instrument. `ended`: the replay is over; `held`: it stands still. Pure. */
export function stateOf(
  market: Pick<Market, 'synced' | 'distrust'> & {
    readonly display: Pick<MarketDisplay, 'hadValue' | 'changedAt'>;
  },
  feed: { readonly ended: boolean; readonly phase: SessionPhase; readonly held: boolean },
  paceMs: number,
): QuoteState {
  if (!market.display.hadValue) return 'never';
  if (feed.ended) return 'ended';
  if (feed.phase !== 'live') return 'stale';
  if (market.distrust.isOn) return 'quarantined';
  if (!market.synced) return 'resyncing';
  return feed.held || paceMs - market.display.changedAt > QUIET_MS ? 'quiet' : 'live';
}

/**
 * What its feed says of an instrument's own mark, of which `phase` is the connection's that it comes
 * over. An old one looks like a new one: so it says itself that it is old. Pure.
 */
export function markStateOf(
  {
    distrust,
    display,
  }: Pick<Market, 'distrust'> & { readonly display: Pick<MarketDisplay, 'mark' | 'markedAt'> },
  feed: { readonly ended: boolean; readonly phase: SessionPhase },
  paceMs: number,
): QuoteState {
  if (display.mark.receivedAt === 0) return 'never';
  if (feed.ended) return 'ended';
  if (feed.phase !== 'live' || paceMs - display.markedAt > MARK_OLD_MS) return 'stale';
  return distrust.isOn ? 'quarantined' : 'live';
}

/** Names of instruments that are quarantined, and which of them by a person. */
export function distrustedOf(
  markets: readonly Pick<Market, 'distrust' | 'instrument'>[],
): { readonly name: string; readonly byHand: boolean }[] {
  return markets.flatMap(({ distrust, instrument: { name } }) =>
    distrust.isOn ? [{ name, byHand: distrust.byHand }] : [],
  );
}

/** How many books are not in step. */
export function missingOf(markets: readonly Pick<Market, 'synced'>[]): number {
  let missing = 0;
  for (const market of markets) if (!market.synced) missing += 1;
  return missing;
}
