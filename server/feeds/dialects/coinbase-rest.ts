import { z } from 'zod';
import { parseDecimal } from '../../../protocol/decimal.ts';
import { instrumentSchema, type Instrument } from '../../../protocol/instrument.ts';
import type { Candle } from '../../../protocol/messages.ts';
import { ok, refuse, type Result } from '../../../protocol/result.ts';
import type { Lots, Micros, VenueId } from '../../../protocol/units.ts';
import type { BookSnapshot, CandlesRange, DialectRest, Listing, RestCall, VenueCandle } from '../dialect.ts';
import { Levels } from '../market-message.ts';
import { readLevels, readPrice, wholeLots } from './levels.ts';
import { listOf } from './list-of.ts';
import { lotsOf, readStep } from './steps.ts';

const productSchema = z.object({
  product_id: z.string(),
  product_type: z.string(),
  status: z.string(),
  trading_disabled: z.boolean(),
  is_disabled: z.boolean(),
  view_only: z.boolean(),
  /** The product whose market this one shares; "" = it has its own. */
  alias: z.string(),
  base_currency_id: z.string(),
  quote_currency_id: z.string(),
  base_increment: z.string(),
  price_increment: z.string(),
  base_min_size: z.string(),
  base_max_size: z.string(),
  quote_min_size: z.string(),
});
type Product = z.infer<typeof productSchema>;
const productsSchema = z.object({ products: z.array(z.unknown()) });
const timeSchema = z.object({ epochMillis: z.string().regex(/^\d{1,15}$/) });
const rowSchema = z
  .object({ price: z.string(), size: z.string() })
  .transform(({ price, size }): [string, string] => [price, size]);
const bookSchema = z.object({ pricebook: z.object({ bids: listOf(rowSchema), asks: listOf(rowSchema) }) });
const candlesSchema = z.object({
  candles: listOf(
    z.object({
      start: z.string().regex(/^\d{1,12}$/),
      low: z.string(),
      high: z.string(),
      open: z.string(),
      close: z.string(),
      volume: z.string(),
    }),
  ),
});

const MARKET = '/api/v3/brokerage/market';
const MINUTE_SECONDS = 60;
const MOST_CANDLES = 350;
const BOOK_LEVELS = 500;

/** https://docs.cdp.coinbase.com/api-reference/advanced-trade-api/rest-api/public: no key is needed. */
export const coinbaseRest: DialectRest = {
  instruments: () => ({ path: `${MARKET}/products`, query: { product_type: 'SPOT' }, weight: 1 }),
  readInstruments,
  snapshot: (instrument) => ({
    path: `${MARKET}/product_book`,
    query: { product_id: instrument.symbol, limit: String(BOOK_LEVELS) },
    weight: 1,
  }),
  readSnapshot,
  time: () => ({ path: '/api/v3/brokerage/time', query: {}, weight: 1 }),
  readTime(answer) {
    const time = timeSchema.safeParse(answer);
    return time.success
      ? ok(Number(time.data.epochMillis))
      : refuse('schema', "The venue's answer to the time is not one.");
  },
  // Coinbase refuses to tell more of them at once.
  candlesAPage: MOST_CANDLES,
  candlesOmitEmpty: true,
  candles,
  readCandles,
  usedWeight: () => null,
};

function readInstruments(
  answer: unknown,
  symbols: readonly string[] | 'all',
  venue: VenueId,
): Result<Listing> {
  const list = productsSchema.safeParse(answer);
  if (!list.success) return refuse('schema', "The venue's list of products is not one.");
  const wanted = symbols === 'all' ? null : new Set(symbols);
  const products = new Map<string, Product>();
  for (const raw of list.data.products) {
    const named = productSchema.pick({ product_id: true }).safeParse(raw);
    if (!named.success || (wanted && !wanted.has(named.data.product_id))) continue;
    const product = productSchema.safeParse(raw);
    if (!product.success)
      return refuse('schema', `The venue's entry for ${named.data.product_id} is incomplete.`);
    products.set(product.data.product_id, product.data);
  }
  const instruments: Instrument[] = [];
  for (const symbol of symbols === 'all' ? products.keys() : symbols) {
    const product = products.get(symbol);
    if (!product || product.product_type !== 'SPOT') {
      return refuse('unknown-symbol', `The venue does not list ${symbol} as a spot product.`);
    }
    if (symbols === 'all' && !trades(product)) continue;
    if (product.alias !== '') {
      const sentence = `${symbol} shares the market of ${product.alias}, and its data comes under that name: ask for ${product.alias}.`;
      return refuse('unknown-symbol', sentence);
    }
    const instrument = readProduct(product, instruments.length, venue);
    if (!instrument.ok) return instrument;
    instruments.push(instrument.value);
  }
  if (instruments.length === 0) return refuse('no-symbols', 'The venue lists no product that trades.');
  return ok({ instruments, weightPerMinute: null });
}

/** Of all: those that trade, each market once. */
const trades = (product: Product): boolean =>
  product.status === 'online' &&
  product.alias === '' &&
  !(product.trading_disabled || product.is_disabled || product.view_only);

function readProduct(product: Product, index: number, venue: VenueId): Result<Instrument> {
  const tick = readStep(product.price_increment);
  const lot = readStep(product.base_increment);
  if (!tick || !lot)
    return refuse('schema', `The venue gives no tick or lot size for ${product.product_id}.`);
  const least = parseDecimal(product.quote_min_size, 8);
  const instrument = instrumentSchema.safeParse({
    index,
    venue,
    symbol: product.product_id,
    name: `${product.base_currency_id}-${product.quote_currency_id}`,
    base: product.base_currency_id,
    quote: product.quote_currency_id,
    priceScale: tick.scale,
    tickStep: tick.step,
    sizeScale: lot.scale,
    lotStep: lot.step,
    minLots: Math.max(1, lotsOf(product.base_min_size, lot, 1)),
    maxLots: lotsOf(product.base_max_size, lot, Number.MAX_SAFE_INTEGER),
    // Rounded up: an order at the least value must not fall below it.
    minNotional: String(least.ok ? Math.ceil(least.value / 100) : 0),
  });
  if (!instrument.success)
    return refuse('schema', `The venue's entry for ${product.product_id} is not usable.`);
  return ok(instrument.data);
}

/** Not numbered: it tells what the book was, and nothing of the stream can be bridged from it. */
function readSnapshot(answer: unknown, instrument: Instrument): Result<BookSnapshot> {
  const book = bookSchema.safeParse(answer);
  if (!book.success) return refuse('schema', `The snapshot of ${instrument.name}'s book is not one.`);
  const bids = new Levels();
  const asks = new Levels();
  const fault =
    readLevels(book.data.pricebook.bids, instrument, bids) ??
    readLevels(book.data.pricebook.asks, instrument, asks);
  if (fault) return { ok: false, error: fault };
  return ok({ lastUpdate: 0, bids, asks, limit: BOOK_LEVELS });
}

/** Both bounds must be named, and no more than 350 candles lie between them. */
function candles(instrument: Instrument, range: CandlesRange, now: number): RestCall | null {
  if (range.interval !== '1m') return null;
  const end = Math.floor((range.to ?? now) / 1e6);
  const oldest = end - (range.limit - 1) * MINUTE_SECONDS;
  const start = Math.max(oldest, Math.floor((range.from ?? 0) / 1e6));
  return {
    path: `${MARKET}/products/${instrument.symbol}/candles`,
    query: { start: String(start), end: String(end), granularity: 'ONE_MINUTE' },
    weight: 1,
  };
}

/** They come newest first. */
function readCandles(answer: unknown, instrument: Instrument): Result<VenueCandle[]> {
  const list = candlesSchema.safeParse(answer);
  if (!list.success) return refuse('schema', `The candles of ${instrument.name} are not candles.`);
  const read: VenueCandle[] = [];
  for (const { start, open, high, low, close, volume } of list.data.candles) {
    const prices: number[] = [];
    for (const text of [open, high, low, close]) {
      const price = readPrice(text, instrument);
      if (!price.ok) return price;
      prices.push(price.value);
    }
    const lots = wholeLots(volume, instrument);
    if (!lots.ok) return lots;
    const [first = 0, most = 0, least = 0, last = 0] = prices;
    const at = Number(start) * 1e6;
    const candle = [at as Micros, first, most, least, last, lots.value as Lots] as Candle;
    // A minute in which nothing traded has no candle.
    read.push({ candle, trades: 1 });
  }
  return ok(read.sort((a, b) => a.candle[0] - b.candle[0]));
}
