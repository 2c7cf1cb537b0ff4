import { z } from 'zod';
import type { Instrument } from '../../../protocol/instrument.ts';
import { refuse, ok, type Result } from '../../../protocol/result.ts';
import type { DecodeSink, MessageKind } from '../dialect.ts';
import { readJson } from '../json.ts';
import type { MarketMessage } from '../market-message.ts';
import { readLevel, readLevels, readPrice, wholeLots } from './levels.ts';
import { listOf } from './list-of.ts';
import { FUNDING_SCALE, roundedDecimal, roundedTicks } from './rounded.ts';

/** How a trade came about is one word. */
const LONGEST_WORD = 64;
const count = z.number().int().min(0).max(Number.MAX_SAFE_INTEGER);
const levels = listOf(z.tuple([z.string(), z.string()], z.unknown()));
const tradeSchema = z.object({
  e: z.literal('trade'),
  E: count,
  s: z.string(),
  t: count,
  p: z.string(),
  q: z.string(),
  m: z.boolean(),
  X: z.string().max(LONGEST_WORD).default('MARKET'),
});
const tickerSchema = z.object({
  E: count.default(0),
  u: count,
  s: z.string(),
  b: z.string(),
  B: z.string(),
  a: z.string(),
  A: z.string(),
});
const depthSchema = z.object({
  e: z.literal('depthUpdate'),
  E: count,
  s: z.string(),
  U: count,
  u: count,
  pu: count.default(0),
  b: levels,
  a: levels,
});
const markSchema = z.object({
  e: z.literal('markPriceUpdate'),
  E: count,
  s: z.string(),
  p: z.string(),
  i: z.string().optional(),
  r: z.string().optional(),
  T: count.optional(),
});
/** What spot leaves out, futures must have. */
const SCHEMAS = {
  spot: { trade: tradeSchema, ticker: tickerSchema, depth: depthSchema },
  futures: {
    trade: tradeSchema.extend({ X: z.string().max(LONGEST_WORD) }),
    ticker: tickerSchema.extend({ E: count }),
    depth: depthSchema.extend({ pu: count }),
  },
} as const;

export type BinanceKind = keyof typeof SCHEMAS;
const frameSchema = z.object({ stream: z.string(), data: z.record(z.string(), z.unknown()) });
const replySchema = z.object({ id: count.nullable(), result: z.unknown() });
const errorSchema = z.object({ code: z.number(), msg: z.string() });

/**
 * Reads any JSON that means a Binance combined-stream frame or an answer to a subscription,
 * whatever its field order, and says what is wrong with what it refuses.
 */
export class BinanceJson {
  readonly #kind: BinanceKind;
  readonly #bySymbol: ReadonlyMap<string, { index: number; instrument: Instrument }>;

  constructor(kind: BinanceKind, instruments: readonly Instrument[]) {
    this.#kind = kind;
    this.#bySymbol = new Map(
      instruments.map((instrument, index) => [instrument.symbol, { index, instrument }]),
    );
  }

  read(bytes: Uint8Array, sink: DecodeSink): void {
    const parsed = readJson(bytes);
    if (!parsed.ok) {
      sink.refused(parsed.error);
      return;
    }
    const frame = frameSchema.safeParse(parsed.value);
    if (!frame.success) {
      readReply(parsed.value, sink);
      return;
    }
    const { stream, data } = frame.data;
    const outcome = this.#market(stream, data, sink.message);
    if (!outcome.ok) sink.refused(outcome.error);
    else if (outcome.value) sink.take(outcome.value);
  }

  #market(stream: string, data: unknown, into: MarketMessage): Result<MessageKind | null> {
    const [, kind = ''] = /^[^@]*@(\w+)(?:@\d+m?s)?$/.exec(stream) ?? [];
    if (kind === 'trade') return this.#trade(stream, data, into);
    if (kind === 'bookTicker') return this.#ticker(stream, data, into);
    if (kind === 'depth') return this.#depth(stream, data, into);
    if (kind === 'markPrice' && this.#kind === 'futures') return this.#mark(stream, data, into);
    return refuse('unknown-stream', `Stream "${stream.slice(0, 60)}" is not one we asked for.`);
  }

  #trade(stream: string, data: unknown, into: MarketMessage): Result<MessageKind | null> {
    const trade = SCHEMAS[this.#kind].trade.safeParse(data);
    if (!trade.success) return schemaFault('trade', trade.error);
    const known = this.#symbol(stream, trade.data.s, into);
    if (!known.ok) return known;
    // What the insurance fund takes over, or deleveraging closes, is at no price of the market.
    if (trade.data.X !== 'MARKET') return ok(null);
    const price = readPrice(trade.data.p, known.value);
    if (!price.ok) return price;
    const size = wholeLots(trade.data.q, known.value);
    if (!size.ok) return size;
    into.eventAt = trade.data.E * 1000;
    into.tradeId = trade.data.t;
    into.price = price.value;
    into.size = size.value;
    into.aggressor = trade.data.m ? 1 : 0;
    return ok('trade');
  }

  #ticker(stream: string, data: unknown, into: MarketMessage): Result<MessageKind> {
    const ticker = SCHEMAS[this.#kind].ticker.safeParse(data);
    if (!ticker.success) return schemaFault('bookTicker', ticker.error);
    const known = this.#symbol(stream, ticker.data.s, into);
    if (!known.ok) return known;
    const bid = readLevel(ticker.data.b, ticker.data.B, known.value);
    if (!bid.ok) return bid;
    const ask = readLevel(ticker.data.a, ticker.data.A, known.value);
    if (!ask.ok) return ask;
    into.eventAt = ticker.data.E * 1000;
    into.lastUpdate = ticker.data.u;
    [into.bid, into.bidSize] = bid.value;
    [into.ask, into.askSize] = ask.value;
    return ok('ticker');
  }

  #depth(stream: string, data: unknown, into: MarketMessage): Result<MessageKind> {
    const depth = SCHEMAS[this.#kind].depth.safeParse(data);
    if (!depth.success) return schemaFault('depth', depth.error);
    const known = this.#symbol(stream, depth.data.s, into);
    if (!known.ok) return known;
    const fault =
      readLevels(depth.data.b, known.value, into.bids) ?? readLevels(depth.data.a, known.value, into.asks);
    if (fault) return { ok: false, error: fault };
    into.eventAt = depth.data.E * 1000;
    into.firstUpdate = depth.data.U;
    into.lastUpdate = depth.data.u;
    into.previousUpdate = depth.data.pu;
    return ok('depth');
  }

  #mark(stream: string, data: unknown, into: MarketMessage): Result<MessageKind> {
    const mark = markSchema.safeParse(data);
    if (!mark.success) return schemaFault('markPrice', mark.error);
    const known = this.#symbol(stream, mark.data.s, into);
    if (!known.ok) return known;
    const { p, i, r, T } = mark.data;
    const price = roundedTicks(p, known.value);
    if (!price.ok) return price;
    const index = i === undefined ? ok(0) : roundedTicks(i, known.value);
    if (!index.ok) return index;
    // A dated contract has no funding: "" and 0.
    const rate = r === undefined || r === '' ? ok(Number.NaN) : roundedDecimal(r, FUNDING_SCALE);
    if (!rate.ok) return rate;
    into.eventAt = mark.data.E * 1000;
    into.markPrice = price.value;
    into.indexPrice = index.value;
    into.fundingRate = rate.value;
    into.nextFundingAt = (T ?? 0) * 1000;
    return ok('mark');
  }

  #symbol(stream: string, symbol: string, into: MarketMessage): Result<Instrument> {
    const known = this.#bySymbol.get(symbol);
    if (!known) return refuse('unknown-symbol', `Symbol "${symbol.slice(0, 40)}" is not one we asked for.`);
    if (!stream.startsWith(`${symbol.toLowerCase()}@`)) {
      return refuse('wrong-symbol', `Stream "${stream.slice(0, 60)}" carries a message of ${symbol}.`);
    }
    into.instrument = known.index;
    return ok(known.instrument);
  }
}

function readReply(parsed: unknown, sink: DecodeSink): void {
  const failed = z.object({ id: count.nullish(), error: errorSchema }).safeParse(parsed);
  const error = failed.success ? failed.data.error : errorSchema.safeParse(parsed).data;
  if (error) {
    const sentence = `The venue refused the subscription: ${error.msg.slice(0, 200)} (${error.code}).`;
    const id = failed.success ? (failed.data.id ?? null) : null;
    sink.reply(id === null ? null : String(id), { code: 'subscription', sentence });
    return;
  }
  const reply = replySchema.safeParse(parsed);
  if (!reply.success) {
    sink.refused({ code: 'schema', sentence: 'The frame is neither market data nor an answer to us.' });
    return;
  }
  sink.reply(reply.data.id === null ? null : String(reply.data.id), null);
}

function schemaFault(what: string, error: z.ZodError): Result<never> {
  const issue = error.issues[0];
  const field = issue ? issue.path.join('.') : '';
  return refuse('schema', `A ${what} message's field "${field}" is missing or not what it should be.`);
}
