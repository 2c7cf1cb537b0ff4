import type { QuoteState } from '../../protocol/quotes.ts';
import type { Book } from './book.ts';
import type { MarketMessage } from './market-message.ts';
import {
  emptyBook,
  emptyMark,
  emptyQuote,
  TradeRun,
  type BookSlot,
  type MarkSlot,
  type MarketTableWriter,
  type QuoteSlot,
} from './table.ts';
import type { Unwritten } from './write-queue.ts';

/**
 * What the table shows of one instrument: as it is when what was read of the socket is read, every trade
 * among it. Effects only: what to show is the market's decision.
 */
export class MarketDisplay implements Unwritten {
  readonly #index: number;
  readonly #table: MarketTableWriter;
  readonly #quote: QuoteSlot = emptyQuote();
  readonly #book: BookSlot = emptyBook();
  readonly #mark: MarkSlot = emptyMark();
  readonly #trades = new TradeRun();
  /** Whose levels are to be written; null: those in the table are the newest that can be shown. */
  #unwritten: Book | null = null;
  #isWaiting = false;
  /** Which best levels the table has. */
  #bidsVersion = -1;
  #asksVersion = -1;
  #hadValue = false;
  /** Pace ms of the last accepted message. */
  changedAt = 0;
  /** Pace ms of the last mark over a connection that still runs; −∞ = none. */
  markedAt = -Infinity;
  /** Changes of the quote since the last closed bar. */
  changesInBar = 0;

  constructor(index: number, table: MarketTableWriter) {
    this.#index = index;
    this.#table = table;
  }

  get quote(): Readonly<QuoteSlot> {
    return this.#quote;
  }
  get mark(): Readonly<MarkSlot> {
    return this.#mark;
  }
  /** A book of it was shown, or all that a venue without books tells. */
  get hadValue(): boolean {
    return this.#hadValue;
  }

  /** Written at once, behind all that was shown before. */
  setState(state: QuoteState): void {
    if (state === this.#quote.state) return;
    if (this.#isWaiting) this.#table.queue.flush();
    this.#quote.state = state;
    this.#book.state = state;
    this.#table.setState(this.#index, state);
  }

  setMarkState(state: QuoteState): void {
    if (state === this.#mark.state) return;
    this.#mark.state = state;
    this.#table.setMarkState(this.#index, state);
  }

  /** There is no book to wait for. */
  quoted(): void {
    this.#hadValue = true;
  }

  setLast(price: number): void {
    this.#quote.last = price;
  }

  setBest(bid: number, bidSize: number, ask: number, askSize: number): void {
    const quote = this.#quote;
    quote.bid = bidSize > 0 ? bid : 0;
    quote.bidSize = bidSize;
    quote.ask = askSize > 0 ? ask : 0;
    quote.askSize = askSize;
    this.changesInBar += 1;
  }

  /** The venue's time of what is shown; it never steps back. */
  noteTime(eventAt: number): void {
    if (eventAt > this.#quote.exchangeAt) this.#quote.exchangeAt = eventAt;
  }

  showTrade({ price, size, tradeId, eventAt, aggressor }: MarketMessage): void {
    this.#trades.add(price, size, tradeId, eventAt, aggressor);
  }

  showBook(book: Book, receivedAt: number): void {
    const slot = this.#book;
    slot.exchangeAt = this.#quote.exchangeAt;
    slot.receivedAt = receivedAt;
    this.#hadValue = true;
    this.#unwritten = book;
  }

  /** What is in the book now is not to be believed: the table keeps what it has. */
  hideBook(): void {
    this.#unwritten = null;
  }

  /** The quote, and what was shown before it. */
  showQuote(receivedAt: number, paceMs: number): void {
    this.changedAt = paceMs;
    this.#quote.receivedAt = receivedAt;
    this.#quote.updates = (this.#quote.updates + 1) >>> 0;
    if (this.#isWaiting) return;
    this.#isWaiting = true;
    this.#table.queue.add(this);
  }

  /** Marks are few: at once. */
  showMark(mark: MarketMessage, receivedAt: number, paceMs: number): void {
    const slot = this.#mark;
    slot.markPrice = mark.markPrice;
    slot.indexPrice = mark.indexPrice;
    slot.fundingRate = mark.fundingRate;
    slot.nextFundingAt = mark.nextFundingAt;
    slot.exchangeAt = mark.eventAt;
    slot.receivedAt = receivedAt;
    if (slot.state !== 'quarantined') slot.state = 'live';
    this.markedAt = paceMs;
    this.#table.writeMark(this.#index, slot);
  }

  /** Called by the table's queue. */
  write(): void {
    this.#isWaiting = false;
    if (this.#trades.length > 0) this.#table.writeTrades(this.#index, this.#trades);
    this.#trades.clear();
    if (this.#unwritten) this.#writeBook(this.#unwritten);
    this.#unwritten = null;
    this.#table.writeQuote(this.#index, this.#quote);
  }

  #writeBook(book: Book): void {
    const { bids, asks } = book;
    const sides = {
      bids: bids.shown.version !== this.#bidsVersion,
      asks: asks.shown.version !== this.#asksVersion,
    };
    book.fill(this.#book, sides);
    this.#bidsVersion = bids.shown.version;
    this.#asksVersion = asks.shown.version;
    this.#table.writeBook(this.#index, this.#book, sides);
  }
}
