import { z } from 'zod';
import type { Instrument } from '../../../protocol/instrument.ts';
import { ok, refuse, type Refusal, type Result } from '../../../protocol/result.ts';
import type { DecodeSink, MessageKind } from '../dialect.ts';
import { readJson } from '../json.ts';
import type { MarketMessage } from '../market-message.ts';
import { readLevel, readLevels, readPrice, wholeLots } from './levels.ts';
import { listOf } from './list-of.ts';
import { Marks } from './marks.ts';
import { NO_CHECKSUM, setBookNumbers } from './okx-book.ts';
import { FUNDING_SCALE, roundedDecimal, roundedTicks } from './rounded.ts';
import { SymbolTable, type Listed } from './symbol-table.ts';

/** OKX writes whole numbers as texts, but for the sequence and the checksum. */
const countText = z
  .string()
  .regex(/^(0|[1-9]\d{0,15})$/)
  .transform(Number)
  .refine(Number.isSafeInteger);
const count = z.number().int().min(0).max(Number.MAX_SAFE_INTEGER);
const levels = listOf(z.tuple([z.string(), z.string()], z.unknown()));
const bookSchema = z.object({
  asks: levels,
  bids: levels,
  ts: countText,
  checksum: z.int32().default(NO_CHECKSUM),
  seqId: count.optional(),
  prevSeqId: z.number().int().min(-1).max(Number.MAX_SAFE_INTEGER).optional(),
});
const tradeSchema = z.object({
  instId: z.string(),
  tradeId: countText,
  px: z.string(),
  sz: z.string(),
  side: z.enum(['buy', 'sell']),
  ts: countText,
});
const tickerSchema = z.object({
  instId: z.string(),
  bidPx: z.string(),
  bidSz: z.string(),
  askPx: z.string(),
  askSz: z.string(),
  ts: countText,
});
const markSchema = z.object({ instId: z.string(), markPx: z.string(), ts: countText });
const fundingSchema = z.object({
  instId: z.string(),
  fundingRate: z.string(),
  fundingTime: countText,
  ts: countText.optional(),
});
const argSchema = z.object({ channel: z.string(), instId: z.string() });
const frameSchema = z.object({
  arg: argSchema,
  action: z.enum(['snapshot', 'update']).optional(),
  data: listOf(z.record(z.string(), z.unknown())).refine(({ length }) => length > 0),
});
const eventSchema = z.object({
  event: z.string(),
  arg: argSchema.optional(),
  code: z.string().optional(),
  msg: z.string().optional(),
});

/** The key of the answer to a subscription. */
export const answerKey = (channel: string, instId: string): string => `${channel}:${instId}`;

/** Reads any JSON that means a message of OKX's public channels, whatever its field order, and says what is wrong with what it refuses. */
export class OkxJson {
  readonly #symbols: SymbolTable;
  readonly #marks = new Marks();

  constructor(instruments: readonly Instrument[]) {
    this.#symbols = new SymbolTable(instruments);
  }

  read(bytes: Uint8Array, sink: DecodeSink): void {
    const parsed = readJson(bytes);
    if (!parsed.ok) {
      sink.refused(parsed.error);
      return;
    }
    const frame = frameSchema.safeParse(parsed.value);
    if (!frame.success) {
      readEvent(parsed.value, sink);
      return;
    }
    const { arg, action, data } = frame.data;
    const listed = this.#symbols.get(arg.instId);
    if (!listed) {
      sink.refused({
        code: 'unknown-symbol',
        sentence: `Symbol "${arg.instId.slice(0, 40)}" is not one we asked for.`,
      });
      return;
    }
    for (const item of data) {
      if (sink.isFull) return;
      const outcome = this.#item(arg.channel, action, item, listed, sink.message);
      if (outcome.ok) sink.take(outcome.value);
      else sink.refused(outcome.error);
    }
  }

  #item(
    channel: string,
    action: 'snapshot' | 'update' | undefined,
    item: Readonly<Record<string, unknown>>,
    { index, instrument }: Listed,
    into: MarketMessage,
  ): Result<MessageKind> {
    const said = item['instId'];
    if (said !== undefined && said !== instrument.symbol) {
      return refuse(
        'wrong-symbol',
        `Channel ${channel} of ${instrument.symbol} carries another symbol's message.`,
      );
    }
    into.instrument = index;
    switch (channel) {
      case 'books':
        return action
          ? readBook(item, action, instrument, into)
          : refuse('schema', 'A book is neither a snapshot nor an update.');
      case 'trades':
        return readTrade(item, instrument, into);
      case 'tickers':
        return readTicker(item, instrument, into);
      case 'mark-price':
        return this.#mark(item, instrument, into);
      case 'funding-rate':
        return this.#funding(item, into);
      default:
        return refuse('unknown-stream', `Channel "${channel.slice(0, 60)}" is not one we asked for.`);
    }
  }

  #mark(item: unknown, instrument: Instrument, into: MarketMessage): Result<MessageKind> {
    const mark = markSchema.safeParse(item);
    if (!mark.success) return schemaFault('mark-price', mark.error);
    const price = roundedTicks(mark.data.markPx, instrument);
    if (!price.ok) return price;
    this.#marks.of(into.instrument).markPrice = price.value;
    this.#marks.fill(into.instrument, into);
    into.eventAt = mark.data.ts * 1000;
    return ok('mark');
  }

  #funding(item: unknown, into: MarketMessage): Result<MessageKind> {
    const funding = fundingSchema.safeParse(item);
    if (!funding.success) return schemaFault('funding-rate', funding.error);
    const rate = roundedDecimal(funding.data.fundingRate, FUNDING_SCALE);
    if (!rate.ok) return rate;
    const mark = this.#marks.of(into.instrument);
    mark.fundingRate = rate.value;
    mark.nextFundingAt = funding.data.fundingTime * 1000;
    this.#marks.fill(into.instrument, into);
    into.eventAt = (funding.data.ts ?? 0) * 1000;
    return ok('mark');
  }
}

function readBook(
  item: unknown,
  action: 'snapshot' | 'update',
  instrument: Instrument,
  into: MarketMessage,
): Result<MessageKind> {
  const book = bookSchema.safeParse(item);
  if (!book.success) return schemaFault('books', book.error);
  const { bids, asks, ts, checksum, seqId, prevSeqId } = book.data;
  if ((seqId === undefined) !== (prevSeqId === undefined)) {
    return refuse('schema', 'A books message has only one of seqId and prevSeqId.');
  }
  if (seqId === undefined && checksum === NO_CHECKSUM) {
    return refuse('unproven', 'A books message has neither a sequence nor a checksum: nothing proves it.');
  }
  const fault = readLevels(asks, instrument, into.asks) ?? readLevels(bids, instrument, into.bids);
  if (fault) return { ok: false, error: fault };
  into.eventAt = ts * 1000;
  setBookNumbers(into, { checksum, sequence: seqId ?? null, previous: prevSeqId ?? null });
  return ok(action === 'snapshot' ? 'snapshot' : 'depth');
}

function readTrade(item: unknown, instrument: Instrument, into: MarketMessage): Result<MessageKind> {
  const trade = tradeSchema.safeParse(item);
  if (!trade.success) return schemaFault('trades', trade.error);
  const price = readPrice(trade.data.px, instrument);
  if (!price.ok) return price;
  const size = wholeLots(trade.data.sz, instrument);
  if (!size.ok) return size;
  into.eventAt = trade.data.ts * 1000;
  into.tradeId = trade.data.tradeId;
  into.price = price.value;
  into.size = size.value;
  into.aggressor = trade.data.side === 'buy' ? 0 : 1;
  return ok('trade');
}

function readTicker(item: unknown, instrument: Instrument, into: MarketMessage): Result<MessageKind> {
  const ticker = tickerSchema.safeParse(item);
  if (!ticker.success) return schemaFault('tickers', ticker.error);
  const { bidPx, bidSz, askPx, askSz, ts } = ticker.data;
  const bid = readSide(bidPx, bidSz, instrument);
  if (!bid.ok) return bid;
  const ask = readSide(askPx, askSz, instrument);
  if (!ask.ok) return ask;
  [into.bid, into.bidSize] = bid.value;
  [into.ask, into.askSize] = ask.value;
  into.lastUpdate = 0;
  into.eventAt = ts * 1000;
  return ok('ticker');
}

/** An empty text where nobody bids, or nobody offers. */
function readSide(price: string, size: string, instrument: Instrument): Result<[number, number]> {
  return price === '' ? ok([0, 0]) : readLevel(price, size, instrument);
}

function readEvent(parsed: unknown, sink: DecodeSink): void {
  const read = eventSchema.safeParse(parsed);
  if (!read.success) {
    sink.refused({ code: 'schema', sentence: 'The frame is neither market data nor an answer to us.' });
    return;
  }
  const { event, arg, code = '', msg = '' } = read.data;
  const key = arg ? answerKey(arg.channel, arg.instId) : null;
  if (event === 'subscribe') sink.reply(key, null);
  else if (event === 'error') {
    const refusal: Refusal = {
      code: 'subscription',
      sentence: `The venue refused the subscription: ${msg.slice(0, 200)} (${code.slice(0, 20)}).`,
    };
    sink.reply(key, refusal);
  } else if (event !== 'unsubscribe' && event !== 'notice') {
    // A notice says that the venue will close the connection within a minute; then we connect again.
    sink.refused({
      code: 'schema',
      sentence: `OKX tells of an event "${event.slice(0, 40)}" that we do not know.`,
    });
  }
}

function schemaFault(channel: string, error: z.ZodError): Result<never> {
  const issue = error.issues[0];
  const field = issue ? issue.path.join('.') : '';
  return refuse('schema', `A ${channel} message's field "${field}" is missing or not what it should be.`);
}
