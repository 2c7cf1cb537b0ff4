import { QUOTE_STATES, type QuoteState } from '../../protocol/quotes.ts';
import {
  BOOK_AT,
  BOOK_DATA,
  BOOK_PLACES,
  BOOK_WORDS,
  CONDEMNED,
  CONDEMNED_COUNT,
  LEVEL_WORDS,
  MARK_AT,
  MARK_DATA,
  MARK_WORDS,
  MarketTable,
  PLACES_WORDS,
  QUOTE_AT,
  QUOTE_DATA,
  QUOTE_VALUES,
  SIDE_WORDS,
  TRADES_AT,
  TRADES_DATA,
  TRADE_WORDS,
  placeOf,
} from './table-layout.ts';
import { TRADE_RING, type BookSlot, type MarkSlot, type QuoteSlot, type TradeRows } from './table-slots.ts';

/** How often a reader tries again while a write is under way; a write takes about a microsecond. */
const READ_ATTEMPTS = 200;

const LIVE_CODE = QUOTE_STATES.indexOf('live');
const QUIET_CODE = QUOTE_STATES.indexOf('quiet');

export class MarketTableReader extends MarketTable {
  readonly #scratch = new Int32Array(BOOK_WORDS);
  readonly #values = new Float64Array(this.#scratch.buffer);

  /** Fills `into`; `false` = no clean value can be had, the quote is unknown, `into` is untouched. */
  readQuote(instrument: number, into: QuoteSlot): boolean {
    const at = this.slot(instrument) + QUOTE_AT;
    if (this.#copy(at, QUOTE_DATA + QUOTE_VALUES * 2) === null) return false;
    const value = QUOTE_DATA / 2;
    into.state = this.#state();
    into.updates = (this.#scratch[2] ?? 0) >>> 0;
    into.bid = this.#values[value] ?? 0;
    into.bidSize = this.#values[value + 1] ?? 0;
    into.ask = this.#values[value + 2] ?? 0;
    into.askSize = this.#values[value + 3] ?? 0;
    into.last = this.#values[value + 4] ?? 0;
    into.exchangeAt = this.#values[value + 5] ?? 0;
    into.receivedAt = this.#values[value + 6] ?? 0;
    return true;
  }

  /** Fills `into`; `false` = no clean value can be had, the book is unknown, `into` is untouched. */
  readBook(instrument: number, into: BookSlot): boolean {
    const at = this.slot(instrument) + BOOK_AT;
    const sequence = this.#copy(at, BOOK_WORDS);
    if (sequence === null) return false;
    into.state = this.#state();
    into.bidRows = this.#scratch[2] ?? 0;
    into.askRows = this.#scratch[3] ?? 0;
    into.exchangeAt = this.#values[2] ?? 0;
    into.receivedAt = this.#values[3] ?? 0;
    into.version = this.#version(sequence);
    this.#side(BOOK_PLACES, BOOK_DATA, into.bidRows, into.bidPrice, into.bidSize);
    this.#side(BOOK_PLACES + PLACES_WORDS, BOOK_DATA + SIDE_WORDS, into.askRows, into.askPrice, into.askSize);
    return true;
  }

  /** Fills `into`; `false` = there is none, or no clean value can be had: the mark is unknown. */
  readMark(instrument: number, into: MarkSlot): boolean {
    const at = this.slot(instrument) + MARK_AT;
    const value = MARK_DATA / 2;
    if (this.#copy(at, MARK_WORDS) === null || this.#values[value + 5] === 0) return false;
    into.markPrice = this.#values[value] ?? 0;
    into.indexPrice = this.#values[value + 1] ?? 0;
    into.fundingRate = this.#values[value + 2] ?? Number.NaN;
    into.nextFundingAt = this.#values[value + 3] ?? 0;
    into.exchangeAt = this.#values[value + 4] ?? 0;
    into.receivedAt = this.#values[value + 5] ?? 0;
    into.state = this.#state();
    return true;
  }

  /** Changes with every write to the quote and with every `condemn` and `absolve`. */
  quoteVersion(instrument: number): number {
    return this.#version(Atomics.load(this.words, this.slot(instrument) + QUOTE_AT));
  }

  bookVersion(instrument: number): number {
    return this.#version(Atomics.load(this.words, this.slot(instrument) + BOOK_AT));
  }

  /** Trades ever written for this instrument, modulo 2^32. */
  tradeCount(instrument: number): number {
    return Atomics.load(this.words, this.slot(instrument) + TRADES_AT + 1) >>> 0;
  }

  /**
   * Fills `into` with the trades after the first `sinceCount` of this instrument and returns the
   * count to pass next time. `into.skipped` says how many of them the ring no longer had.
   */
  readTrades(instrument: number, sinceCount: number, into: TradeRows): number {
    const at = this.slot(instrument) + TRADES_AT;
    const count = Atomics.load(this.words, at + 1) >>> 0;
    const kept = (count - Atomics.load(this.words, at + 2)) >>> 0;
    // What was forgotten is not missed.
    const wanted = Math.min((count - sinceCount) >>> 0, kept);
    const available = Math.min(wanted, TRADE_RING);
    for (let row = 0; row < available; row++) {
      const index = (count - available + row) >>> 0;
      const data = at + TRADES_DATA + (index % TRADE_RING) * TRADE_WORDS;
      for (let word = 0; word < TRADE_WORDS; word++) {
        this.#scratch[word] = Atomics.load(this.words, data + word);
      }
      into.price[row] = this.#values[0] ?? 0;
      into.size[row] = this.#values[1] ?? 0;
      into.tradeId[row] = this.#values[2] ?? 0;
      into.exchangeAt[row] = this.#values[3] ?? 0;
      into.aggressor[row] = this.#scratch[8] ?? 0;
    }
    // What the writer has begun to overwrite meanwhile may be torn: those rows are dropped.
    const reserved = Atomics.load(this.words, at) >>> 0;
    const overtaken = Math.max(0, ((reserved - count) >>> 0) + available - TRADE_RING);
    const dropped = Math.min(available, overtaken);
    if (dropped > 0) this.#drop(into, dropped, available);
    into.rows = available - dropped;
    into.skipped = wanted - into.rows;
    return count;
  }

  /** One side of the copied book, best first. */
  #side(placesAt: number, dataAt: number, rows: number, prices: Float64Array, sizes: Float64Array): void {
    for (let row = 0; row < rows; row++) {
      const place = placeOf(this.#scratch, placesAt, row);
      const value = (dataAt + place * LEVEL_WORDS) / 2;
      prices[row] = this.#values[value] ?? 0;
      sizes[row] = this.#values[value + 1] ?? 0;
    }
  }

  #drop(into: TradeRows, dropped: number, available: number): void {
    into.price.copyWithin(0, dropped, available);
    into.size.copyWithin(0, dropped, available);
    into.tradeId.copyWithin(0, dropped, available);
    into.exchangeAt.copyWithin(0, dropped, available);
    into.aggressor.copyWithin(0, dropped, available);
  }

  #copy(at: number, length: number): number | null {
    for (let attempt = 0; attempt < READ_ATTEMPTS; attempt++) {
      const before = Atomics.load(this.words, at);
      if ((before & 1) !== 0) continue;
      for (let word = 1; word < length; word++) {
        this.#scratch[word] = Atomics.load(this.words, at + word);
      }
      if (Atomics.load(this.words, at) === before) return before;
    }
    return null;
  }

  #state(): QuoteState {
    const code = this.#scratch[1] ?? 0;
    const condemned = Atomics.load(this.words, CONDEMNED);
    const shown = condemned !== 0 && (code === LIVE_CODE || code === QUIET_CODE) ? condemned : code;
    return QUOTE_STATES[shown] ?? 'never';
  }

  #version(sequence: number): number {
    return ((sequence >>> 1) + Atomics.load(this.words, CONDEMNED_COUNT)) >>> 0;
  }
}
