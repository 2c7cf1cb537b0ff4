import type { FeedQuality } from '../../../protocol/feed-quality.ts';
import type { ChannelMeters } from '../channel-meters.ts';
import type { Reveals } from '../dialect.ts';
import { qualityOf } from '../feed-quality.ts';
import type { Market } from '../market.ts';
import type { Quarantine } from '../quarantine.ts';

/** What ccxt checked it does not tell. */
const REVEALS: Reveals = { book: {}, ticker: {}, trades: {} };

/** How far a feed by way of ccxt is to be believed: nothing in it is verifiable here. */
export function ccxtQuality(
  meters: ChannelMeters,
  markets: readonly Pick<Market, 'counts'>[],
  quarantine: Pick<Quarantine, 'byCode'>,
  paceMs: number,
): FeedQuality {
  return qualityOf({
    proof: 'library',
    reveals: REVEALS,
    channels: ['book', 'trades'],
    meters,
    counts: markets.map(({ counts }) => counts),
    refusals: quarantine.byCode,
    paceMs,
  });
}
