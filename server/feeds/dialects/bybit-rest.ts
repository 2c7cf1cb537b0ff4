import { z } from 'zod';
import { parseDecimal } from '../../../protocol/decimal.ts';
import { instrumentSchema, type Instrument } from '../../../protocol/instrument.ts';
import { ok, refuse, type Result } from '../../../protocol/result.ts';
import type { VenueId } from '../../../protocol/units.ts';
import type { BookSnapshot, CandlesRange, DialectRest, Listing, RestCall } from '../dialect.ts';
import { Levels } from '../market-message.ts';
import { readCandleRows } from './candle-rows.ts';
import { contractOf } from './contracts.ts';
import { readLevels } from './levels.ts';
import { listOf } from './list-of.ts';
import { listInOrder, type ListedInstrument } from './listed.ts';
import { lotsOf, readStep } from './steps.ts';

export type BybitCategory = 'spot' | 'linear';

const answerSchema = z.object({ retCode: z.literal(0), result: z.unknown(), time: z.number() });
const listSchema = z.object({
  list: listOf(z.looseObject({ symbol: z.string() })),
  nextPageCursor: z.string().default(''),
});
const instrumentEntry = z.object({
  symbol: z.string(),
  status: z.string(),
  baseCoin: z.string(),
  quoteCoin: z.string(),
  contractType: z.string().optional(),
  settleCoin: z.string().optional(),
  /** ms; `0` of a perpetual. */
  deliveryTime: z
    .string()
    .regex(/^\d{1,15}$/)
    .optional(),
  priceFilter: z.object({ tickSize: z.string() }),
  lotSizeFilter: z.object({
    /** The lot: of contracts the one, of spot the other. */
    qtyStep: z.string().optional(),
    basePrecision: z.string().optional(),
    minOrderQty: z.string(),
    maxOrderQty: z.string(),
    minNotionalValue: z.string().optional(),
    minOrderAmt: z.string().optional(),
  }),
});
type Entry = z.infer<typeof instrumentEntry>;
const levels = listOf(z.tuple([z.string(), z.string()], z.unknown()));
const bookSchema = z.object({ s: z.string(), b: levels, a: levels, u: z.number().int().min(0) });
const klineSchema = z.object({ list: z.unknown() });

const PAGE = '1000';
const DEPTH = 200;

/** https://bybit-exchange.github.io/docs/v5/market/instrument and its neighbours. */
export function bybitRest(category: BybitCategory): DialectRest {
  const listCall = (cursor: string): RestCall => ({
    path: '/v5/market/instruments-info',
    query: { category, limit: PAGE, ...(cursor === '' ? {} : { cursor }) },
    weight: 1,
  });
  return {
    instruments: () => listCall(''),
    moreInstruments(_, answers) {
      const cursor = readList(answers.at(-1))?.nextPageCursor ?? '';
      return cursor === '' ? null : listCall(cursor);
    },
    readInstruments,
    snapshot: ({ symbol }) => ({
      path: '/v5/market/orderbook',
      query: { category, symbol, limit: String(DEPTH) },
      weight: 1,
    }),
    readSnapshot,
    time: () => ({ path: '/v5/market/time', query: {}, weight: 1 }),
    readTime(answer) {
      const read = answerSchema.safeParse(answer);
      const valid = read.success && Number.isSafeInteger(read.data.time) && read.data.time > 0;
      return valid ? ok(read.data.time) : refuse('schema', "Bybit's answer to the time is not one.");
    },
    candlesAPage: 1000,
    candles: (instrument, range) => candles(category, instrument, range),
    readCandles: (answer, instrument) => readCandleRows(readKlines(answer), instrument),
    usedWeight: () => null,
  };
}

const readResult = (answer: unknown): unknown => answerSchema.safeParse(answer).data?.result;
const readKlines = (answer: unknown): unknown => klineSchema.safeParse(readResult(answer)).data?.list;
const readList = (answer: unknown): z.infer<typeof listSchema> | undefined =>
  listSchema.safeParse(readResult(answer)).data;

function readInstruments(
  answers: unknown,
  symbols: readonly string[] | 'all',
  venue: VenueId,
): Result<Listing> {
  const bySymbol = new Map<string, unknown>();
  for (const answer of Array.isArray(answers) ? (answers as readonly unknown[]) : []) {
    const page = readList(answer);
    if (!page) return refuse('schema', "Bybit's list of instruments is not one.");
    for (const row of page.list) bySymbol.set(row.symbol, row);
  }
  return listInOrder('Bybit', bySymbol, symbols, (row, index) => readInstrument(row, index, venue));
}

function readInstrument(row: unknown, index: number, venue: VenueId): Result<ListedInstrument> {
  const entry = instrumentEntry.safeParse(row);
  if (!entry.success) return refuse('schema', "Bybit's entry is incomplete.");
  const { symbol, baseCoin, quoteCoin, status, priceFilter, lotSizeFilter: sizes } = entry.data;
  const tick = readStep(priceFilter.tickSize);
  const lot = readStep(sizes.qtyStep ?? sizes.basePrecision ?? null);
  if (!tick || !lot) return refuse('schema', 'Bybit gives no tick or lot size.');
  const least = parseDecimal(sizes.minNotionalValue ?? sizes.minOrderAmt ?? '0', 8);
  const instrument = instrumentSchema.safeParse({
    index,
    venue,
    symbol,
    name: nameOf(entry.data),
    base: baseCoin,
    quote: quoteCoin,
    priceScale: tick.scale,
    tickStep: tick.step,
    sizeScale: lot.scale,
    lotStep: lot.step,
    minLots: Math.max(1, lotsOf(sizes.minOrderQty, lot, 1)),
    maxLots: lotsOf(sizes.maxOrderQty, lot, Number.MAX_SAFE_INTEGER),
    // Rounded up: an order at the least value must not fall below it.
    minNotional: String(least.ok ? Math.ceil(least.value / 100) : 0),
    ...contractIn(entry.data),
  });
  if (!instrument.success) return refuse('schema', "Bybit's entry is not usable.");
  return ok({ instrument: instrument.data, trades: status === 'Trading' });
}

/** Sizes of linear contracts are in the base coin; what else there is, is in nobody knows what. */
function contractIn({ contractType, settleCoin }: Entry): Pick<Instrument, 'contract'> {
  if (contractType === undefined) return {};
  const kind = contractType.startsWith('Linear') ? 'linear' : null;
  return { contract: contractOf({ kind, factors: ['1'], settle: settleCoin ?? null }) };
}

/** `BTC-USDT`, `BTC-USDT-PERP`, `BTC-USDT-261225`. */
function nameOf({ baseCoin, quoteCoin, contractType = '', deliveryTime = '0' }: Entry): string {
  const pair = `${baseCoin}-${quoteCoin}`;
  if (contractType.endsWith('Perpetual')) return `${pair}-PERP`;
  if (deliveryTime === '0') return pair;
  return `${pair}-${new Date(Number(deliveryTime)).toISOString().slice(2, 10).replaceAll('-', '')}`;
}

function readSnapshot(answer: unknown, instrument: Instrument): Result<BookSnapshot> {
  const book = bookSchema.safeParse(readResult(answer));
  if (!book.success || book.data.s !== instrument.symbol) {
    return refuse('schema', `The snapshot of ${instrument.name}'s book is not one.`);
  }
  const bids = new Levels();
  const asks = new Levels();
  const fault = readLevels(book.data.b, instrument, bids) ?? readLevels(book.data.a, instrument, asks);
  if (fault) return { ok: false, error: fault };
  return ok({ lastUpdate: book.data.u, bids, asks, limit: DEPTH });
}

/** A minute is the least. */
function candles(
  category: BybitCategory,
  { symbol }: Instrument,
  { interval, limit, from, to }: CandlesRange,
): RestCall | null {
  if (interval === '1s') return null;
  return {
    path: '/v5/market/kline',
    query: {
      category,
      symbol,
      interval: '1',
      limit: String(limit),
      ...(from === undefined ? {} : { start: String(Math.floor(from / 1000)) }),
      ...(to === undefined ? {} : { end: String(Math.floor(to / 1000)) }),
    },
    weight: 1,
  };
}
