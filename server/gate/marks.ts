import type { FeedView } from '../../protocol/health.ts';
import type { InstrumentIndex, Ticks } from '../../protocol/units.ts';
import { emptyQuote, type MarketTableReader } from '../feeds/table.ts';
import type { Mark } from './rule.ts';

/** States of a feed whose quotes each say themselves how fresh they are. */
const HEARD = new Set<FeedView['state']>(['live', 'quiet', 'resyncing', 'subscribed']);

/**
 * Marks from the shared table, each as fresh as its own quote says. `feeds` is the feeds' own word,
 * heard lately: a feeds thread that died leaves its last quotes marked live behind. While a feed
 * resyncs one book, the quotes of all others are live.
 */
export function marksOf(
  reader: Pick<MarketTableReader, 'readQuote'>,
  feeds: () => readonly Pick<FeedView, 'state'>[],
): (instrument: InstrumentIndex) => Mark | null {
  const isHeard = (): boolean => feeds().some(({ state }) => HEARD.has(state));
  const quote = emptyQuote();
  return (instrument) => {
    if (!reader.readQuote(instrument, quote)) return null;
    const { state, bid, ask, bidSize, askSize } = quote;
    return {
      bid: (bidSize > 0 ? bid : 0) as Ticks,
      ask: (askSize > 0 ? ask : 0) as Ticks,
      fresh: (state === 'live' || state === 'quiet') && isHeard(),
    };
  };
}
