import type { Instrument } from '../../../protocol/instrument.ts';
import { ok } from '../../../protocol/result.ts';
import type { CandleSource } from '../candles/backfill.ts';
import type { CcxtExchange } from './ccxt-exchange.ts';
import type { CcxtReader } from './ccxt-reader.ts';

/** What most exchanges of ccxt's answer at once. */
const CANDLES_A_PAGE = 500;
const SPAN = { '1s': 1000, '1m': 60_000 } as const;

/** Candles of an exchange by way of ccxt. `unified`: ccxt's name of the market. */
export function candlesByCcxt(
  exchange: Pick<CcxtExchange, 'timeframes' | 'fetchOHLCV'>,
  reader: Pick<CcxtReader, 'candles'>,
  unified: (instrument: Instrument) => string,
): CandleSource {
  return {
    candlesAPage: CANDLES_A_PAGE,
    // Of some of them this is so, and ccxt does not say of which.
    omitsEmpty: false,
    ask: async (instrument, { interval, limit, to }) => {
      if (!Object.keys(exchange.timeframes ?? {}).includes(interval)) return ok(null);
      // ccxt counts from a time on, not back from one.
      const since = to === null ? undefined : Math.floor(to / 1000) - (limit - 1) * SPAN[interval];
      try {
        const raw = await exchange.fetchOHLCV(unified(instrument), interval, since, limit);
        const read = reader.candles(raw, instrument);
        if (!read.ok) return read;
        // It counts no trades; where something was traded there was one at least.
        return ok(read.value.map((candle) => ({ candle, trades: candle[5] > 0 ? 1 : 0 })));
      } catch (error) {
        const sentence = `ccxt: ${String(error).slice(0, 200)}`;
        return { ok: false, error: { code: 'rest-unreachable', sentence } };
      }
    },
  };
}
