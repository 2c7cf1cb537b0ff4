import { z } from 'zod';
import { parsePrice, type Instrument } from '../../../protocol/instrument.ts';
import type { Candle } from '../../../protocol/messages.ts';
import { ok, refuse, type Result } from '../../../protocol/result.ts';
import type { Lots, Micros } from '../../../protocol/units.ts';
import type { BookSnapshot, DialectRest, RestCall, VenueCandle } from '../dialect.ts';
import { Levels } from '../market-message.ts';
import { readListing, type ListingRules } from './binance-listing.ts';
import { readLevels, wholeLots } from './levels.ts';
import { listOf } from './list-of.ts';

const snapshotSchema = z.object({
  lastUpdateId: z.number().int().min(0),
  bids: listOf(z.tuple([z.string(), z.string()], z.unknown())),
  asks: listOf(z.tuple([z.string(), z.string()], z.unknown())),
});
const timeSchema = z.object({ serverTime: z.number().int().positive() });
const klineSchema = z.tuple(
  [
    z.number().int(), // open time, ms
    z.string(),
    z.string(),
    z.string(),
    z.string(),
    z.string(), // volume
    z.number(), // close time
    z.string(), // quote volume
    z.number().int(), // trades
  ],
  z.unknown(),
);

/** What Binance's markets differ in over REST. */
export interface BinanceRestRules {
  /** `/api/v3` */
  readonly root: string;
  readonly listing: ListingRules;
  readonly listingWeight: number;
  /** Depth of a snapshot and what Binance charges for it, deepest first. */
  readonly depths: readonly { readonly limit: number; readonly weight: number }[];
  /** What a page of 1,000 candles costs. */
  readonly candlesWeight: number;
  /** Whether there are candles of 1 s. */
  readonly secondCandles: boolean;
}

export function binanceRest(rules: BinanceRestRules): DialectRest {
  const { root, depths } = rules;
  return {
    instruments(symbols) {
      const some = symbols !== 'all' && rules.listing.bySymbol;
      const query = some ? { symbols: JSON.stringify(symbols) } : {};
      return { path: `${root}/exchangeInfo`, query, weight: rules.listingWeight };
    },
    readInstruments: (answer, symbols, venue) => readListing(rules.listing, answer, symbols, venue),
    snapshot(instrument, weight) {
      const depth = depths.find((one) => one.weight <= weight) ?? depths.at(-1);
      const query = { symbol: instrument.symbol, limit: String(depth?.limit) };
      return { path: `${root}/depth`, query, weight: depth?.weight ?? 0 };
    },
    readSnapshot,
    time: () => ({ path: `${root}/time`, query: {}, weight: 1 }),
    readTime(answer) {
      const time = timeSchema.safeParse(answer);
      return time.success
        ? ok(time.data.serverTime)
        : refuse('schema', "The venue's answer to the time is not one.");
    },
    candlesAPage: 1000,
    candles(instrument, range) {
      if (range.interval === '1s' && !rules.secondCandles) return null;
      return {
        path: `${root}/klines`,
        query: {
          symbol: instrument.symbol,
          interval: range.interval,
          limit: String(range.limit),
          ...(range.from === undefined ? {} : { startTime: String(Math.floor(range.from / 1000)) }),
          ...(range.to === undefined ? {} : { endTime: String(Math.floor(range.to / 1000)) }),
        },
        weight: rules.candlesWeight,
      };
    },
    readCandles,
    usedWeight(headers) {
      const text = headers.get('x-mbx-used-weight-1m');
      return text !== null && /^\d{1,9}$/.test(text) ? Number(text) : null;
    },
  };
}

function readSnapshot(answer: unknown, instrument: Instrument, call: RestCall): Result<BookSnapshot> {
  const snapshot = snapshotSchema.safeParse(answer);
  if (!snapshot.success) return refuse('schema', `The snapshot of ${instrument.name}'s book is not one.`);
  const bids = new Levels();
  const asks = new Levels();
  const fault =
    readLevels(snapshot.data.bids, instrument, bids) ?? readLevels(snapshot.data.asks, instrument, asks);
  if (fault) return { ok: false, error: fault };
  return ok({ lastUpdate: snapshot.data.lastUpdateId, bids, asks, limit: Number(call.query['limit']) });
}

function readCandles(answer: unknown, instrument: Instrument): Result<VenueCandle[]> {
  const klines = listOf(klineSchema).safeParse(answer);
  if (!klines.success) return refuse('schema', `The candles of ${instrument.name} are not candles.`);
  const candles: VenueCandle[] = [];
  for (const kline of klines.data) {
    const prices = [];
    for (const text of [kline[1], kline[2], kline[3], kline[4]]) {
      const price = parsePrice(text, instrument);
      if (!price.ok) return price;
      prices.push(price.value);
    }
    const volume = wholeLots(kline[5], instrument);
    if (!volume.ok) return volume;
    const [open, high, low, close] = prices;
    if (open === undefined || high === undefined || low === undefined || close === undefined) break;
    const candle: Candle = [(kline[0] * 1000) as Micros, open, high, low, close, volume.value as Lots];
    candles.push({ candle, trades: kline[8] });
  }
  return ok(candles);
}
