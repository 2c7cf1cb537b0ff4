import { BOOK_DEPTH, type BookSlot } from './table.ts';
import type { Levels } from './market-message.ts';

/** Levels kept a side; the far end is forgotten beyond it. */
const KEPT_LEVELS = 5000;

/**
 * One side of a book: keys ascending towards the best price, which is last, so that the levels that
 * change most are the cheapest to move. A key is the price of a bid and minus the price of an ask.
 */
class Side {
  readonly #sign: 1 | -1;
  #keys = new Float64Array(256);
  #sizes = new Float64Array(256);
  length = 0;
  /** Levels with a worse key than this are not known; −Infinity when the snapshot had them all. */
  #known = -Infinity;

  constructor(sign: 1 | -1) {
    this.#sign = sign;
  }

  clear(): void {
    this.length = 0;
    this.#known = -Infinity;
  }

  load(levels: Levels, limit: number): void {
    this.clear();
    const { length, price, size } = levels;
    while (this.#keys.length < Math.min(length, KEPT_LEVELS)) this.#grow();
    if (length > KEPT_LEVELS || !this.#loadOrdered(levels)) {
      this.clear();
      // Worst first, and of two at one price the later one last, so that it counts.
      const order = Array.from({ length }, (_, row) => row);
      order.sort((a, b) => this.#sign * ((price[a] ?? 0) - (price[b] ?? 0)));
      for (const row of order.slice(-KEPT_LEVELS)) this.set(price[row] ?? 0, size[row] ?? 0);
      if (length > KEPT_LEVELS) this.#known = this.#keys[0] ?? -Infinity;
    }
    // Levels that were left out for their tick were told all the same: the venue's answer was cut.
    if (this.length > 0 && length + levels.offTick >= limit) this.#known = this.#keys[0] ?? -Infinity;
  }

  /** Best first, as venues send them, needs no search. False when it is not so; then nothing counts. */
  #loadOrdered({ length, price, size }: Levels): boolean {
    let before = -Infinity;
    for (let row = length - 1; row >= 0; row--) {
      const key = this.#sign * (price[row] ?? 0);
      const lots = size[row] ?? 0;
      if (!(key > before) || lots === 0) return false;
      before = key;
      this.#keys[this.length] = key;
      this.#sizes[this.length] = lots;
      this.length += 1;
    }
    return true;
  }

  /** Drops what lies beyond the best `depth` levels. */
  truncate(depth: number): void {
    const beyond = this.length - depth;
    if (beyond <= 0) return;
    this.#keys.copyWithin(0, beyond, this.length);
    this.#sizes.copyWithin(0, beyond, this.length);
    this.length = depth;
  }

  /** Price in ticks of the level at `row`, best first. */
  price(row: number): number {
    return this.#sign * (this.#keys[this.length - 1 - row] ?? 0);
  }

  /** Lots of the level at `row`, best first. */
  size(row: number): number {
    return this.#sizes[this.length - 1 - row] ?? 0;
  }

  /** Sets the size at a price; 0 removes it. */
  set(price: number, size: number): void {
    const key = this.#sign * price;
    const at = this.#find(key);
    const found = at < this.length && this.#keys[at] === key;
    if (found && size > 0) this.#sizes[at] = size;
    else if (found) this.#remove(at);
    else if (size > 0) this.#insert(at, key, size);
  }

  /** Best price in ticks; 0 when the side is empty. */
  get best(): number {
    return this.length === 0 ? 0 : this.#sign * (this.#keys[this.length - 1] ?? 0);
  }

  get bestSize(): number {
    return this.length === 0 ? 0 : (this.#sizes[this.length - 1] ?? 0);
  }

  sizeAt(price: number): number {
    const key = this.#sign * price;
    const at = this.#find(key);
    return at < this.length && this.#keys[at] === key ? (this.#sizes[at] ?? 0) : 0;
  }

  /** True when the top `depth` levels reach beyond what the snapshot knew. */
  isThin(depth: number): boolean {
    if (this.#known === -Infinity) return false;
    return (this.#keys[Math.max(0, this.length - depth)] ?? -Infinity) < this.#known || this.length < depth;
  }

  /** Copies the best `depth` levels, best first; returns how many there were. */
  top(depth: number, prices: Float64Array, sizes: Float64Array): number {
    const rows = Math.min(depth, this.length);
    for (let row = 0; row < rows; row++) {
      prices[row] = this.#sign * (this.#keys[this.length - 1 - row] ?? 0);
      sizes[row] = this.#sizes[this.length - 1 - row] ?? 0;
    }
    return rows;
  }

  /** First position whose key is not below `key`. The best levels are looked at first. */
  #find(key: number): number {
    const keys = this.#keys;
    let high = this.length;
    const near = Math.max(0, high - 8);
    while (high > near) {
      if ((keys[high - 1] ?? 0) < key) return high;
      high -= 1;
    }
    let low = 0;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((keys[middle] ?? 0) < key) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  #insert(at: number, key: number, size: number): void {
    if (this.length === KEPT_LEVELS) {
      if (at === 0) return;
      this.#known = Math.max(this.#known, this.#keys[1] ?? key);
      this.#remove(0);
      at -= 1;
    }
    if (this.length === this.#keys.length) this.#grow();
    this.#keys.copyWithin(at + 1, at, this.length);
    this.#sizes.copyWithin(at + 1, at, this.length);
    this.#keys[at] = key;
    this.#sizes[at] = size;
    this.length += 1;
  }

  #remove(at: number): void {
    this.#keys.copyWithin(at, at + 1, this.length);
    this.#sizes.copyWithin(at, at + 1, this.length);
    this.length -= 1;
  }

  #grow(): void {
    const keys = new Float64Array(this.#keys.length * 2);
    const sizes = new Float64Array(this.#keys.length * 2);
    keys.set(this.#keys);
    sizes.set(this.#sizes);
    this.#keys = keys;
    this.#sizes = sizes;
  }
}

/** A limit order book from a snapshot and numbered changes. Prices in ticks, sizes in lots. */
export class Book {
  readonly bids = new Side(1);
  readonly asks = new Side(-1);
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
    for (let row = 0; row < bids.length; row++) this.bids.set(bids.price[row] ?? 0, bids.size[row] ?? 0);
    for (let row = 0; row < asks.length; row++) this.asks.set(asks.price[row] ?? 0, asks.size[row] ?? 0);
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

  /** Fills the ladder of a slot; its times and state are the caller's. */
  fill(slot: BookSlot): void {
    slot.bidRows = this.bids.top(BOOK_DEPTH, slot.bidPrice, slot.bidSize);
    slot.askRows = this.asks.top(BOOK_DEPTH, slot.askPrice, slot.askSize);
  }
}
