import type { QuoteState } from '../../protocol/quotes.ts';
import type { Book } from './book.ts';
import type { MarketMessage } from './market-message.ts';
import {
  emptyBook,
  emptyMark,
  emptyQuote,
  type BookSlot,
  type MarkSlot,
  type MarketTableWriter,
  type QuoteSlot,
  type TradeSlot,
} from './table.ts';

/** What the table shows of one instrument, written as it changes. Effects only: what to show is the market's decision. */
export class MarketDisplay {
  readonly #index: number;
  readonly #table: MarketTableWriter;
  readonly #quote: QuoteSlot = emptyQuote();
  readonly #book: BookSlot = emptyBook();
  readonly #mark: MarkSlot = emptyMark();
  /** Which best levels the table has. */
  #bidsVersion = -1;
  #asksVersion = -1;
  /** Reused for every trade. */
  readonly #trade: TradeSlot = { price: 0, size: 0, tradeId: 0, exchangeAt: 0, aggressor: 0 };
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

  setState(state: QuoteState): void {
    if (state === this.#quote.state) return;
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

  writeQuote(receivedAt: number, paceMs: number): void {
    this.changedAt = paceMs;
    this.#quote.receivedAt = receivedAt;
    this.#quote.updates = (this.#quote.updates + 1) >>> 0;
    this.#table.writeQuote(this.#index, this.#quote);
  }

  writeBook(book: Book, receivedAt: number): void {
    const slot = this.#book;
    const { bids, asks } = book;
    const sides = {
      bids: bids.topVersion !== this.#bidsVersion,
      asks: asks.topVersion !== this.#asksVersion,
    };
    book.fill(slot, sides);
    this.#bidsVersion = bids.topVersion;
    this.#asksVersion = asks.topVersion;
    slot.exchangeAt = this.#quote.exchangeAt;
    slot.receivedAt = receivedAt;
    this.#hadValue = true;
    this.#table.writeBook(this.#index, slot, sides);
  }

  writeTrade({ price, size, tradeId, eventAt, aggressor }: MarketMessage): void {
    const slot = this.#trade;
    slot.price = price;
    slot.size = size;
    slot.tradeId = tradeId;
    slot.exchangeAt = eventAt;
    slot.aggressor = aggressor;
    this.#table.writeTrade(this.#index, slot);
  }

  writeMark(mark: MarketMessage, receivedAt: number, paceMs: number): void {
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
}
