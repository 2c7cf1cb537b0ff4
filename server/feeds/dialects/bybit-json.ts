import { z } from 'zod';
import type { Instrument } from '../../../protocol/instrument.ts';
import { ok, refuse, type Result } from '../../../protocol/result.ts';
import type { DecodeSink, MessageKind } from '../dialect.ts';
import { readJson } from '../json.ts';
import type { MarketMessage } from '../market-message.ts';
import { idHashOf } from '../text-hash.ts';
import { LONGEST_ID, setBookNumbers, type BybitState } from './bybit-state.ts';
import { readLevels, readPrice, wholeLots } from './levels.ts';
import { listOf } from './list-of.ts';
import { FUNDING_SCALE, roundedDecimal, roundedTicks } from './rounded.ts';
import type { Listed, SymbolTable } from './symbol-table.ts';

const count = z.number().int().min(0).max(Number.MAX_SAFE_INTEGER);
const levels = listOf(z.tuple([z.string(), z.string()], z.unknown()));
const bookSchema = z.object({ s: z.string(), b: levels, a: levels, u: count, seq: count });
const tradeSchema = z.object({
  T: count,
  s: z.string(),
  S: z.enum(['Buy', 'Sell']),
  v: z.string(),
  p: z.string(),
  i: z.string().min(1).max(LONGEST_ID),
});
const tickerSchema = z.object({
  symbol: z.string(),
  bid1Price: z.string().optional(),
  bid1Size: z.string().optional(),
  ask1Price: z.string().optional(),
  ask1Size: z.string().optional(),
  markPrice: z.string().optional(),
  indexPrice: z.string().optional(),
  fundingRate: z.string().optional(),
  nextFundingTime: z
    .string()
    .regex(/^\d{0,15}$/)
    .optional(),
});
type Ticker = z.infer<typeof tickerSchema>;
const frameSchema = z.object({
  topic: z.string(),
  type: z.enum(['snapshot', 'delta']),
  ts: count,
  data: z.unknown(),
});
type Frame = z.infer<typeof frameSchema>;
const answerSchema = z.object({
  op: z.enum(['subscribe', 'unsubscribe', 'ping', 'pong']),
  success: z.boolean().default(true),
  ret_msg: z.string().default(''),
  req_id: z.string().default(''),
});

/** Reads any JSON that means a message of Bybit's public topics, whatever its field order, and says what is wrong with what it refuses. */
export class BybitJson {
  readonly #symbols: SymbolTable;
  readonly #state: BybitState;
  readonly #depth: string;

  constructor(symbols: SymbolTable, state: BybitState, depth: number) {
    this.#symbols = symbols;
    this.#state = state;
    this.#depth = String(depth);
  }

  read(bytes: Uint8Array, sink: DecodeSink): void {
    const parsed = readJson(bytes);
    if (!parsed.ok) {
      sink.refused(parsed.error);
      return;
    }
    const frame = frameSchema.safeParse(parsed.value);
    if (!frame.success) {
      readAnswer(parsed.value, sink);
      return;
    }
    const fault = this.#frame(frame.data, sink);
    if (!fault.ok) sink.refused(fault.error);
  }

  #frame(frame: Frame, sink: DecodeSink): Result<unknown> {
    const [, topic = '', depth = '', symbol = ''] =
      /^(orderbook|publicTrade|tickers)(?:\.(\d+))?\.([^.]+)$/.exec(frame.topic) ?? [];
    const known = topic === 'orderbook' ? depth === this.#depth || depth === '1' : depth === '';
    if (topic === '' || !known) {
      return refuse('unknown-stream', `Topic "${frame.topic.slice(0, 60)}" is not one we asked for.`);
    }
    const listed = this.#symbols.get(symbol);
    if (!listed) return refuse('unknown-symbol', `Symbol "${symbol.slice(0, 40)}" is not one we asked for.`);
    sink.message.instrument = listed.index;
    sink.message.eventAt = frame.ts * 1000;
    if (topic === 'publicTrade') return readTrades(frame.data, listed, sink);
    if (topic === 'tickers') return this.#ticker(frame, listed, sink);
    const kind = this.#book(frame, depth, listed.instrument, sink.message);
    if (kind.ok) sink.take(kind.value);
    return kind;
  }

  #book(
    { type, data }: Frame,
    depth: string,
    instrument: Instrument,
    into: MarketMessage,
  ): Result<MessageKind> {
    const book = bookSchema.safeParse(data);
    if (!book.success) return schemaFault('orderbook', book.error);
    const { s, b, a, u } = book.data;
    if (s !== instrument.symbol) return wrongSymbol(instrument, s);
    const fault = readLevels(b, instrument, into.bids) ?? readLevels(a, instrument, into.asks);
    if (fault) return { ok: false, error: fault };
    const whole = setBookNumbers(into, u, type === 'snapshot');
    if (depth !== '1') return ok(whole ? 'snapshot' : 'depth');
    return this.#state.top(whole, into) ? ok('ticker') : unbased(instrument);
  }

  #ticker({ type, data }: Frame, { index, instrument }: Listed, sink: DecodeSink): Result<null> {
    const read = tickerSchema.safeParse(data);
    if (!read.success) return schemaFault('tickers', read.error);
    const ticker = read.data;
    if (ticker.symbol !== instrument.symbol) return wrongSymbol(instrument, ticker.symbol);
    const changes = readChanges(ticker, instrument);
    if (!changes.ok) return changes;
    const best = type === 'snapshot' ? this.#state.begin(index) : this.#state.best(index);
    if (!best) return unbased(instrument);
    const { prices, marks } = changes.value;
    if (Object.keys(prices).length > 0) {
      this.#state.fill(Object.assign(best, prices), sink.message);
      sink.take('ticker');
    }
    if (Object.keys(marks).length > 0) {
      Object.assign(this.#state.marks.of(index), marks);
      this.#state.marks.fill(index, sink.message);
      sink.take('mark');
    }
    return ok(null);
  }
}

/** What a ticker says anew, in ticks, lots and 10^-8; an empty text says that there is none. */
function readChanges(
  ticker: Ticker,
  instrument: Instrument,
): Result<{ prices: Record<string, number>; marks: Record<string, number> }> {
  const price = (text: string): Result<number> => readPrice(text, instrument);
  const size = (text: string): Result<number> => wholeLots(text, instrument);
  const rounded = (text: string): Result<number> => roundedTicks(text, instrument);
  const fields = [
    ['prices', 'bid', ticker.bid1Price, price, 0],
    ['prices', 'bidSize', ticker.bid1Size, size, 0],
    ['prices', 'ask', ticker.ask1Price, price, 0],
    ['prices', 'askSize', ticker.ask1Size, size, 0],
    ['marks', 'markPrice', ticker.markPrice, rounded, 0],
    ['marks', 'indexPrice', ticker.indexPrice, rounded, 0],
    ['marks', 'fundingRate', ticker.fundingRate, (text: string) => roundedDecimal(text, FUNDING_SCALE), NaN],
    ['marks', 'nextFundingAt', ticker.nextFundingTime, (text: string) => ok(Number(text) * 1000), 0],
  ] as const;
  const changes: { prices: Record<string, number>; marks: Record<string, number> } = {
    prices: {},
    marks: {},
  };
  for (const [group, name, text, read, none] of fields) {
    if (text === undefined) continue;
    const value = text === '' ? ok(none) : read(text);
    if (!value.ok) return value;
    changes[group][name] = value.value;
  }
  return ok(changes);
}

function readTrades(data: unknown, { instrument }: Listed, sink: DecodeSink): Result<null> {
  if (!Array.isArray(data)) return refuse('schema', 'A publicTrade message holds no list of trades.');
  for (const item of data as readonly unknown[]) {
    if (sink.isFull) break;
    const kind = readTrade(item, instrument, sink.message);
    if (kind.ok) sink.take(kind.value);
    else sink.refused(kind.error);
  }
  return ok(null);
}

function readTrade(item: unknown, instrument: Instrument, into: MarketMessage): Result<MessageKind> {
  const trade = tradeSchema.safeParse(item);
  if (!trade.success) return schemaFault('publicTrade', trade.error);
  const { T, s, S, v, p, i } = trade.data;
  if (s !== instrument.symbol) return wrongSymbol(instrument, s);
  const price = readPrice(p, instrument);
  if (!price.ok) return price;
  const size = wholeLots(v, instrument);
  if (!size.ok) return size;
  into.eventAt = T * 1000;
  into.tradeId = idHashOf(i);
  into.price = price.value;
  into.size = size.value;
  into.aggressor = S === 'Buy' ? 0 : 1;
  return ok('trade');
}

function readAnswer(parsed: unknown, sink: DecodeSink): void {
  const read = answerSchema.safeParse(parsed);
  if (!read.success) {
    sink.refused({ code: 'schema', sentence: 'The frame is neither market data nor an answer to us.' });
    return;
  }
  const { op, success, ret_msg: said, req_id: id } = read.data;
  const key = id === '' ? null : id;
  if (!success) {
    const sentence = `The venue refused the subscription: ${said.slice(0, 200)}.`;
    sink.reply(key, { code: 'subscription', sentence });
  } else if (op === 'subscribe') sink.reply(key, null);
}

const wrongSymbol = (instrument: Instrument, said: string): Result<never> =>
  refuse('wrong-symbol', `A topic of ${instrument.symbol} carries a message of "${said.slice(0, 40)}".`);

const unbased = (instrument: Instrument): Result<never> =>
  refuse('no-snapshot', `Changes of ${instrument.name}'s ticker came before its snapshot.`);

function schemaFault(topic: string, error: z.ZodError): Result<never> {
  const issue = error.issues[0];
  const field = issue ? issue.path.join('.') : '';
  return refuse('schema', `A ${topic} message's field "${field}" is missing or not what it should be.`);
}
