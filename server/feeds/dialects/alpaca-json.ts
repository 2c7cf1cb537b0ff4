import { z } from 'zod';
import type { Instrument } from '../../../protocol/instrument.ts';
import { ok, refuse, type Refusal, type Result } from '../../../protocol/result.ts';
import type { DecodeSink, MessageKind } from '../dialect.ts';
import { readJsonExact } from '../json.ts';
import type { MarketMessage } from '../market-message.ts';
import { Timestamps } from '../timestamp.ts';
import { readLevel, readPrice, wholeLots } from './levels.ts';
import { listOf } from './list-of.ts';
import { SymbolTable, type Listed } from './symbol-table.ts';

/** Every number comes as the text that was sent. */
const messageSchema = z.looseObject({ T: z.string() });
const tradeSchema = z.object({
  S: z.string(),
  i: z.string().regex(/^\d{1,15}$/),
  x: z.string().regex(/^[A-Z]$/),
  p: z.string(),
  s: z.string(),
  t: z.string(),
});
const quoteSchema = z.object({
  S: z.string(),
  bp: z.string(),
  bs: z.string(),
  ap: z.string(),
  as: z.string(),
  t: z.string(),
});
const subscriptionSchema = z.object({ trades: listOf(z.string()), quotes: listOf(z.string()) });
const errorSchema = z.object({ code: z.string(), msg: z.string() });

/** `connected` and `authenticated`; corrections and cancels, which come with trades unasked. */
const QUIET = new Set(['success', 'c', 'x']);
const A = 65;
const EXCHANGES = 26;

/** What Alpaca's numbers of errors mean to a person; its own words where they say it better. */
const ERRORS: Readonly<Record<string, string>> = {
  '401': 'Alpaca was given no key: set the secrets alpaca-key and alpaca-secret.',
  '402': 'Alpaca does not accept the key: check the secrets alpaca-key and alpaca-secret.',
  '405': 'More symbols are configured than the subscription at Alpaca allows.',
  '406': 'Alpaca allows this key one connection, and another program holds it: end that one.',
  '407': 'Alpaca found us too slow to read what it sends.',
  '409': 'The subscription at Alpaca does not include this source: try …/v2/iex.',
};

/** Reads the arrays of messages that Alpaca sends, and says what is wrong with what it refuses. */
export class AlpacaJson {
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
    const messages = z.array(z.unknown()).safeParse(parsed.value);
    if (!messages.success) {
      sink.refused(fault('frame', 'array'));
      return;
    }
    for (const message of messages.data) {
      if (sink.isFull) return;
      this.#message(message, sink);
    }
  }

  #message(raw: unknown, sink: DecodeSink): void {
    const message = messageSchema.safeParse(raw);
    if (!message.success) {
      sink.refused(fault('message', 'T'));
      return;
    }
    const { T } = message.data;
    if (T === 't') tell(this.#trade(raw, sink.message), sink);
    else if (T === 'q') tell(this.#quote(raw, sink.message), sink);
    else if (T === 'subscription') readSubscription(raw, sink);
    else if (T === 'error') readError(raw, sink);
    else if (!QUIET.has(T)) {
      const sentence = `A message of the kind "${T.slice(0, 40)}" is not one we asked for.`;
      sink.refused({ code: 'unknown-stream', sentence });
    }
  }

  #trade(raw: unknown, into: MarketMessage): Result<MessageKind> {
    const trade = tradeSchema.safeParse(raw);
    if (!trade.success) return schemaFault('trade', trade.error);
    const { S, i, x, p, s, t } = trade.data;
    const known = this.#begin(S, t, into);
    if (!known.ok) return known;
    const price = readPrice(p, known.value.instrument);
    if (!price.ok) return price;
    const size = wholeLots(s, known.value.instrument);
    if (!size.ok) return size;
    // An id is of its exchange alone, which is a letter.
    into.tradeId = Number(i) * EXCHANGES + (x.charCodeAt(0) - A);
    if (!Number.isSafeInteger(into.tradeId)) return { ok: false, error: fault('trade', 'i') };
    into.price = price.value;
    into.size = size.value;
    into.aggressor = 2;
    return ok('trade');
  }

  #quote(raw: unknown, into: MarketMessage): Result<MessageKind> {
    const quote = quoteSchema.safeParse(raw);
    if (!quote.success) return schemaFault('quote', quote.error);
    const { S, bp, bs, ap, as, t } = quote.data;
    const known = this.#begin(S, t, into);
    if (!known.ok) return known;
    const bid = readLevel(bp, bs, known.value.instrument);
    if (!bid.ok) return bid;
    const ask = readLevel(ap, as, known.value.instrument);
    if (!ask.ok) return ask;
    into.lastUpdate = 0;
    [into.bid, into.bidSize] = bid.value;
    [into.ask, into.askSize] = ask.value;
    return ok('ticker');
  }

  /** What every message of a share begins with. */
  #begin(symbol: string, time: string, into: MarketMessage): Result<Listed> {
    const listed = this.#symbols.get(symbol);
    if (!listed) return refuse('unknown-symbol', `Symbol "${symbol.slice(0, 40)}" is not one we asked for.`);
    into.instrument = listed.index;
    into.eventAt = this.#timestamps.read(time);
    return into.eventAt < 0 ? { ok: false, error: fault('message', 't') } : ok(listed);
  }
}

function tell(outcome: Result<MessageKind>, sink: DecodeSink): void {
  if (outcome.ok) sink.take(outcome.value);
  else sink.refused(outcome.error);
}

/** All that is subscribed now. */
function readSubscription(raw: unknown, sink: DecodeSink): void {
  const read = subscriptionSchema.safeParse(raw);
  if (!read.success) {
    sink.refused(fault('subscription', 'trades'));
    return;
  }
  for (const symbol of read.data.trades) sink.reply(`trades ${symbol}`, null);
  for (const symbol of read.data.quotes) sink.reply(`quotes ${symbol}`, null);
}

function readError(raw: unknown, sink: DecodeSink): void {
  const error = errorSchema.safeParse(raw);
  const { code, msg } = error.success ? error.data : { code: '?', msg: 'it does not say why' };
  const sentence = ERRORS[code] ?? `Alpaca refused: ${msg.slice(0, 200)}.`;
  sink.reply(null, { code: 'subscription', sentence: `${sentence} (${code})` });
}

function schemaFault(what: string, error: z.ZodError): Result<never> {
  return { ok: false, error: fault(what, error.issues[0]?.path.join('.') ?? '') };
}

const fault = (what: string, field: string): Refusal => ({
  code: 'schema',
  sentence: `A ${what}'s field "${field}" is missing or not what it should be.`,
});
