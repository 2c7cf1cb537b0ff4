import { z } from 'zod';
import type { Instrument } from '../../../protocol/instrument.ts';
import { ok, refuse, type Refusal, type Result } from '../../../protocol/result.ts';
import type { DecodeSink } from '../dialect.ts';
import { readJson } from '../json.ts';
import type { Levels, MarketMessage } from '../market-message.ts';
import { Timestamps } from '../timestamp.ts';
import type { CoinbaseSequence } from './coinbase-sequence.ts';
import { readLevel, readPrice, wholeLots } from './levels.ts';
import { listOf } from './list-of.ts';
import { SymbolTable, type Listed } from './symbol-table.ts';

export interface CoinbaseTrade {
  instrument: number;
  eventAt: number;
  tradeId: number;
  price: number;
  size: number;
  aggressor: number;
}

const frameSchema = z.object({
  channel: z.string(),
  timestamp: z.string(),
  sequence_num: z.number().int().min(0).max(Number.MAX_SAFE_INTEGER),
  events: z.array(z.unknown()),
});
const errorSchema = z.object({ type: z.literal('error'), message: z.string() });
const productSchema = z.object({ product_id: z.string() });
const bookSchema = z.object({
  type: z.enum(['snapshot', 'update']),
  product_id: z.string(),
  updates: listOf(
    z.object({ side: z.enum(['bid', 'offer']), price_level: z.string(), new_quantity: z.string() }),
  ),
});
const tradesSchema = z.object({
  type: z.enum(['snapshot', 'update']),
  trades: listOf(
    z.object({
      product_id: z.string(),
      trade_id: z.string().regex(/^(0|[1-9]\d{0,15})$/),
      price: z.string(),
      size: z.string(),
      time: z.string(),
      side: z.enum(['BUY', 'SELL']),
    }),
  ),
});
const tickersSchema = z.object({
  tickers: listOf(
    z.object({
      product_id: z.string(),
      best_bid: z.string(),
      best_bid_quantity: z.string(),
      best_ask: z.string(),
      best_ask_quantity: z.string(),
    }),
  ),
});
const subscriptionsSchema = z.object({ subscriptions: z.record(z.string(), listOf(z.string())) });

type Frame = z.infer<typeof frameSchema>;

const CHANNELS = new Set(['l2_data', 'market_trades', 'ticker', 'subscriptions']);
/** Channels of Coinbase's that hold nothing for us. */
const OTHER_CHANNELS = new Set([
  'heartbeats',
  'candles',
  'status',
  'ticker_batch',
  'user',
  'futures_balance_summary',
]);

/** Reads any JSON that means a frame of Coinbase Advanced Trade, and says what is wrong with what it refuses. */
export class CoinbaseJson {
  readonly #symbols: SymbolTable;
  readonly #timestamps = new Timestamps();

  constructor(instruments: readonly Instrument[]) {
    this.#symbols = new SymbolTable(instruments);
  }

  /** A frame that cannot be read at all is not counted, so that the next one shows that it is missing. */
  read(bytes: Uint8Array, sequence: CoinbaseSequence, sink: DecodeSink): void {
    const parsed = readJson(bytes);
    if (!parsed.ok) {
      sink.refused(parsed.error);
      return;
    }
    const frame = frameSchema.safeParse(parsed.value);
    if (!frame.success) {
      readError(parsed.value, sink);
      return;
    }
    const sentAt = this.#timestamps.read(frame.data.timestamp);
    if (sentAt < 0) sink.refused(fault('A frame', 'timestamp'));
    else if (sequence.follows(frame.data.sequence_num, sink)) this.#frame(frame.data, sentAt, sequence, sink);
  }

  /** A channel that nobody knows is refused, so that it is noticed; its frame counts in the sequence all the same. */
  #frame({ channel, events }: Frame, sentAt: number, sequence: CoinbaseSequence, sink: DecodeSink): void {
    if (OTHER_CHANNELS.has(channel)) return;
    if (!CHANNELS.has(channel)) {
      const sentence = `Channel "${channel.slice(0, 60)}" is not one we asked for.`;
      sink.refused({ code: 'unknown-stream', sentence });
      return;
    }
    for (const event of events) {
      if (sink.isFull) return;
      sink.message.eventAt = sentAt;
      if (channel === 'l2_data') this.#book(event, sequence, sink);
      else if (channel === 'market_trades') this.#trades(event, sink);
      else if (channel === 'ticker') this.#tickers(event, sink);
      else if (channel === 'subscriptions') readSubscriptions(event, sink);
    }
  }

  #book(event: unknown, sequence: CoinbaseSequence, sink: DecodeSink): void {
    const named = productSchema.safeParse(event);
    // Some book is not whole any more, and none says that it is the one.
    if (!named.success) {
      sink.broken(schemaFault('book', named.error));
      return;
    }
    const listed = this.#listed(named.data.product_id);
    if (!listed.ok) {
      sink.refused(listed.error);
      return;
    }
    const { index, instrument } = listed.value;
    const book = bookSchema.safeParse(event);
    const error = book.success
      ? readUpdates(book.data.updates, instrument, sink.message)
      : schemaFault('book', book.error);
    if (error) {
      sequence.missed(index);
      sink.refused(error);
      return;
    }
    sink.message.instrument = index;
    sequence.number(sink.message);
    sink.take(book.data?.type === 'snapshot' ? 'snapshot' : 'depth');
  }

  #trades(event: unknown, sink: DecodeSink): void {
    const read = tradesSchema.safeParse(event);
    if (!read.success) {
      sink.refused(schemaFault('trades', read.error));
      return;
    }
    // The first message tells the last hundred trades: they were over before we came.
    if (read.data.type === 'snapshot') return;
    for (const trade of read.data.trades.reverse()) {
      if (sink.isFull) return;
      const known = this.#trade(trade, sink.message);
      if (known) sink.refused(known);
      else sink.take('trade');
    }
  }

  #trade(trade: z.infer<typeof tradesSchema>['trades'][number], into: MarketMessage): Refusal | null {
    const listed = this.#listed(trade.product_id);
    if (!listed.ok) return listed.error;
    const { index, instrument } = listed.value;
    const price = readPrice(trade.price, instrument);
    if (!price.ok) return price.error;
    const size = wholeLots(trade.size, instrument);
    if (!size.ok) return size.error;
    into.instrument = index;
    into.tradeId = Number(trade.trade_id);
    into.eventAt = this.#timestamps.read(trade.time);
    into.price = price.value;
    into.size = size.value;
    // The side is of the order that was in the book.
    into.aggressor = trade.side === 'BUY' ? 1 : 0;
    if (into.eventAt < 0) return fault('A trade', 'time');
    return Number.isSafeInteger(into.tradeId) ? null : fault('A trade', 'trade_id');
  }

  #tickers(event: unknown, sink: DecodeSink): void {
    const read = tickersSchema.safeParse(event);
    if (!read.success) {
      sink.refused(schemaFault('ticker', read.error));
      return;
    }
    const { message } = sink;
    for (const ticker of read.data.tickers) {
      if (sink.isFull) return;
      const listed = this.#listed(ticker.product_id);
      if (!listed.ok) {
        sink.refused(listed.error);
        continue;
      }
      const { index, instrument } = listed.value;
      const bid = readLevel(ticker.best_bid, ticker.best_bid_quantity, instrument);
      const ask = readLevel(ticker.best_ask, ticker.best_ask_quantity, instrument);
      const wrong = bid.ok ? ask : bid;
      if (!bid.ok || !ask.ok) {
        if (!wrong.ok) sink.refused(wrong.error);
        continue;
      }
      message.instrument = index;
      message.lastUpdate = 0;
      [message.bid, message.bidSize] = bid.value;
      [message.ask, message.askSize] = ask.value;
      sink.take('ticker');
    }
  }

  #listed(product: string): Result<Listed> {
    const listed = this.#symbols.get(product);
    return listed
      ? ok(listed)
      : refuse('unknown-symbol', `Product "${product.slice(0, 40)}" is not one we asked for.`);
  }
}

function readUpdates(
  updates: z.infer<typeof bookSchema>['updates'],
  instrument: Instrument,
  { bids, asks }: { readonly bids: Levels; readonly asks: Levels },
): Refusal | null {
  bids.clear();
  asks.clear();
  for (const { side, price_level, new_quantity } of updates) {
    const into = side === 'bid' ? bids : asks;
    const level = readLevel(price_level, new_quantity, instrument);
    if (level.ok) into.push(level.value[0], level.value[1]);
    else if (level.error.code === 'off-tick') into.offTick += 1;
    else return level.error;
  }
  return null;
}

/** Everything that is subscribed now, by channel. */
function readSubscriptions(event: unknown, sink: DecodeSink): void {
  const read = subscriptionsSchema.safeParse(event);
  if (!read.success) {
    sink.refused(schemaFault('subscriptions', read.error));
    return;
  }
  for (const [channel, products] of Object.entries(read.data.subscriptions)) {
    for (const product of products) sink.reply(`${channel} ${product}`, null);
  }
}

function readError(parsed: unknown, sink: DecodeSink): void {
  const error = errorSchema.safeParse(parsed);
  if (error.success) {
    const sentence = `The venue refused the subscription: ${error.data.message.slice(0, 200)}.`;
    sink.reply(null, { code: 'subscription', sentence });
  } else {
    sink.refused({ code: 'schema', sentence: 'The frame is neither market data nor an answer to us.' });
  }
}

function schemaFault(what: string, error: z.ZodError): Refusal {
  const issue = error.issues[0];
  return fault(`A ${what} message`, issue ? issue.path.join('.') : '');
}

const fault = (what: string, field: string): Refusal => ({
  code: 'schema',
  sentence: `${what}'s field "${field}" is missing or not what it should be.`,
});
