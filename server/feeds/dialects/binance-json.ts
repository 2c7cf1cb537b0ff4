import { z } from 'zod';
import { parseDecimal } from '../../../protocol/decimal.ts';
import { parsePrice, type Instrument } from '../../../protocol/instrument.ts';
import { refuse, ok, type Refusal, type Result } from '../../../protocol/result.ts';
import type { DecodeSink, MessageKind } from '../dialect.ts';
import { readJson } from '../json.ts';
import type { Levels, MarketMessage } from '../market-message.ts';

const count = z.number().int().min(0).max(Number.MAX_SAFE_INTEGER);
const levels = z.array(z.tuple([z.string(), z.string()], z.unknown()));
const tradeSchema = z.object({
  e: z.literal('trade'),
  E: count,
  s: z.string(),
  t: count,
  p: z.string(),
  q: z.string(),
  m: z.boolean(),
});
const tickerSchema = z.object({
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
  b: levels,
  a: levels,
});
const frameSchema = z.object({ stream: z.string(), data: z.record(z.string(), z.unknown()) });
const replySchema = z.object({ id: count.nullable(), result: z.unknown() });
const errorSchema = z.object({ code: z.number(), msg: z.string() });

/**
 * Reads any JSON that means a Binance combined-stream frame or an answer to a subscription,
 * whatever its field order, and says what is wrong with what it refuses.
 */
export class BinanceJson {
  readonly #bySymbol: ReadonlyMap<string, { index: number; instrument: Instrument }>;

  constructor(instruments: readonly Instrument[]) {
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
    if (outcome.ok) sink.take(outcome.value);
    else sink.refused(outcome.error);
  }

  #market(stream: string, data: unknown, into: MarketMessage): Result<MessageKind> {
    const [, kind = ''] = /^[^@]*@(.*)$/.exec(stream) ?? [];
    switch (kind) {
      case 'trade':
        return this.#trade(stream, data, into);
      case 'bookTicker':
        return this.#ticker(stream, data, into);
      case 'depth':
      case 'depth@100ms':
        return this.#depth(stream, data, into);
      default:
        return refuse('unknown-stream', `Stream "${stream.slice(0, 60)}" is not one we asked for.`);
    }
  }

  #trade(stream: string, data: unknown, into: MarketMessage): Result<MessageKind> {
    const trade = tradeSchema.safeParse(data);
    if (!trade.success) return schemaFault('trade', trade.error);
    const known = this.#symbol(stream, trade.data.s, into);
    if (!known.ok) return known;
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
    const ticker = tickerSchema.safeParse(data);
    if (!ticker.success) return schemaFault('bookTicker', ticker.error);
    const known = this.#symbol(stream, ticker.data.s, into);
    if (!known.ok) return known;
    const bid = readLevel(ticker.data.b, ticker.data.B, known.value);
    if (!bid.ok) return bid;
    const ask = readLevel(ticker.data.a, ticker.data.A, known.value);
    if (!ask.ok) return ask;
    into.eventAt = 0;
    into.lastUpdate = ticker.data.u;
    [into.bid, into.bidSize] = bid.value;
    [into.ask, into.askSize] = ask.value;
    return ok('ticker');
  }

  #depth(stream: string, data: unknown, into: MarketMessage): Result<MessageKind> {
    const depth = depthSchema.safeParse(data);
    if (!depth.success) return schemaFault('depth', depth.error);
    const known = this.#symbol(stream, depth.data.s, into);
    if (!known.ok) return known;
    const fault =
      readLevels(depth.data.b, known.value, into.bids) ?? readLevels(depth.data.a, known.value, into.asks);
    if (fault) return { ok: false, error: fault };
    into.eventAt = depth.data.E * 1000;
    into.firstUpdate = depth.data.U;
    into.lastUpdate = depth.data.u;
    return ok('depth');
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

/**
 * Levels as Binance writes them, into ticks and lots; the first fault, or null. A level that is not
 * on the tick is left out and counted: a book keeps orders from before its tick became larger
 * (seen in a capture of 2021), and one of them must not cost the whole book.
 */
export function readLevels(
  rows: readonly (readonly [string, string, ...unknown[]])[],
  instrument: Instrument,
  into: Levels,
): Refusal | null {
  into.clear();
  for (const row of rows) {
    const level = readLevel(row[0], row[1], instrument);
    if (!level.ok && level.error.code === 'off-tick') into.offTick += 1;
    else if (!level.ok) return level.error;
    else into.push(level.value[0], level.value[1]);
  }
  return null;
}

function readLevel(price: string, size: string, instrument: Instrument): Result<[number, number]> {
  const ticks = readPrice(price, instrument);
  if (!ticks.ok) return ticks;
  const lots = wholeLots(size, instrument);
  if (!lots.ok) return lots;
  return ok([ticks.value, lots.value]);
}

function readPrice(text: string, instrument: Instrument): Result<number> {
  const price = parsePrice(text, instrument);
  if (price.ok || (price.error.code !== 'too-precise' && price.error.code !== 'wrong-tick')) return price;
  return refuse('off-tick', `${text.slice(0, 40)} is not on the tick of ${instrument.name}.`);
}

/**
 * A size of market data as whole lots. Orders from before Binance made a symbol's lots larger stay
 * in its book with sizes between two lots (seen in captures of 2021 and 2024): they are cut down, so
 * that no more is shown than is there, but never to 0, which would remove the level.
 */
export function wholeLots(text: string, instrument: Instrument): Result<number> {
  const exact = parseDecimal(text, instrument.sizeScale);
  if (!exact.ok && exact.error.code !== 'too-precise') return exact;
  const cutText = text.slice(0, text.indexOf('.') + 1 + instrument.sizeScale).replace(/\.$/, '');
  const units = exact.ok ? exact : parseDecimal(cutText, instrument.sizeScale);
  if (!units.ok) return units;
  const lots = Math.trunc(units.value / instrument.lotStep);
  if (lots !== 0 || (exact.ok && units.value === 0)) return ok(lots);
  return ok(text.startsWith('-') ? -1 : 1);
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
