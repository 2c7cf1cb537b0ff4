import { BookSide } from './book-side.ts';
import { BOOK_DEPTH, BOTH_SIDES, type BookSlot, type Sides } from './table.ts';
import type { Levels } from './market-message.ts';

/** A limit order book from a snapshot and numbered changes. Prices in ticks, sizes in lots. */
export class Book {
  readonly bids = new BookSide(1);
  readonly asks = new BookSide(-1);
  /** The last update that is in the book. */
  lastUpdate = 0;

  clear(): void {
    this.bids.clear();
    this.asks.clear();
    this.lastUpdate = 0;
  }

  /** Replaces the book. A side of `limit` levels was cut there. False when it is crossed. */
  load(lastUpdate: number, bids: Levels, asks: Levels, limit: number): boolean {
    this.bids.load(bids, limit);
    this.asks.load(asks, limit);
    this.lastUpdate = lastUpdate;
    return !this.isCrossed;
  }

  /**
   * Applies changes that bring the book to update `last`. Whether they follow what is in it is the
   * caller's to know. False when the book is crossed then and makes no sense any more. Levels beyond
   * the best `depth` are dropped; null keeps them.
   */
  apply(last: number, bids: Levels, asks: Levels, depth: number | null = null): boolean {
    this.bids.apply(bids);
    this.asks.apply(asks);
    if (depth !== null) {
      this.bids.truncate(depth);
      this.asks.truncate(depth);
    }
    this.lastUpdate = last;
    return !this.isCrossed;
  }

  get isCrossed(): boolean {
    return this.bids.length > 0 && this.asks.length > 0 && this.bids.best >= this.asks.best;
  }

  /** The best `depth` levels reach into what the snapshot did not tell: levels may be missing. */
  isThin(depth: number): boolean {
    return this.bids.isThin(depth) || this.asks.isThin(depth);
  }

  /** Fills the ladder of a slot, or one side of it; its times and state are the caller's. */
  fill(slot: BookSlot, sides: Sides = BOTH_SIDES): void {
    if (sides.bids) slot.bidRows = this.bids.top(BOOK_DEPTH, slot.bidPrice, slot.bidSize, this.bids.shown);
    if (sides.asks) slot.askRows = this.asks.top(BOOK_DEPTH, slot.askPrice, slot.askSize, this.asks.shown);
  }
}
