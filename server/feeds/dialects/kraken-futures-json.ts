import { z } from 'zod';
import type { Instrument } from '../../../protocol/instrument.ts';
import { ok, refuse, type Refusal, type Result } from '../../../protocol/result.ts';
import type { DecodeSink, MessageKind } from '../dialect.ts';
import { readJsonExact } from '../json.ts';
import type { MarketMessage } from '../market-message.ts';
import { exactCount, plainDecimal } from './exact-numbers.ts';
import { readLevels, readPrice, wholeLots } from './levels.ts';
import { listOf } from './list-of.ts';
import { FUNDING_SCALE, roundedDecimal, roundedTicks } from './rounded.ts';
import { SymbolTable } from './symbol-table.ts';

/** A number as text, its exponent worked out. */
const decimal = z.string().transform(plainDecimal);
const side = z.enum(['buy', 'sell']);
const levels = listOf(
  z.object({ price: decimal, qty: decimal }).transform(({ price, qty }): [string, string] => [price, qty]),
);
const changeSchema = z.object({
  product_id: z.string(),
  side,
  seq: exactCount,
  price: decimal,
  qty: decimal,
  timestamp: exactCount,
});
const bookSchema = z.object({ product_id: z.string(), seq: exactCount, bids: levels, asks: levels });
const tradeSchema = z.object({
  product_id: z.string(),
  side,
  seq: exactCount,
  time: exactCount,
  qty: decimal,
  price: decimal,
});
const tickerSchema = z.object({
  product_id: z.string(),
  time: exactCount,
  bid: decimal.optional(),
  bid_size: decimal.optional(),
  ask: decimal.optional(),
  ask_size: decimal.optional(),
  index: decimal.optional(),
  markPrice: decimal,
  relative_funding_rate: decimal.optional(),
  next_funding_rate_time: exactCount.optional(),
});
const dataSchema = z.object({ feed: z.string(), event: z.never().optional() });
const replySchema = z.object({
  event: z.string(),
  feed: z.string().optional(),
  product_ids: listOf(z.string()).optional(),
  message: z.string().optional(),
});

/**
 * Reads any JSON that means a public frame of Kraken Futures, whatever its field order, and says what
 * is wrong with what it refuses. Numbers are read as the text that was sent: some have exponents.
 */
export class KrakenFuturesJson {
  readonly #symbols: SymbolTable;

  constructor(instruments: readonly Instrument[]) {
    this.#symbols = new SymbolTable(instruments);
  }

  read(bytes: Uint8Array, sink: DecodeSink): void {
    const parsed = readJsonExact(bytes);
    if (!parsed.ok) {
      sink.refused(parsed.error);
      return;
    }
    const frame = dataSchema.safeParse(parsed.value);
    if (!frame.success) {
      readReply(parsed.value, sink);
      return;
    }
    const { feed } = frame.data;
    // A heartbeat, or trades from before the subscription, which are no news.
    if (feed === 'heartbeat' || feed === 'trade_snapshot') return;
    const outcome = this.#message(feed, parsed.value, sink.message);
    if (!outcome.ok) sink.refused(outcome.error);
    else for (const kind of outcome.value) sink.take(kind);
  }

  #message(feed: string, parsed: unknown, into: MarketMessage): Result<readonly MessageKind[]> {
    switch (feed) {
      case 'book':
        return this.#change(parsed, into);
      case 'book_snapshot':
        return this.#book(parsed, into);
      case 'trade':
        return this.#trade(parsed, into);
      case 'ticker':
        return this.#ticker(parsed, into);
      default:
        return refuse('unknown-stream', `Feed "${feed.slice(0, 60)}" is not one we asked for.`);
    }
  }

  #change(parsed: unknown, into: MarketMessage): Result<readonly MessageKind[]> {
    const change = changeSchema.safeParse(parsed);
    if (!change.success) return schemaFault('book', change.error);
    const { product_id, side: whose, seq, price, qty, timestamp } = change.data;
    const known = this.#product(product_id, into);
    if (!known.ok) return known;
    const [changed, other] = whose === 'buy' ? [into.bids, into.asks] : [into.asks, into.bids];
    other.clear();
    const fault = readLevels([[price, qty]], known.value, changed);
    if (fault) return { ok: false, error: fault };
    into.eventAt = timestamp * 1000;
    into.firstUpdate = seq;
    into.lastUpdate = seq;
    return ok(['depth']);
  }

  #book(parsed: unknown, into: MarketMessage): Result<readonly MessageKind[]> {
    const book = bookSchema.safeParse(parsed);
    if (!book.success) return schemaFault('book_snapshot', book.error);
    const { product_id, seq, bids, asks } = book.data;
    const known = this.#product(product_id, into);
    if (!known.ok) return known;
    const fault = readLevels(bids, known.value, into.bids) ?? readLevels(asks, known.value, into.asks);
    if (fault) return { ok: false, error: fault };
    // Its time is that of the last change, which in a quiet market may be long ago.
    into.eventAt = 0;
    into.lastUpdate = seq;
    return ok(['snapshot']);
  }

  #trade(parsed: unknown, into: MarketMessage): Result<readonly MessageKind[]> {
    const trade = tradeSchema.safeParse(parsed);
    if (!trade.success) return schemaFault('trade', trade.error);
    const { product_id, side: taker, seq, time, qty, price } = trade.data;
    const known = this.#product(product_id, into);
    if (!known.ok) return known;
    const ticks = readPrice(price, known.value);
    if (!ticks.ok) return ticks;
    const lots = wholeLots(qty, known.value);
    if (!lots.ok) return lots;
    into.eventAt = time * 1000;
    into.tradeId = seq;
    into.price = ticks.value;
    into.size = lots.value;
    into.aggressor = taker === 'buy' ? 0 : 1;
    return ok(['trade']);
  }

  #ticker(parsed: unknown, into: MarketMessage): Result<readonly MessageKind[]> {
    const ticker = tickerSchema.safeParse(parsed);
    if (!ticker.success) return schemaFault('ticker', ticker.error);
    const { product_id, time, bid, bid_size, ask, ask_size } = ticker.data;
    const known = this.#product(product_id, into);
    if (!known.ok) return known;
    const best = readBest(bid, bid_size, known.value);
    if (!best.ok) return best;
    const offer = readBest(ask, ask_size, known.value);
    if (!offer.ok) return offer;
    const fault = readMark(ticker.data, known.value, into);
    if (fault) return { ok: false, error: fault };
    [into.bid, into.bidSize] = best.value;
    [into.ask, into.askSize] = offer.value;
    into.eventAt = time * 1000;
    into.lastUpdate = 0;
    return ok(['ticker', 'mark']);
  }

  /** Whose message it is, noted in `into`. */
  #product(product: string, into: MarketMessage): Result<Instrument> {
    const known = this.#symbols.get(product);
    if (!known) return refuse('unknown-symbol', `Product "${product.slice(0, 40)}" is not one we asked for.`);
    into.instrument = known.index;
    return ok(known.instrument);
  }
}

/** A best price and its size; a side that is not there is left out. */
function readBest(
  price: string | undefined,
  size: string | undefined,
  instrument: Instrument,
): Result<[number, number]> {
  if (price === undefined || size === undefined) return ok([0, 0]);
  const ticks = readPrice(price, instrument);
  if (!ticks.ok) return ticks;
  const lots = wholeLots(size, instrument);
  return lots.ok ? ok([ticks.value, lots.value]) : lots;
}

function readMark(
  ticker: z.infer<typeof tickerSchema>,
  instrument: Instrument,
  into: MarketMessage,
): Refusal | null {
  const mark = roundedTicks(ticker.markPrice, instrument);
  const index = roundedTicks(ticker.index ?? '0', instrument);
  // A rate of 0 is left out; only perpetual contracts have one.
  const rate = roundedDecimal(ticker.relative_funding_rate ?? '0', FUNDING_SCALE);
  if (!mark.ok) return mark.error;
  if (!index.ok) return index.error;
  if (!rate.ok) return rate.error;
  const next = ticker.next_funding_rate_time ?? 0;
  into.markPrice = mark.value;
  into.indexPrice = index.value;
  into.fundingRate = instrument.name.includes('PERP') ? rate.value : Number.NaN;
  into.nextFundingAt = next > ticker.time ? next * 1000 : 0;
  return null;
}

function readReply(parsed: unknown, sink: DecodeSink): void {
  const reply = replySchema.safeParse(parsed);
  if (!reply.success) {
    sink.refused({ code: 'schema', sentence: 'The frame is neither market data nor an answer to us.' });
    return;
  }
  const { event, feed = '', product_ids: products = [], message = 'no reason' } = reply.data;
  const what = feed === '' ? '' : ` to ${feed.slice(0, 40)}`;
  const sentence = `The venue refused a subscription${what}: ${message.slice(0, 200)}.`;
  switch (event) {
    case 'info':
    case 'unsubscribed':
      return;
    case 'subscribed':
      for (const product of products) sink.reply(subscriptionKey(feed, product), null);
      return;
    case 'error':
    case 'subscribed_failed':
      sink.reply(null, { code: 'subscription', sentence });
      return;
    default:
      sink.refused({
        code: 'alert',
        sentence: `The venue says ${event.slice(0, 40)}: ${message.slice(0, 200)}.`,
      });
  }
}

/** The answer to a subscription by what it is of: `book PI_XBTUSD`. */
export function subscriptionKey(feed: string, product: string): string {
  return `${feed} ${product}`;
}

function schemaFault(what: string, error: z.ZodError): Result<never> {
  const issue = error.issues[0];
  const field = issue ? issue.path.join('.') : '';
  return refuse('schema', `A ${what} message's field "${field}" is missing or not what it should be.`);
}
