/**
 * The market table: the newest quote, top of book and last trades of every instrument in shared
 * memory. The feeds thread writes; control and relay read without waiting for it.
 *
 * A slot is a seqlock: its sequence is odd while a write is under way, and a reader that met an
 * odd or changed sequence reads again. Data words go through Atomics too, because plain stores may
 * be seen out of order with the sequence on a weakly ordered machine. A writer that died in
 * mid-write leaves the sequence odd: readers then say "unknown" (`false`) until the next write.
 *
 *     header      0 magic · 1 capacity · 2 condemned state · 3 times condemned · 4 writer's beat
 *     quote       0 sequence · 1 state · 2 updates · 4 … 17 bid, bidSize, ask, askSize, last,
 *                 exchangeAt, receivedAt as f64
 *     book        0 sequence · 1 state · 2 bid rows · 3 ask rows · 4 exchangeAt · 6 receivedAt
 *                 8 … 167 bidPrice[20], bidSize[20], askPrice[20], askSize[20] as f64
 *     trades      0 reserved · 1 count · 4 … 64 × (price, size, tradeId, exchangeAt as f64, aggressor)
 *
 * Offsets are 32-bit words. Bytes per instrument: 3,344.
 */
import { QUOTE_STATES, type QuoteState } from '../../protocol/quotes.ts';
import type { Ladder, Level } from '../../protocol/book.ts';

export const BOOK_DEPTH = 20;
export const TRADE_RING = 64;

const MAGIC = 0x43575453;
const HEADER_WORDS = 16;
const CONDEMNED = 2;
const CONDEMNED_COUNT = 3;
const BEAT = 4;

const QUOTE_AT = 0;
const QUOTE_WORDS = 20;
const QUOTE_DATA = 4;
const QUOTE_VALUES = 7;
const BOOK_AT = QUOTE_WORDS;
const BOOK_DATA = 8;
const BOOK_WORDS = BOOK_DATA + BOOK_DEPTH * 8;
const TRADES_AT = BOOK_AT + BOOK_WORDS;
const TRADES_DATA = 4;
const TRADE_WORDS = 10;
const TRADES_WORDS = TRADES_DATA + TRADE_RING * TRADE_WORDS;
const SLOT_WORDS = TRADES_AT + TRADES_WORDS + 4;

/** How often a reader tries again while a write is under way; a write takes about a microsecond. */
const READ_ATTEMPTS = 200;

const LIVE_CODE = QUOTE_STATES.indexOf('live');
const QUIET_CODE = QUOTE_STATES.indexOf('quiet');

/** Reused by its owner: reads and writes fill it in place. Prices in ticks, sizes in lots, times in µs. */
export interface QuoteSlot {
  bid: number;
  bidSize: number;
  ask: number;
  askSize: number;
  last: number;
  exchangeAt: number;
  receivedAt: number;
  updates: number;
  state: QuoteState;
}

/** The first `bidRows` and `askRows` entries count, best price first. */
export interface BookSlot {
  bidRows: number;
  askRows: number;
  readonly bidPrice: Float64Array;
  readonly bidSize: Float64Array;
  readonly askPrice: Float64Array;
  readonly askSize: Float64Array;
  exchangeAt: number;
  receivedAt: number;
  state: QuoteState;
  /** Set by a read: equals `bookVersion(i)` as long as nothing newer was written. */
  version: number;
}

export interface TradeSlot {
  price: number;
  size: number;
  tradeId: number;
  exchangeAt: number;
  /** 0 buyer, 1 seller. */
  aggressor: number;
}

/** The first `rows` entries of each array count, oldest first. */
export interface TradeRows {
  rows: number;
  /** Trades since the asked count that are no longer in the ring. */
  skipped: number;
  readonly price: Float64Array;
  readonly size: Float64Array;
  readonly tradeId: Float64Array;
  readonly exchangeAt: Float64Array;
  readonly aggressor: Uint8Array;
}

export function emptyQuote(): QuoteSlot {
  return {
    bid: 0,
    bidSize: 0,
    ask: 0,
    askSize: 0,
    last: 0,
    exchangeAt: 0,
    receivedAt: 0,
    updates: 0,
    state: 'never',
  };
}

export function emptyBook(): BookSlot {
  const column = (): Float64Array => new Float64Array(BOOK_DEPTH);
  return {
    bidRows: 0,
    askRows: 0,
    bidPrice: column(),
    bidSize: column(),
    askPrice: column(),
    askSize: column(),
    exchangeAt: 0,
    receivedAt: 0,
    state: 'never',
    version: 0,
  };
}

export function emptyTrades(): TradeRows {
  const column = (): Float64Array => new Float64Array(TRADE_RING);
  return {
    rows: 0,
    skipped: 0,
    price: column(),
    size: column(),
    tradeId: column(),
    exchangeAt: column(),
    aggressor: new Uint8Array(TRADE_RING),
  };
}

/** The book as the protocol's ladder (allocates: for the encoder, not for the feed). */
export function ladderOf(book: BookSlot): Ladder {
  const side = (price: Float64Array, size: Float64Array, rows: number): Level[] => {
    const levels: Level[] = [];
    for (let row = 0; row < rows; row++) levels.push({ price: price[row] ?? 0, size: size[row] ?? 0 });
    return levels;
  };
  return {
    bids: side(book.bidPrice, book.bidSize, book.bidRows),
    asks: side(book.askPrice, book.askSize, book.askRows),
  };
}

/** A table for instruments 0 … capacity − 1, every slot `never`. */
export function createMarketTable(instrumentCapacity: number): SharedArrayBuffer {
  if (!Number.isInteger(instrumentCapacity) || instrumentCapacity < 1 || instrumentCapacity > 65_535) {
    throw new RangeError(`A market table holds 1 to 65535 instruments, not ${instrumentCapacity}.`);
  }
  const table = new SharedArrayBuffer((HEADER_WORDS + instrumentCapacity * SLOT_WORDS) * 4);
  const words = new Int32Array(table);
  words[1] = instrumentCapacity;
  Atomics.store(words, 0, MAGIC);
  return table;
}

class MarketTable {
  protected readonly words: Int32Array;
  readonly capacity: number;

  constructor(table: SharedArrayBuffer) {
    this.words = new Int32Array(table);
    if (Atomics.load(this.words, 0) !== MAGIC) throw new Error('This shared buffer is not a market table.');
    this.capacity = Atomics.load(this.words, 1);
  }

  protected slot(instrument: number): number {
    if (!(instrument >= 0 && instrument < this.capacity)) {
      throw new RangeError(`Instrument ${instrument} is not in a market table of ${this.capacity}.`);
    }
    return HEADER_WORDS + instrument * SLOT_WORDS;
  }

  /** Counts up while the writer's thread lives; a beat that stands still is a hung feed. */
  beats(): number {
    return Atomics.load(this.words, BEAT);
  }

  /**
   * Said by the thread that watches the writer when it hangs or died: until `absolve`, every slot
   * that reads live or quiet reads as `state` instead.
   */
  condemn(state: 'stale' | 'ended'): void {
    Atomics.store(this.words, CONDEMNED, QUOTE_STATES.indexOf(state));
    Atomics.add(this.words, CONDEMNED_COUNT, 1);
  }

  /** The writer lives again; call it once the states in the slots are true. */
  absolve(): void {
    if (Atomics.exchange(this.words, CONDEMNED, 0) !== 0) Atomics.add(this.words, CONDEMNED_COUNT, 1);
  }
}

/** The one writer. Opening a second one on the same table while the first lives breaks the seqlock. */
export class MarketTableWriter extends MarketTable {
  readonly #double = new Float64Array(1);
  readonly #halves = new Int32Array(this.#double.buffer);

  beat(): void {
    Atomics.add(this.words, BEAT, 1);
  }

  writeQuote(instrument: number, quote: QuoteSlot): void {
    const at = this.slot(instrument) + QUOTE_AT;
    const sequence = this.#begin(at);
    this.#word(at + 1, QUOTE_STATES.indexOf(quote.state));
    this.#word(at + 2, quote.updates | 0);
    const data = at + QUOTE_DATA;
    this.#value(data, quote.bid);
    this.#value(data + 2, quote.bidSize);
    this.#value(data + 4, quote.ask);
    this.#value(data + 6, quote.askSize);
    this.#value(data + 8, quote.last);
    this.#value(data + 10, quote.exchangeAt);
    this.#value(data + 12, quote.receivedAt);
    Atomics.store(this.words, at, sequence + 1);
  }

  writeBook(instrument: number, book: BookSlot): void {
    const at = this.slot(instrument) + BOOK_AT;
    const sequence = this.#begin(at);
    this.#word(at + 1, QUOTE_STATES.indexOf(book.state));
    this.#word(at + 2, book.bidRows);
    this.#word(at + 3, book.askRows);
    this.#value(at + 4, book.exchangeAt);
    this.#value(at + 6, book.receivedAt);
    const data = at + BOOK_DATA;
    this.#column(data, book.bidPrice, book.bidRows);
    this.#column(data + BOOK_DEPTH * 2, book.bidSize, book.bidRows);
    this.#column(data + BOOK_DEPTH * 4, book.askPrice, book.askRows);
    this.#column(data + BOOK_DEPTH * 6, book.askSize, book.askRows);
    Atomics.store(this.words, at, sequence + 1);
  }

  /** Sets the state of quote and book, values untouched. Nothing is written when it is the same. */
  setState(instrument: number, state: QuoteState): void {
    const code = QUOTE_STATES.indexOf(state);
    const slot = this.slot(instrument);
    for (const at of [slot + QUOTE_AT, slot + BOOK_AT]) {
      // A slot whose writer died in mid-write stays unknown until its values are written again.
      if (this.words[at + 1] === code || ((this.words[at] ?? 0) & 1) !== 0) continue;
      const sequence = this.#begin(at);
      this.#word(at + 1, code);
      Atomics.store(this.words, at, sequence + 1);
    }
  }

  writeTrade(instrument: number, trade: TradeSlot): void {
    const at = this.slot(instrument) + TRADES_AT;
    const count = this.words[at + 1] ?? 0;
    // Readers distrust the slot of a reserved trade: it may be half old, half new.
    Atomics.store(this.words, at, (count + 1) | 0);
    const data = at + TRADES_DATA + ((count >>> 0) % TRADE_RING) * TRADE_WORDS;
    this.#value(data, trade.price);
    this.#value(data + 2, trade.size);
    this.#value(data + 4, trade.tradeId);
    this.#value(data + 6, trade.exchangeAt);
    this.#word(data + 8, trade.aggressor);
    Atomics.store(this.words, at + 1, (count + 1) | 0);
  }

  #begin(at: number): number {
    const before = this.words[at] ?? 0;
    // Odd already: an earlier writer died in mid-write. Two further keeps it odd and changes it.
    const sequence = ((before & 1) === 0 ? before + 1 : before + 2) | 0;
    Atomics.store(this.words, at, sequence);
    return sequence;
  }

  /** Only this thread writes, so a plain read tells whether the word changes at all. */
  #word(at: number, value: number): void {
    if (this.words[at] !== value) Atomics.store(this.words, at, value);
  }

  #value(at: number, value: number): void {
    this.#double[0] = value;
    this.#word(at, this.#halves[0] ?? 0);
    this.#word(at + 1, this.#halves[1] ?? 0);
  }

  #column(at: number, values: Float64Array, rows: number): void {
    for (let row = 0; row < rows; row++) this.#value(at + row * 2, values[row] ?? 0);
  }
}

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
    const depth = BOOK_DEPTH;
    const value = BOOK_DATA / 2;
    into.state = this.#state();
    into.bidRows = this.#scratch[2] ?? 0;
    into.askRows = this.#scratch[3] ?? 0;
    into.exchangeAt = this.#values[2] ?? 0;
    into.receivedAt = this.#values[3] ?? 0;
    into.version = this.#version(sequence);
    into.bidPrice.set(this.#values.subarray(value, value + depth));
    into.bidSize.set(this.#values.subarray(value + depth, value + depth * 2));
    into.askPrice.set(this.#values.subarray(value + depth * 2, value + depth * 3));
    into.askSize.set(this.#values.subarray(value + depth * 3, value + depth * 4));
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
    const wanted = (count - sinceCount) >>> 0;
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
