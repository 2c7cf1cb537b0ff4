import { z } from 'zod';
import { parseSize, type Instrument } from '../../../protocol/instrument.ts';
import { ok, refuse, type Result } from '../../../protocol/result.ts';
import type { DecodeSink, MessageKind } from '../dialect.ts';
import { readJsonExact } from '../json.ts';
import type { MarketMessage } from '../market-message.ts';
import { Timestamps } from '../timestamp.ts';
import { exactCount } from './exact-numbers.ts';
import { readExactLevels } from './kraken-levels.ts';
import { readPrice } from './levels.ts';
import { listOf } from './list-of.ts';
import { SymbolTable } from './symbol-table.ts';

const levels = listOf(z.object({ price: z.string(), qty: z.string() }));
const bookSchema = z.object({
  symbol: z.string(),
  bids: levels,
  asks: levels,
  checksum: exactCount.refine((crc) => crc <= 0xffff_ffff),
  timestamp: z.string().optional(),
});
const tradeSchema = z.object({
  symbol: z.string(),
  side: z.enum(['buy', 'sell']),
  price: z.string(),
  qty: z.string(),
  trade_id: exactCount,
  timestamp: z.string(),
});
const tickerSchema = z.object({
  symbol: z.string(),
  bid: z.string(),
  bid_qty: z.string(),
  ask: z.string(),
  ask_qty: z.string(),
  timestamp: z.string().optional(),
});
const dataSchema = z.object({
  channel: z.enum(['book', 'ticker', 'trade']),
  type: z.enum(['snapshot', 'update']),
  data: z.array(z.unknown()).min(1),
});
const quietSchema = z.object({ channel: z.enum(['heartbeat', 'status']) });
const replySchema = z.object({
  method: z.string().optional(),
  success: z.boolean().optional(),
  error: z.string().optional(),
  result: z.object({ channel: z.string(), symbol: z.string().optional() }).optional(),
});

type Kind = z.infer<typeof dataSchema>['type'];

/**
 * Reads any JSON that means a public frame of Kraken's WebSocket v2, whatever its field order, and says
 * what is wrong with what it refuses.
 */
export class KrakenJson {
  readonly #symbols: SymbolTable;
  readonly #timestamps = new Timestamps();

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
      // A heartbeat, or the state of the venue, which its markets say themselves.
      if (!quietSchema.safeParse(parsed.value).success) readReply(parsed.value, sink);
      return;
    }
    const { channel, type, data } = frame.data;
    // Trades from before the subscription: they are no news.
    if (channel === 'trade' && type === 'snapshot') return;
    const read = { book: this.#book, ticker: this.#ticker, trade: this.#trade }[channel];
    for (const entry of data) {
      if (sink.isFull) return;
      const outcome = read.call(this, entry, type, sink.message);
      if (outcome.ok) sink.take(outcome.value);
      else sink.refused(outcome.error);
    }
  }

  #book(entry: unknown, type: Kind, into: MarketMessage): Result<MessageKind> {
    const book = bookSchema.safeParse(entry);
    if (!book.success) return schemaFault('book', book.error);
    const { symbol, bids, asks, checksum, timestamp } = book.data;
    const known = this.#symbol(symbol, timestamp, type, into);
    if (!known.ok) return known;
    const fault =
      readExactLevels(bids, known.value, into.bids) ?? readExactLevels(asks, known.value, into.asks);
    if (fault) return { ok: false, error: fault };
    into.checksum = checksum;
    return ok(type === 'snapshot' ? 'snapshot' : 'depth');
  }

  #ticker(entry: unknown, type: Kind, into: MarketMessage): Result<MessageKind> {
    const ticker = tickerSchema.safeParse(entry);
    if (!ticker.success) return schemaFault('ticker', ticker.error);
    const { symbol, bid, bid_qty, ask, ask_qty, timestamp } = ticker.data;
    const known = this.#symbol(symbol, timestamp, type, into);
    if (!known.ok) return known;
    const bestBid = readExactPair(bid, bid_qty, known.value);
    if (!bestBid.ok) return bestBid;
    const bestAsk = readExactPair(ask, ask_qty, known.value);
    if (!bestAsk.ok) return bestAsk;
    [into.bid, into.bidSize] = bestBid.value;
    [into.ask, into.askSize] = bestAsk.value;
    return ok('ticker');
  }

  #trade(entry: unknown, type: Kind, into: MarketMessage): Result<MessageKind> {
    const trade = tradeSchema.safeParse(entry);
    if (!trade.success) return schemaFault('trade', trade.error);
    const { symbol, side, price, qty, trade_id, timestamp } = trade.data;
    const known = this.#symbol(symbol, timestamp, type, into);
    if (!known.ok) return known;
    const print = readExactPair(price, qty, known.value);
    if (!print.ok) return print;
    into.tradeId = trade_id;
    [into.price, into.size] = print.value;
    into.aggressor = side === 'buy' ? 0 : 1;
    return ok('trade');
  }

  /** Whose message it is and of when, noted in `into`. */
  #symbol(
    symbol: string,
    timestamp: string | undefined,
    type: Kind,
    into: MarketMessage,
  ): Result<Instrument> {
    const known = this.#symbols.get(symbol);
    if (!known) return refuse('unknown-symbol', `Symbol "${symbol.slice(0, 40)}" is not one we asked for.`);
    const at = timestamp === undefined ? 0 : this.#timestamps.read(timestamp);
    if (at < 0) return refuse('schema', `"${timestamp?.slice(0, 40)}" is not a time.`);
    into.instrument = known.index;
    // Of a quiet market the time of a snapshot is that of the last change, which may be long ago.
    into.eventAt = type === 'snapshot' ? 0 : at;
    return ok(known.instrument);
  }
}

/** A price in ticks and a size in lots; unlike levels of a book both may leave zeros at the end away. */
function readExactPair(price: string, qty: string, instrument: Instrument): Result<[number, number]> {
  const ticks = readPrice(price, instrument);
  if (!ticks.ok) return ticks;
  const lots = parseSize(qty, instrument);
  return lots.ok ? ok([ticks.value, lots.value]) : lots;
}

function readReply(parsed: unknown, sink: DecodeSink): void {
  const reply = replySchema.safeParse(parsed);
  const { method, success, error, result } = reply.success ? reply.data : {};
  if (method === 'pong') return;
  if (success === false || error !== undefined) {
    const sentence = `The venue refused to ${method ?? 'do what we asked'}: ${(error ?? 'no reason').slice(0, 200)}.`;
    const refusal = { code: 'subscription', sentence };
    // Ending a subscription that is not there harms nothing: the one that follows it counts.
    if (method === 'unsubscribe') sink.refused(refusal);
    else sink.reply(null, refusal);
  } else if (success && method === 'subscribe' && result) {
    sink.reply(subscriptionKey(result.channel, result.symbol ?? ''), null);
  } else if (!(success && method === 'unsubscribe')) {
    sink.refused({ code: 'schema', sentence: 'The frame is neither market data nor an answer to us.' });
  }
}

/** The answer to a subscription by what it is of: `book BTC/USD`. */
export function subscriptionKey(channel: string, symbol: string): string {
  return `${channel} ${symbol}`;
}

function schemaFault(what: string, error: z.ZodError): Result<never> {
  const issue = error.issues[0];
  const field = issue ? issue.path.join('.') : '';
  return refuse('schema', `A ${what} message's field "${field}" is missing or not what it should be.`);
}
