import { QUOTE_STATES, type QuoteState } from '../../protocol/quotes.ts';
import {
  BEAT,
  BOOK_AT,
  BOOK_DATA,
  MARK_AT,
  MARK_DATA,
  MarketTable,
  QUOTE_AT,
  QUOTE_DATA,
  TRADES_AT,
  TRADES_DATA,
  TRADE_WORDS,
} from './table-layout.ts';
import {
  BOOK_DEPTH,
  TRADE_RING,
  type BookSlot,
  type MarkSlot,
  type QuoteSlot,
  type TradeSlot,
} from './table-slots.ts';

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

  writeMark(instrument: number, mark: MarkSlot): void {
    const at = this.slot(instrument) + MARK_AT;
    const sequence = this.#begin(at);
    const data = at + MARK_DATA;
    this.#value(data, mark.markPrice);
    this.#value(data + 2, mark.indexPrice);
    this.#value(data + 4, mark.fundingRate);
    this.#value(data + 6, mark.nextFundingAt);
    this.#value(data + 8, mark.exchangeAt);
    this.#value(data + 10, mark.receivedAt);
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
