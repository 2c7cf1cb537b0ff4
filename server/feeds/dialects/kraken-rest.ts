import { z } from 'zod';
import { parseDecimal } from '../../../protocol/decimal.ts';
import { instrumentSchema, parsePrice, type Instrument } from '../../../protocol/instrument.ts';
import type { Candle } from '../../../protocol/messages.ts';
import { ok, refuse, type Result } from '../../../protocol/result.ts';
import type { Lots, Micros, VenueId } from '../../../protocol/units.ts';
import type { BookSnapshot, DialectRest, Listing, RestCall, VenueCandle } from '../dialect.ts';
import { Levels } from '../market-message.ts';
import { assetName } from './assets.ts';
import { readLevels, wholeLots } from './levels.ts';
import { listOf } from './list-of.ts';
import { listInOrder, type ListedInstrument } from './listed.ts';
import { lotsOf } from './steps.ts';

const scale = z.number().int().min(0).max(12);
const pairSchema = z.object({
  wsname: z.string().regex(/^[^/]{1,20}\/[^/]{1,20}$/),
  pair_decimals: scale,
  lot_decimals: scale,
  tick_size: z.string(),
  ordermin: z.string(),
  costmin: z.string().optional(),
  status: z.string(),
});
const levelsSchema = listOf(z.tuple([z.string(), z.string()], z.unknown()));
const depthSchema = z.object({ asks: levelsSchema, bids: levelsSchema });
const candleSchema = z.tuple(
  [
    z.number().int(), // open time, s
    z.string(),
    z.string(),
    z.string(),
    z.string(),
    z.string(), // average price
    z.string(), // volume
    z.number().int(), // trades
  ],
  z.unknown(),
);

const SNAPSHOT_LEVELS = 100;
/** Names of assets as the stream has them: `BTC/USD`, not `XXBTZUSD`. */
const TODAYS_NAMES = { assetVersion: '1' } as const;

/** https://docs.kraken.com/api-reference/market-data: public market data of the spot market. */
export const krakenRest: DialectRest = {
  instruments() {
    // All of them, always: one unknown name in a question would cost the whole answer.
    return { path: '/0/public/AssetPairs', query: TODAYS_NAMES, weight: 1 };
  },
  readInstruments,
  snapshot({ symbol }) {
    const query = { ...TODAYS_NAMES, pair: symbol, count: String(SNAPSHOT_LEVELS) };
    return { path: '/0/public/Depth', query, weight: 1 };
  },
  readSnapshot,
  // Kraken's clock is told in whole seconds: too coarse to judge milliseconds by.
  time: () => null,
  readTime: () => refuse('no-time', 'Kraken tells its time in whole seconds only.'),
  candlesAPage: 720,
  candles({ symbol }, { interval, from, to }) {
    // Only the newest are kept, and none of 1 s.
    if (interval !== '1m' || to !== undefined) return null;
    // `since` is exclusive.
    const since = from === undefined ? {} : { since: String(Math.floor(from / 1_000_000) - 1) };
    return {
      path: '/0/public/OHLC',
      query: { ...TODAYS_NAMES, pair: symbol, interval: '1', ...since },
      weight: 1,
    };
  },
  readCandles,
  usedWeight: () => null,
};

/** What an answer holds. Kraken tells its errors with status 200. */
function resultOf(answer: unknown): Result<Readonly<Record<string, unknown>>> {
  const parsed = z
    .object({ error: listOf(z.string()), result: z.record(z.string(), z.unknown()).optional() })
    .safeParse(answer);
  if (!parsed.success) return refuse('schema', "The venue's answer is not one.");
  const { error, result } = parsed.data;
  if (error.length === 0 && result) return ok(result);
  return refuse('rest-refused', `The venue refused: ${error.join(', ').slice(0, 200) || 'no reason'}.`);
}

function readInstruments(
  answer: unknown,
  symbols: readonly string[] | 'all',
  venue: VenueId,
): Result<Listing> {
  const result = resultOf(answer);
  if (!result.ok) return result;
  const pairs = new Map<string, unknown>();
  for (const entry of Object.values(result.value)) {
    const named = z.object({ wsname: z.string() }).safeParse(entry);
    // A pair without this name is not in the stream.
    if (named.success) pairs.set(namesOf(named.data.wsname).join('/'), entry);
  }
  return listInOrder('Kraken', pairs, symbols, (entry, index) => readInstrument(entry, index, venue));
}

/** `XBT/USD` → BTC and USD. */
const namesOf = (wsname: string): string[] => wsname.split('/').map(assetName);

function readInstrument(entry: unknown, index: number, venue: VenueId): Result<ListedInstrument> {
  const read = pairSchema.safeParse(entry);
  if (!read.success) return refuse('schema', "Kraken's entry is incomplete.");
  const pair = read.data;
  const [base = '', quote = ''] = namesOf(pair.wsname);
  const { pair_decimals: priceScale, lot_decimals: sizeScale } = pair;
  const tick = parseDecimal(pair.tick_size, priceScale);
  const least = parseDecimal(pair.costmin ?? '0', 10);
  const instrument = instrumentSchema.safeParse({
    index,
    venue,
    symbol: `${base}/${quote}`,
    name: `${base}-${quote}`,
    base,
    quote,
    // As many decimals as the stream writes: its checksum is over them.
    priceScale,
    tickStep: tick.ok ? tick.value : 0,
    sizeScale,
    lotStep: 1,
    minLots: Math.max(1, lotsOf(pair.ordermin, { scale: sizeScale, step: 1 }, 1)),
    maxLots: Number.MAX_SAFE_INTEGER,
    minNotional: String(least.ok ? Math.ceil(least.value / 10_000) : 0),
  });
  if (!instrument.success) return refuse('schema', "Kraken's entry is not usable.");
  return ok({ instrument: instrument.data, trades: pair.status === 'online' });
}

function readSnapshot(answer: unknown, instrument: Instrument, call: RestCall): Result<BookSnapshot> {
  const result = resultOf(answer);
  if (!result.ok) return result;
  const depth = depthSchema.safeParse(Object.values(result.value)[0]);
  if (!depth.success) return refuse('schema', `The snapshot of ${instrument.name}'s book is not one.`);
  const bids = new Levels();
  const asks = new Levels();
  const fault =
    readLevels(depth.data.bids, instrument, bids) ?? readLevels(depth.data.asks, instrument, asks);
  if (fault) return { ok: false, error: fault };
  // Sizes have three decimals here, in the stream eight.
  return ok({ lastUpdate: 0, bids, asks, limit: Number(call.query['count']), sizesRounded: true });
}

function readCandles(answer: unknown, instrument: Instrument): Result<VenueCandle[]> {
  const result = resultOf(answer);
  if (!result.ok) return result;
  const rows = listOf(candleSchema).safeParse(Object.values(result.value).find(Array.isArray));
  if (!rows.success) return refuse('schema', `The candles of ${instrument.name} are not candles.`);
  const candles: VenueCandle[] = [];
  for (const row of rows.data) {
    const prices = [];
    for (const text of [row[1], row[2], row[3], row[4]]) {
      const price = parsePrice(text, instrument);
      if (!price.ok) return price;
      prices.push(price.value);
    }
    const volume = wholeLots(row[6], instrument);
    if (!volume.ok) return volume;
    const [open, high, low, close] = prices;
    if (open === undefined || high === undefined || low === undefined || close === undefined) break;
    const candle: Candle = [(row[0] * 1_000_000) as Micros, open, high, low, close, volume.value as Lots];
    candles.push({ candle, trades: row[7] });
  }
  return ok(candles);
}
