import { z } from 'zod';
import type { Instrument } from '../../../protocol/instrument.ts';
import type { Candle } from '../../../protocol/messages.ts';
import { ok, refuse, type Refusal, type Result } from '../../../protocol/result.ts';
import { readLevels, readPrice, wholeLots } from '../dialects/levels.ts';
import type { MarketMessage } from '../market-message.ts';
import { idHashOf } from '../text-hash.ts';

/** Levels a side that are taken of a book: ccxt keeps hundreds and tells them all each time. */
const BOOK_LEVELS = 100;

const rows = z.array(z.unknown());
const row = z.tuple([z.number(), z.number()], z.unknown());
const millis = z.number().int().positive().nullish();
const bookSchema = z.object({ bids: rows, asks: rows, timestamp: millis });
const tradeSchema = z.object({
  id: z.string().nullish(),
  timestamp: millis,
  side: z.enum(['buy', 'sell']).nullish(),
  price: z.number(),
  amount: z.number(),
});
export type CcxtTrade = z.infer<typeof tradeSchema>;
const candleSchema = z.tuple([
  z.number().int(),
  z.number(),
  z.number(),
  z.number(),
  z.number(),
  z.number().nullish(),
]);

/** What ccxt answers, in whole ticks and lots: its floats through the decimals that they were read from. */
export class CcxtReader {
  readonly #text: (value: number) => string;
  #books = 0;
  #nameless = 0;

  constructor(numberToString: (value: number) => string) {
    this.#text = numberToString;
  }

  /** Fills a snapshot; what is wrong with it, or null. */
  book(raw: unknown, { index, ...instrument }: Instrument, into: MarketMessage): Refusal | null {
    const book = bookSchema.safeParse(raw);
    if (!book.success) return { code: 'schema', sentence: 'A book of ccxt is not one.' };
    const bids = this.#rows(book.data.bids);
    const asks = this.#rows(book.data.asks);
    if (!bids || !asks) return { code: 'schema', sentence: 'A level of a book of ccxt is not one.' };
    this.#books += 1;
    into.instrument = index;
    into.eventAt = (book.data.timestamp ?? 0) * 1000;
    into.lastUpdate = this.#books;
    into.checksum = -1;
    const whole = { index, ...instrument };
    return readLevels(bids, whole, into.bids) ?? readLevels(asks, whole, into.asks);
  }

  trades(raw: unknown): Result<readonly CcxtTrade[]> {
    const trades = z.array(tradeSchema).safeParse(raw);
    return trades.success ? ok(trades.data) : refuse('schema', 'Trades of ccxt are not trades.');
  }

  trade(trade: CcxtTrade, instrument: Instrument, into: MarketMessage): Refusal | null {
    const price = readPrice(this.#text(trade.price), instrument);
    if (!price.ok) return price.error;
    const size = wholeLots(this.#text(trade.amount), instrument);
    if (!size.ok) return size.error;
    into.instrument = instrument.index;
    into.eventAt = (trade.timestamp ?? 0) * 1000;
    // Where the venue names no trades, ccxt tells each once.
    into.tradeId = trade.id ? idHashOf(trade.id) : ++this.#nameless;
    into.price = price.value;
    into.size = size.value;
    into.aggressor = trade.side ? (trade.side === 'sell' ? 1 : 0) : 2;
    return null;
  }

  candles(raw: unknown, instrument: Instrument): Result<Candle[]> {
    const list = z.array(candleSchema).safeParse(raw);
    if (!list.success) return refuse('schema', `The candles of ${instrument.name} are not candles.`);
    const candles: Candle[] = [];
    for (const [at, open, high, low, close, volume] of list.data) {
      const prices: number[] = [];
      for (const value of [open, high, low, close]) {
        const price = readPrice(this.#text(value), instrument);
        if (!price.ok) return price;
        prices.push(price.value);
      }
      const lots = wholeLots(this.#text(volume ?? 0), instrument);
      if (!lots.ok) return lots;
      candles.push([at * 1000, ...prices, lots.value] as Candle);
    }
    return ok(candles);
  }

  #rows(side: readonly unknown[]): [string, string][] | null {
    const best = z.array(row).safeParse(side.slice(0, BOOK_LEVELS));
    return best.success ? best.data.map(([price, size]) => [this.#text(price), this.#text(size)]) : null;
  }
}
