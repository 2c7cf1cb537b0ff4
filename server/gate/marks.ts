import type { InstrumentIndex, Ticks } from '../../protocol/units.ts';
import { emptyQuote, type MarketTableReader } from '../feeds/table.ts';
import type { Mark } from './rule.ts';

/**
 * Marks from the shared table. `feedLive` is the feed's own word, heard lately: a feeds thread that
 * died leaves its last quotes marked live behind.
 */
export function marksOf(
  reader: Pick<MarketTableReader, 'readQuote'>,
  feedLive: () => boolean,
): (instrument: InstrumentIndex) => Mark | null {
  const quote = emptyQuote();
  return (instrument) => {
    if (!reader.readQuote(instrument, quote)) return null;
    const { state, bid, ask, bidSize, askSize } = quote;
    return {
      bid: (bidSize > 0 ? bid : 0) as Ticks,
      ask: (askSize > 0 ? ask : 0) as Ticks,
      fresh: (state === 'live' || state === 'quiet') && feedLive(),
    };
  };
}
