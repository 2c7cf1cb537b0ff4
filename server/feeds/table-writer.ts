import { QUOTE_STATES, type QuoteState } from '../../protocol/quotes.ts';
import { Cells } from './table-cells.ts';
import {
  BEAT,
  BOOK_AT,
  BOOK_DATA,
  BOOK_PLACES,
  MARK_AT,
  MARK_DATA,
  MarketTable,
  PLACES_WORDS,
  QUOTE_AT,
  QUOTE_DATA,
  SIDE_WORDS,
  TRADES_AT,
  TRADES_DATA,
  TRADE_WORDS,
} from './table-layout.ts';
import { LadderWriter, type LadderPart } from './table-ladder.ts';
import {
  BOTH_SIDES,
  emptyBook,
  emptyQuote,
  TRADE_RING,
  type BookSlot,
  type MarkSlot,
  type QuoteSlot,
  type Sides,
} from './table-slots.ts';
import type { TradeRun } from './trade-run.ts';
import { WriteQueue, atOnce, type Later } from './write-queue.ts';

const BIDS: LadderPart = { rowsAt: 2, placesAt: BOOK_PLACES, dataAt: BOOK_DATA, sign: 1 };
const ASKS: LadderPart = {
  rowsAt: 3,
  placesAt: BOOK_PLACES + PLACES_WORDS,
  dataAt: BOOK_DATA + SIDE_WORDS,
  sign: -1,
};

/** As a slot is before the first. */
const NO_MARK: MarkSlot = {
  markPrice: 0,
  indexPrice: 0,
  fundingRate: 0,
  nextFundingAt: 0,
  exchangeAt: 0,
  receivedAt: 0,
  state: 'never',
};

/** The one writer. Opening a second one on the same table while the first lives breaks the seqlock. */
export class MarketTableWriter extends MarketTable {
  readonly #cells = new Cells(this.words);
  readonly #ladder = new LadderWriter(this.#cells);
  /** The state that was written last, and its code: it is nearly always the same. */
  #state: QuoteState | null = null;
  #code = 0;
  /** Who still has something to write here. */
  readonly queue: WriteQueue;

  constructor(table: SharedArrayBuffer, later: Later = atOnce) {
    super(table);
    this.queue = new WriteQueue(later);
  }

  beat(): void {
    Atomics.add(this.words, BEAT, 1);
  }

  writeQuote(instrument: number, quote: QuoteSlot): void {
    const cells = this.#cells;
    const at = this.slot(instrument) + QUOTE_AT;
    const sequence = this.#begin(at);
    cells.word(at + 1, this.#codeOf(quote.state));
    cells.word(at + 2, quote.updates | 0);
    const data = at + QUOTE_DATA;
    cells.value(data, quote.bid);
    cells.value(data + 2, quote.bidSize);
    cells.value(data + 4, quote.ask);
    cells.value(data + 6, quote.askSize);
    cells.value(data + 8, quote.last);
    cells.value(data + 10, quote.exchangeAt);
    cells.value(data + 12, quote.receivedAt);
    Atomics.store(this.words, at, sequence + 1);
  }

  /** A side that is as it was when it was written last may be left out. */
  writeBook(instrument: number, book: BookSlot, sides: Sides = BOTH_SIDES): void {
    const cells = this.#cells;
    const at = this.slot(instrument) + BOOK_AT;
    const sequence = this.#begin(at);
    cells.word(at + 1, this.#codeOf(book.state));
    cells.value(at + 4, book.exchangeAt);
    cells.value(at + 6, book.receivedAt);
    if (sides.bids) this.#ladder.write(at, BIDS, book.bidPrice, book.bidSize, book.bidRows);
    if (sides.asks) this.#ladder.write(at, ASKS, book.askPrice, book.askSize, book.askRows);
    Atomics.store(this.words, at, sequence + 1);
  }

  writeMark(instrument: number, mark: MarkSlot): void {
    const cells = this.#cells;
    const at = this.slot(instrument) + MARK_AT;
    const sequence = this.#begin(at);
    cells.word(at + 1, this.#codeOf(mark.state));
    const data = at + MARK_DATA;
    cells.value(data, mark.markPrice);
    cells.value(data + 2, mark.indexPrice);
    cells.value(data + 4, mark.fundingRate);
    cells.value(data + 6, mark.nextFundingAt);
    cells.value(data + 8, mark.exchangeAt);
    cells.value(data + 10, mark.receivedAt);
    Atomics.store(this.words, at, sequence + 1);
  }

  /** Sets the state of quote and book, values untouched. Nothing is written when it is the same. */
  setState(instrument: number, state: QuoteState): void {
    const slot = this.slot(instrument);
    this.#setState(slot + QUOTE_AT, state);
    this.#setState(slot + BOOK_AT, state);
  }

  /** The same of the venue's own mark. */
  setMarkState(instrument: number, state: QuoteState): void {
    this.#setState(this.slot(instrument) + MARK_AT, state);
  }

  /** Of a time that is over: as if nothing had ever been written of this instrument. */
  forget(instrument: number): void {
    this.writeQuote(instrument, emptyQuote());
    this.writeBook(instrument, emptyBook());
    this.writeMark(instrument, NO_MARK);
    const trades = this.slot(instrument) + TRADES_AT;
    Atomics.store(this.words, trades + 2, this.words[trades + 1] ?? 0);
  }

  /** All of them are counted, the last `TRADE_RING` are there to be read. */
  writeTrades(instrument: number, run: TradeRun): void {
    const cells = this.#cells;
    const at = this.slot(instrument) + TRADES_AT;
    const before = this.words[at + 1] ?? 0;
    const { length } = run;
    // Readers distrust the slots of reserved trades: they may be half old, half new.
    Atomics.store(this.words, at, (before + length) | 0);
    for (let trade = Math.max(0, length - TRADE_RING); trade < length; trade++) {
      const row = trade % TRADE_RING;
      const data = at + TRADES_DATA + (((before + trade) >>> 0) % TRADE_RING) * TRADE_WORDS;
      cells.value(data, run.price[row] ?? 0);
      cells.value(data + 2, run.size[row] ?? 0);
      cells.value(data + 4, run.tradeId[row] ?? 0);
      cells.value(data + 6, run.exchangeAt[row] ?? 0);
      cells.word(data + 8, run.aggressor[row] ?? 0);
    }
    Atomics.store(this.words, at + 1, (before + length) | 0);
  }

  #setState(at: number, state: QuoteState): void {
    const code = QUOTE_STATES.indexOf(state);
    // A slot whose writer died in mid-write stays unknown until its values are written again.
    if (this.words[at + 1] === code || ((this.words[at] ?? 0) & 1) !== 0) return;
    const sequence = this.#begin(at);
    this.#cells.word(at + 1, code);
    Atomics.store(this.words, at, sequence + 1);
  }

  #codeOf(state: QuoteState): number {
    if (state !== this.#state) {
      this.#state = state;
      this.#code = QUOTE_STATES.indexOf(state);
    }
    return this.#code;
  }

  #begin(at: number): number {
    const before = this.words[at] ?? 0;
    // Odd already: an earlier writer died in mid-write. Two further keeps it odd and changes it.
    const sequence = ((before & 1) === 0 ? before + 1 : before + 2) | 0;
    Atomics.store(this.words, at, sequence);
    return sequence;
  }
}
