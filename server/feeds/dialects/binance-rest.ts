import { z } from 'zod';
import { parseDecimal } from '../../../protocol/decimal.ts';
import { instrumentSchema, parsePrice, type Instrument } from '../../../protocol/instrument.ts';
import type { Candle } from '../../../protocol/messages.ts';
import { ok, refuse, type Result } from '../../../protocol/result.ts';
import type { InstrumentIndex, Lots, Micros, VenueId } from '../../../protocol/units.ts';
import type { BookSnapshot, DialectRest, Listing, RestCall, VenueCandle } from '../dialect.ts';
import { Levels } from '../market-message.ts';
import { readLevels, wholeLots } from './binance-json.ts';

const symbolSchema = z.object({
  symbol: z.string(),
  status: z.string(),
  baseAsset: z.string(),
  quoteAsset: z.string(),
  filters: z.array(z.looseObject({ filterType: z.string() })),
});
const exchangeSchema = z.object({
  rateLimits: z.array(
    z.object({
      rateLimitType: z.string(),
      interval: z.string(),
      intervalNum: z.number(),
      limit: z.number(),
    }),
  ),
  symbols: z.array(z.unknown()),
});
const snapshotSchema = z.object({
  lastUpdateId: z.number().int().min(0),
  bids: z.array(z.tuple([z.string(), z.string()], z.unknown())),
  asks: z.array(z.tuple([z.string(), z.string()], z.unknown())),
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

/** Depth of a snapshot and what Binance charges for it, deepest first. */
const DEPTHS = [
  { limit: 1000, weight: 50 },
  { limit: 500, weight: 25 },
  { limit: 100, weight: 5 },
] as const;

/** https://developers.binance.com/docs/binance-spot-api-docs/rest-api: market data endpoints. */
export const binanceRest: DialectRest = {
  instruments(symbols) {
    const query = symbols === 'all' ? {} : { symbols: JSON.stringify(symbols) };
    return { path: '/api/v3/exchangeInfo', query, weight: 20 };
  },
  readInstruments,
  snapshot(instrument, weight) {
    const depth = DEPTHS.find((one) => one.weight <= weight) ?? DEPTHS[2];
    const query = { symbol: instrument.symbol, limit: String(depth.limit) };
    return { path: '/api/v3/depth', query, weight: depth.weight };
  },
  readSnapshot,
  time: () => ({ path: '/api/v3/time', query: {}, weight: 1 }),
  readTime(answer) {
    const time = timeSchema.safeParse(answer);
    return time.success
      ? ok(time.data.serverTime)
      : refuse('schema', "The venue's answer to the time is not one.");
  },
  candlesAPage: 1000,
  candles(instrument, range) {
    return {
      path: '/api/v3/klines',
      query: {
        symbol: instrument.symbol,
        interval: range.interval,
        limit: String(range.limit),
        ...(range.from === undefined ? {} : { startTime: String(Math.floor(range.from / 1000)) }),
        ...(range.to === undefined ? {} : { endTime: String(Math.floor(range.to / 1000)) }),
      },
      weight: 2,
    };
  },
  readCandles,
  usedWeight(headers) {
    const text = headers.get('x-mbx-used-weight-1m');
    return text !== null && /^\d{1,9}$/.test(text) ? Number(text) : null;
  },
};

function readInstruments(
  answer: unknown,
  symbols: readonly string[] | 'all',
  venue: VenueId,
): Result<Listing> {
  const exchange = exchangeSchema.safeParse(answer);
  if (!exchange.success) return refuse('schema', "The venue's list of symbols is not one.");
  const instruments: Instrument[] = [];
  const wanted = symbols === 'all' ? null : new Set(symbols);
  const bySymbol = new Map<string, z.infer<typeof symbolSchema>>();
  for (const raw of exchange.data.symbols) {
    const name = z.object({ symbol: z.string() }).safeParse(raw);
    if (!name.success || (wanted && !wanted.has(name.data.symbol))) continue;
    const listed = symbolSchema.safeParse(raw);
    if (!listed.success) return refuse('schema', `The venue's entry for ${name.data.symbol} is incomplete.`);
    bySymbol.set(name.data.symbol, listed.data);
  }
  // In the order that was asked for, so that the console shows the configured order.
  for (const symbol of symbols === 'all' ? bySymbol.keys() : symbols) {
    const listed = bySymbol.get(symbol);
    if (!listed) return refuse('unknown-symbol', `The venue does not list ${symbol}.`);
    if (symbols === 'all' && listed.status !== 'TRADING') continue;
    const instrument = readInstrument(listed, instruments.length, venue);
    if (!instrument.ok) return instrument;
    instruments.push(instrument.value);
  }
  if (instruments.length === 0) return refuse('no-symbols', 'The venue lists no symbol that trades.');
  const weight = exchange.data.rateLimits.find(
    (limit) => limit.rateLimitType === 'REQUEST_WEIGHT' && limit.interval === 'MINUTE',
  );
  return ok({
    instruments,
    weightPerMinute: weight ? Math.floor(weight.limit / weight.intervalNum) : null,
  });
}

function readInstrument(
  listed: z.infer<typeof symbolSchema>,
  index: number,
  venue: VenueId,
): Result<Instrument> {
  const filter = (type: string, field: string): string | null => {
    const value = listed.filters.find((one) => one.filterType === type)?.[field];
    return typeof value === 'string' ? value : null;
  };
  const tick = readStep(filter('PRICE_FILTER', 'tickSize'));
  const lot = readStep(filter('LOT_SIZE', 'stepSize'));
  if (!tick || !lot) return refuse('schema', `The venue gives no tick or lot size for ${listed.symbol}.`);
  const lots = (text: string | null, otherwise: number): Lots => {
    const units = text === null ? null : parseDecimal(text, lot.scale);
    if (!units) return otherwise as Lots;
    if (units.ok) return Math.floor(units.value / lot.step) as Lots;
    return (units.error.code === 'too-large' ? Number.MAX_SAFE_INTEGER : otherwise) as Lots;
  };
  const least = filter('NOTIONAL', 'minNotional') ?? filter('MIN_NOTIONAL', 'minNotional');
  const notional = least === null ? null : parseDecimal(least, 8);
  const instrument = instrumentSchema.safeParse({
    index: index as InstrumentIndex,
    venue,
    symbol: listed.symbol,
    name: `${listed.baseAsset}-${listed.quoteAsset}`,
    base: listed.baseAsset,
    quote: listed.quoteAsset,
    priceScale: tick.scale,
    tickStep: tick.step,
    sizeScale: lot.scale,
    lotStep: lot.step,
    minLots: Math.max(1, lots(filter('LOT_SIZE', 'minQty'), 1)) as Lots,
    maxLots: lots(filter('LOT_SIZE', 'maxQty'), Number.MAX_SAFE_INTEGER),
    // Rounded up: an order at the least value must not fall below it.
    minNotional: String(notional?.ok ? Math.ceil(notional.value / 100) : 0),
  });
  if (!instrument.success) return refuse('schema', `The venue's entry for ${listed.symbol} is not usable.`);
  return ok(instrument.data);
}

/** "0.01000000" → scale 2, step 1; "0.50" → scale 1, step 5; "10.00" → scale 0, step 10. */
export function readStep(text: string | null): { scale: number; step: number } | null {
  if (text === null || !/^\d{1,12}(\.\d{1,12})?$/.test(text)) return null;
  const [whole = '0', fraction = ''] = text.split('.');
  const decimals = fraction.replace(/0+$/, '');
  const step = Number(whole + decimals);
  return Number.isSafeInteger(step) && step > 0 ? { scale: decimals.length, step } : null;
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
  const klines = z.array(klineSchema).safeParse(answer);
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
