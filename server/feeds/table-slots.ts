import type { QuoteState } from '../../protocol/quotes.ts';
import type { Ladder, Level } from '../../protocol/book.ts';

export const BOOK_DEPTH = 20;
export const TRADE_RING = 64;

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

export interface Sides {
  readonly bids: boolean;
  readonly asks: boolean;
}

export const BOTH_SIDES: Sides = { bids: true, asks: true };

/** Prices in ticks, 0 = not said; `fundingRate` in 10^-8, NaN = not said; times in µs, 0 = not said. */
export interface MarkSlot {
  markPrice: number;
  indexPrice: number;
  fundingRate: number;
  nextFundingAt: number;
  exchangeAt: number;
  receivedAt: number;
  /** Of the mark itself: it may come over another connection than the book. */
  state: QuoteState;
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

export function emptyMark(): MarkSlot {
  return {
    markPrice: 0,
    indexPrice: 0,
    fundingRate: Number.NaN,
    nextFundingAt: 0,
    exchangeAt: 0,
    receivedAt: 0,
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
