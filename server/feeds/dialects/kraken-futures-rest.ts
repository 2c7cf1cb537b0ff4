import { z } from 'zod';
import { instrumentSchema, parsePrice, type Instrument } from '../../../protocol/instrument.ts';
import type { Candle } from '../../../protocol/messages.ts';
import { ok, refuse, type Result } from '../../../protocol/result.ts';
import type { Lots, Micros, VenueId } from '../../../protocol/units.ts';
import type { BookSnapshot, DialectRest, Listing, VenueCandle } from '../dialect.ts';
import { Levels } from '../market-message.ts';
import { Timestamps } from '../timestamp.ts';
import { assetName } from './assets.ts';
import { plainDecimal } from './exact-numbers.ts';
import { contractOf } from './contracts.ts';
import { readLevels, wholeLots } from './levels.ts';
import { listOf } from './list-of.ts';
import { readStep } from './steps.ts';

/** A number of parsed JSON as the shortest decimal that is this number: what was sent, to 15 digits. */
const number = z.number().transform((value) => plainDecimal(String(value)));
const contractSchema = z.object({
  symbol: z.string(),
  type: z.string(),
  base: z.string(),
  quote: z.string(),
  tickSize: number,
  contractSize: z.number(),
  contractValueTradePrecision: z.number().int().min(-12).max(12),
  tradeable: z.boolean(),
});
const bookSchema = z.object({
  orderBook: z.object({ bids: listOf(z.tuple([number, number])), asks: listOf(z.tuple([number, number])) }),
});
const candleSchema = z.object({
  time: z.number().int(), // open time, ms
  open: z.string(),
  high: z.string(),
  low: z.string(),
  close: z.string(),
  volume: z.union([z.string(), number]),
});

const API = '/derivatives/api/v3';
/** In µs. */
const SECOND = 1_000_000;
/** Contracts whose size is in their base asset bear the kind in their name; an inverse one is the plain one. */
const KINDS: Readonly<Record<string, string>> = {
  futures_inverse: '',
  perpetual_inverse: '',
  flexible_futures: '-FLEX',
  futures_vanilla: '-VANILLA',
  perpetual_vanilla: '-VANILLA',
};
const timestamps = new Timestamps();

/** https://docs.kraken.com/api-reference/instrument-details: public data of Kraken Futures. */
export const krakenFuturesRest: DialectRest = {
  instruments: () => ({ path: `${API}/instruments`, query: {}, weight: 1 }),
  readInstruments,
  snapshot: ({ symbol }) => ({ path: `${API}/orderbook`, query: { symbol }, weight: 1 }),
  readSnapshot,
  // Every answer bears the time; that of one ticker is small.
  time: () => ({ path: `${API}/tickers/PF_XBTUSD`, query: {}, weight: 1 }),
  readTime(answer) {
    const read = z.object({ serverTime: z.string() }).safeParse(answer);
    const micros = read.success ? timestamps.read(read.data.serverTime) : -1;
    return micros < 0 ? refuse('schema', "The venue's answer bears no time.") : ok(Math.floor(micros / 1000));
  },
  candlesAPage: 1000,
  candles({ symbol }, { interval, limit, from, to }, now) {
    if (interval !== '1m') return null;
    const last = Math.floor((to ?? now) / SECOND);
    // Both ends are told, so that it is not the venue's to say where to begin.
    const first = from === undefined ? last - (limit - 1) * 60 : Math.floor(from / SECOND);
    const query = { from: String(first), to: String(last) };
    return { path: `/api/charts/v1/trade/${symbol}/1m`, query, weight: 1 };
  },
  readCandles,
  usedWeight: () => null,
};

function readInstruments(
  answer: unknown,
  symbols: readonly string[] | 'all',
  venue: VenueId,
): Result<Listing> {
  const list = z.object({ instruments: z.array(z.unknown()) }).safeParse(answer);
  if (!list.success) return refuse('schema', "The venue's list of contracts is not one.");
  const entries = new Map<string, unknown>();
  for (const entry of list.data.instruments) {
    const named = z.object({ symbol: z.string() }).safeParse(entry);
    if (named.success) entries.set(named.data.symbol.toUpperCase(), entry);
  }
  const instruments: Instrument[] = [];
  for (const symbol of symbols === 'all' ? entries.keys() : symbols) {
    const contract = contractSchema.safeParse(entries.get(symbol));
    // Indices are in the list as well, without ticks.
    if (symbols === 'all' && !(contract.success && isUsual(contract.data))) continue;
    if (!entries.has(symbol)) return refuse('unknown-symbol', `The venue does not list ${symbol}.`);
    if (!contract.success) return refuse('schema', `The venue's entry for ${symbol} is incomplete.`);
    const instrument = readContract(symbol, contract.data, instruments.length, venue);
    if (!instrument.ok) return instrument;
    instruments.push(instrument.value);
  }
  if (instruments.length === 0) return refuse('no-symbols', 'The venue lists no contract that trades.');
  return ok({ instruments, weightPerMinute: null });
}

type Contract = z.infer<typeof contractSchema>;

const isUsual = ({ tradeable, type, contractSize }: Contract): boolean =>
  tradeable && type in KINDS && contractSize === 1;

function readContract(symbol: string, contract: Contract, index: number, venue: VenueId): Result<Instrument> {
  const kind = KINDS[contract.type];
  const tick = readStep(contract.tickSize);
  // Sizes are in contracts; of another size than 1 they would mean something else.
  if (kind === undefined || !tick || contract.contractSize !== 1) {
    return refuse('schema', `${symbol} is not a kind of contract that can be read.`);
  }
  const base = assetName(contract.base);
  const quote = assetName(contract.quote);
  const expiry = /_(\d{6})$/.exec(symbol)?.[1] ?? 'PERP';
  // −3 means steps of a thousand.
  const precision = contract.contractValueTradePrecision;
  const instrument = instrumentSchema.safeParse({
    index,
    venue,
    symbol,
    name: `${base}-${quote}${kind}-${expiry}`,
    base,
    quote,
    priceScale: tick.scale,
    tickStep: tick.step,
    sizeScale: Math.max(0, precision),
    lotStep: 10 ** Math.max(0, -precision),
    minLots: 1,
    maxLots: Number.MAX_SAFE_INTEGER,
    minNotional: '0',
    // A contract is one of the base, or one dollar that settles in the base.
    contract: contractOf(
      contract.type.endsWith('inverse')
        ? { kind: 'inverse', factors: ['1'], settle: base }
        : { kind: 'linear', factors: ['1'], settle: quote },
    ),
  });
  if (!instrument.success) return refuse('schema', `The venue's entry for ${symbol} is not usable.`);
  return ok(instrument.data);
}

/** It has no number: it can be compared with a book, not continued. */
function readSnapshot(answer: unknown, instrument: Instrument): Result<BookSnapshot> {
  const book = bookSchema.safeParse(answer);
  if (!book.success) return refuse('schema', `The snapshot of ${instrument.name}'s book is not one.`);
  const bids = new Levels();
  const asks = new Levels();
  const { orderBook } = book.data;
  const fault = readLevels(orderBook.bids, instrument, bids) ?? readLevels(orderBook.asks, instrument, asks);
  if (fault) return { ok: false, error: fault };
  return ok({ lastUpdate: 0, bids, asks, limit: Infinity });
}

function readCandles(answer: unknown, instrument: Instrument): Result<VenueCandle[]> {
  const read = z.object({ candles: listOf(candleSchema) }).safeParse(answer);
  if (!read.success) return refuse('schema', `The candles of ${instrument.name} are not candles.`);
  const candles: VenueCandle[] = [];
  for (const { time, volume, ...prices } of read.data.candles) {
    const open = parsePrice(prices.open, instrument);
    const high = parsePrice(prices.high, instrument);
    const low = parsePrice(prices.low, instrument);
    const close = parsePrice(prices.close, instrument);
    const lots = wholeLots(plainDecimal(volume), instrument);
    if (!open.ok) return open;
    if (!high.ok) return high;
    if (!low.ok) return low;
    if (!close.ok) return close;
    if (!lots.ok) return lots;
    const at = (time * 1000) as Micros;
    const candle: Candle = [at, open.value, high.value, low.value, close.value, lots.value as Lots];
    // How many trades is not told; that there were some is.
    candles.push({ candle, trades: lots.value > 0 ? 1 : 0 });
  }
  return ok(candles);
}
