import type { FeedState } from '../../protocol/health.ts';
import type { InstrumentIndex, Ticks, VenueId } from '../../protocol/units.ts';
import type { MarketTables } from '../feeds/market-tables.ts';
import { emptyQuote } from '../feeds/table.ts';
import type { Mark } from './rule.ts';

/** States of a feed whose quotes each say themselves how fresh they are. */
const HEARD = new Set<FeedState>(['live', 'quiet', 'resyncing', 'subscribed']);

/**
 * Marks from the shared tables, each as fresh as its own quote says. `feedState` is the own word of
 * the venue's feed, heard lately: a feeds thread that died leaves its last quotes marked live behind.
 * While a feed resyncs one book, its other quotes are live. What a person quarantined is no reference,
 * whatever its feed says.
 */
export function marksOf(
  reader: Pick<MarketTables, 'readQuote' | 'venueOf'>,
  feedState: (venue: VenueId) => FeedState | null,
  isQuarantined: (instrument: InstrumentIndex) => boolean,
): (instrument: InstrumentIndex) => Mark | null {
  const isHeard = (instrument: InstrumentIndex): boolean => {
    const venue = reader.venueOf(instrument);
    const state = venue === null ? null : feedState(venue);
    return state !== null && HEARD.has(state);
  };
  const quote = emptyQuote();
  return (instrument) => {
    if (!reader.readQuote(instrument, quote)) return null;
    const { state, bid, ask, bidSize, askSize } = quote;
    return {
      bid: (bidSize > 0 ? bid : 0) as Ticks,
      ask: (askSize > 0 ? ask : 0) as Ticks,
      fresh: (state === 'live' || state === 'quiet') && isHeard(instrument) && !isQuarantined(instrument),
    };
  };
}
