/**
 * The market table as frames need it: what each tick saw, so that a console's next frame is the
 * difference between two ticks. A console holds the tick it was last sent; consoles with the same
 * subscription and the same tick get the same bytes, and nothing is kept per console.
 *
 * "Dirty" is a version that differs between the two ticks: comparing 64 … 4,096 integers a group is
 * cheaper than keeping a dirty set per console, and conflation is free.
 */
import type { Ladder } from '../../protocol/book.ts';
import type { QuoteState } from '../../protocol/quotes.ts';
import type { MarketReader } from '../feeds/market-tables.ts';
import {
  emptyBook,
  emptyQuote,
  emptyTrades,
  ladderOf,
  type QuoteSlot,
  type TradeRows,
} from '../feeds/table.ts';

export interface BookState {
  /** Counts up per instrument from 1 and is the version on the wire (0 there means "snapshot"). */
  readonly version: number;
  readonly tableVersion: number;
  readonly state: QuoteState;
  readonly exchangeAt: number;
  readonly ladder: Ladder;
}

/** What one tick saw. Books and trades are filled for those instruments that a group asked for. */
export interface Tick {
  /** Table version of each quote. One in mid-write has the version before, so that it is dirty later. */
  readonly quotes: Uint32Array;
  readonly books: Map<number, BookState>;
  readonly tradeCounts: Map<number, number>;
}

export class Market {
  readonly #table: MarketReader;
  readonly #books = new Map<number, BookState>();
  readonly #book = emptyBook();
  readonly #trades = emptyTrades();
  readonly #quotes: QuoteSlot[] = [];
  /** In which tick each quote was read; −1 = could not be. */
  #readIn = new Int32Array(0);
  #number = 0;
  #tick: Tick = { quotes: new Uint32Array(0), books: new Map(), tradeCounts: new Map() };

  constructor(table: MarketReader) {
    this.#table = table;
  }

  /** Starts a tick over the first `count` instruments: reads versions only, values when asked for. */
  begin(count: number): Tick {
    this.#number += 1;
    if (this.#readIn.length < count) {
      this.#readIn = new Int32Array(count);
      while (this.#quotes.length < count) this.#quotes.push(emptyQuote());
    }
    const quotes = new Uint32Array(count);
    for (let i = 0; i < count; i++) quotes[i] = this.#table.quoteVersion(i);
    this.#tick = { quotes, books: new Map(), tradeCounts: new Map() };
    return this.#tick;
  }

  /** This tick's value, the same for every group; null = no clean value can be had now. */
  quote(instrument: number): QuoteSlot | null {
    const slot = this.#quotes[instrument];
    if (!slot) return null;
    if (this.#readIn[instrument] === this.#number) return slot;
    if (this.#readIn[instrument] === -this.#number) return null;
    // A value newer than the version read before only means that it is sent once more.
    const clean = this.#table.readQuote(instrument, slot);
    this.#readIn[instrument] = clean ? this.#number : -this.#number;
    return clean ? slot : null;
  }

  /** This tick's book; null = no clean value can be had now. */
  book(instrument: number): BookState | null {
    const seen = this.#tick.books.get(instrument);
    if (seen) return seen;
    const before = this.#books.get(instrument);
    const current =
      before?.tableVersion === this.#table.bookVersion(instrument)
        ? before
        : this.#readBook(instrument, before?.version ?? 0);
    if (current) this.#tick.books.set(instrument, current);
    return current;
  }

  /** Trades of this instrument up to this tick. */
  tradeCount(instrument: number): number {
    let count = this.#tick.tradeCounts.get(instrument);
    if (count === undefined) {
      count = this.#table.tradeCount(instrument);
      this.#tick.tradeCounts.set(instrument, count);
    }
    return count;
  }

  /** The trades after the first `since` up to this tick; valid until the next call. */
  trades(instrument: number, since: number): TradeRows {
    const upTo = this.tradeCount(instrument);
    const rows = this.#trades;
    const newest = this.#table.readTrades(instrument, since, rows);
    // What came after this tick's count belongs to the next tick, for every group alike.
    const late = (newest - upTo) >>> 0;
    rows.skipped = Math.max(0, rows.skipped - Math.max(0, late - rows.rows));
    rows.rows = Math.max(0, rows.rows - late);
    return rows;
  }

  #readBook(instrument: number, version: number): BookState | null {
    if (!this.#table.readBook(instrument, this.#book)) return null;
    const state: BookState = {
      version: (version + 1) >>> 0 || 1,
      tableVersion: this.#book.version,
      state: this.#book.state,
      exchangeAt: this.#book.exchangeAt,
      ladder: ladderOf(this.#book),
    };
    this.#books.set(instrument, state);
    return state;
  }
}
