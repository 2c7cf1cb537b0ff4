import { isHeard, type FeedView } from '../../protocol/health.ts';
import type { InstrumentIndex, Ticks, VenueId } from '../../protocol/units.ts';
import type { MarketTables } from '../feeds/market-tables.ts';
import { emptyMark, emptyQuote } from '../feeds/table.ts';
import type { Mark } from './rule.ts';

/** The own word of a venue's feed, and of each of its connections. */
export type FeedWord = Pick<FeedView, 'state' | 'lines'>;

/**
 * Marks from the shared tables, each as fresh as its own quote says: that goes by the connection which
 * its book comes over, so that one dead connection closes the reference of its own instruments and
 * leaves those of the others open. `feed` is the venue's own word, heard lately: a feeds thread that
 * died leaves its last quotes marked live behind, and where no connection is heard no quote is fresh.
 * What a person quarantined is no reference, whatever its feed says. Without a fresh quote the last
 * known one is told, and instead of it, where there is one, the venue's own mark: that may come over
 * another connection, which still runs. One that is old is worth no more than the quote.
 */
export function marksOf(
  reader: Pick<MarketTables, 'readQuote' | 'readMark' | 'venueOf'>,
  feed: (venue: VenueId) => FeedWord | null,
  isQuarantined: (instrument: InstrumentIndex) => boolean,
): (instrument: InstrumentIndex) => Mark | null {
  const isTold = (instrument: InstrumentIndex): boolean => {
    const venue = reader.venueOf(instrument);
    const word = venue === null ? null : feed(venue);
    return word !== null && word.state !== 'ended' && word.lines.some(isHeard);
  };
  const quote = emptyQuote();
  const own = emptyMark();
  /** Null: it is unknown. The feed may be down by its other connections, but is there to say so. */
  const ownMark = (instrument: InstrumentIndex): Ticks | null => {
    const venue = reader.venueOf(instrument);
    const isThere = venue !== null && feed(venue) !== null && !isQuarantined(instrument);
    if (!isThere || !reader.readMark(instrument, own)) return null;
    return own.state === 'live' && own.markPrice > 0 ? (own.markPrice as Ticks) : null;
  };
  return (instrument) => {
    if (!reader.readQuote(instrument, quote)) return null;
    const { state, bid, ask, bidSize, askSize } = quote;
    const isFresh =
      (state === 'live' || state === 'quiet') && isTold(instrument) && !isQuarantined(instrument);
    const mark = isFresh ? null : ownMark(instrument);
    if (mark !== null) return { bid: mark, ask: mark, fresh: false };
    return {
      bid: (bidSize > 0 ? bid : 0) as Ticks,
      ask: (askSize > 0 ? ask : 0) as Ticks,
      fresh: isFresh,
    };
  };
}
