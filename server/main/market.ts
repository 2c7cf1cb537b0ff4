import type { Instrument } from '../../protocol/instrument.ts';
import type { StrategyQuote } from '../../protocol/strategy.ts';
import type { Lots, Micros, Ticks } from '../../protocol/units.ts';
import type { MarketReader } from '../feeds/market-tables.ts';
import { emptyQuote } from '../feeds/table.ts';

/** Top of book of every instrument, as the shared table has it now, for strategies over REST. */
export function readQuotes(
  reader: Pick<MarketReader, 'readQuote'>,
  instruments: readonly Instrument[],
): StrategyQuote[] {
  const quote = emptyQuote();
  return instruments.flatMap((instrument): StrategyQuote[] => {
    if (!reader.readQuote(instrument.index, quote)) return [];
    return [
      {
        instrument: instrument.index,
        bid: quote.bid as Ticks,
        bidSize: quote.bidSize as Lots,
        ask: quote.ask as Ticks,
        askSize: quote.askSize as Lots,
        state: quote.state,
        receivedAt: quote.receivedAt as Micros,
      },
    ];
  });
}
