import type { FeedState } from '../../protocol/health.ts';
import type { InstrumentIndex, Ticks, VenueId } from '../../protocol/units.ts';
import type { MarketTables } from '../feeds/market-tables.ts';
import { emptyMark, emptyQuote } from '../feeds/table.ts';
import type { Mark } from './rule.ts';

/** States of a feed whose quotes each say themselves how fresh they are. */
const HEARD = new Set<FeedState>(['live', 'quiet', 'resyncing', 'subscribed']);

/**
 * Marks from the shared tables, each as fresh as its own quote says. `feedState` is the own word of
 * the venue's feed, heard lately: a feeds thread that died leaves its last quotes marked live behind.
 * While a feed resyncs one book, its other quotes are live. What a person quarantined is no reference,
 * whatever its feed says. Without a fresh quote the last known one is told, and instead of it, where
 * there is one, the venue's own mark: that may come over another connection, which still runs. One
 * that is old is worth no more than the quote.
 */
export function marksOf(
  reader: Pick<MarketTables, 'readQuote' | 'readMark' | 'venueOf'>,
  feedState: (venue: VenueId) => FeedState | null,
  isQuarantined: (instrument: InstrumentIndex) => boolean,
): (instrument: InstrumentIndex) => Mark | null {
  const isHeard = (instrument: InstrumentIndex): boolean => {
    const venue = reader.venueOf(instrument);
    const state = venue === null ? null : feedState(venue);
    return state !== null && HEARD.has(state);
  };
  const quote = emptyQuote();
  const own = emptyMark();
  /** Null: it is unknown. The feed may be down by another of its connections, but is there to say so. */
  const ownMark = (instrument: InstrumentIndex): Ticks | null => {
    const venue = reader.venueOf(instrument);
    const isThere = venue !== null && feedState(venue) !== null && !isQuarantined(instrument);
    if (!isThere || !reader.readMark(instrument, own)) return null;
    return own.state === 'live' && own.markPrice > 0 ? (own.markPrice as Ticks) : null;
  };
  return (instrument) => {
    if (!reader.readQuote(instrument, quote)) return null;
    const { state, bid, ask, bidSize, askSize } = quote;
    const isFresh =
      (state === 'live' || state === 'quiet') && isHeard(instrument) && !isQuarantined(instrument);
    const mark = isFresh ? null : ownMark(instrument);
    if (mark !== null) return { bid: mark, ask: mark, fresh: false };
    return {
      bid: (bidSize > 0 ? bid : 0) as Ticks,
      ask: (askSize > 0 ? ask : 0) as Ticks,
      fresh: isFresh,
    };
  };
}
