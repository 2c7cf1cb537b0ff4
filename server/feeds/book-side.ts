import { BlockOrder } from './block-order.ts';
import type { Levels } from './market-message.ts';
import { TopMark } from './top-mark.ts';

/** Levels kept a side; the far end is forgotten beyond it. */
const KEPT_LEVELS = 5000;
/** Most levels of a block: so few are moved to make room for one, however deep it lies. */
const BLOCK = 32;
/** A whole book is loaded into blocks of so many, so that the first changes do not split them all. */
const LOADED = 24;
/** A block of so few is joined with its neighbour if both together are not more than `LOADED`. */
const FEW = 8;

/**
 * One side of a book: sorted keys in blocks, ascending towards the best price. A key is the price of a
 * bid and minus the price of an ask. Real messages change fifty levels, half of them new or gone and
 * hundreds of levels deep: one sorted array would move as many for each.
 */
export class BookSide {
  readonly #sign: 1 | -1;
  /** Block `b` has the rows from `b × BLOCK` on. */
  #keys = new Float64Array(64 * BLOCK);
  #sizes = new Float64Array(64 * BLOCK);
  /** Levels of each block. */
  #counts = new Int32Array(64);
  /** Ascending: the worst levels first. */
  readonly #order = new BlockOrder();
  /** Where in its block the level was that was looked for last. */
  #place = 0;
  #length = 0;
  /** Levels with a worse key than this are not known; −Infinity when the snapshot had them all. */
  #known = -Infinity;
  /** Of the levels that the table has. */
  readonly shown = new TopMark();
  /** Of those that the venue's checksum was worked out over. */
  readonly summed = new TopMark();

  constructor(sign: 1 | -1) {
    this.#sign = sign;
  }

  get length(): number {
    return this.#length;
  }

  /** Best price in ticks; 0 when the side is empty. */
  get best(): number {
    return this.#length === 0 ? 0 : this.#sign * (this.#keys[this.#bestAt] ?? 0);
  }

  get bestSize(): number {
    return this.#length === 0 ? 0 : (this.#sizes[this.#bestAt] ?? 0);
  }

  /** Price in ticks of the level at `row`, best first. */
  price(row: number): number {
    return this.#sign * (this.#keys[this.#at(row)] ?? 0);
  }

  /** Lots of the level at `row`, best first. */
  size(row: number): number {
    return this.#sizes[this.#at(row)] ?? 0;
  }

  sizeAt(price: number): number {
    const key = this.#sign * price;
    const block = this.#order.blocks[this.#order.rankOf(key)] ?? 0;
    const at = this.#find(block, key);
    return at < this.#endOf(block) && this.#keys[at] === key ? (this.#sizes[at] ?? 0) : 0;
  }

  /** True when the top `depth` levels reach beyond what the snapshot knew. */
  isThin(depth: number): boolean {
    if (this.#known === -Infinity) return false;
    return this.#length < depth || (this.#keys[this.#at(depth - 1)] ?? -Infinity) < this.#known;
  }

  /** Copies the best `depth` levels, and marks them; returns how many there were. */
  top(depth: number, prices: Float64Array, sizes: Float64Array, mark: TopMark): number {
    const rows = this.copyBest(depth, prices, sizes);
    mark.worst = rows < depth ? -Infinity : this.#sign * (prices[rows - 1] ?? 0);
    return rows;
  }

  /** Copies the best `depth` levels, best first; returns how many there were. */
  copyBest(depth: number, prices: Float64Array, sizes: Float64Array): number {
    const rows = Math.min(depth, this.#length);
    let row = 0;
    for (let rank = this.#order.used - 1; row < rows; rank--) {
      const block = this.#order.blocks[rank] ?? 0;
      const start = block * BLOCK;
      for (let at = this.#endOf(block) - 1; at >= start && row < rows; at--) {
        prices[row] = this.#sign * (this.#keys[at] ?? 0);
        sizes[row] = this.#sizes[at] ?? 0;
        row += 1;
      }
    }
    return rows;
  }

  clear(): void {
    this.#order.clear();
    this.#length = 0;
    this.#counts[this.#order.blocks[0] ?? 0] = 0;
    this.#known = -Infinity;
    this.shown.touchAll();
    this.summed.touchAll();
  }

  load(levels: Levels, limit: number): void {
    this.clear();
    const { length, price, size } = levels;
    if (length > KEPT_LEVELS || !this.#loadOrdered(levels)) {
      this.clear();
      // Worst first, and of two at one price the later one last, so that it counts.
      const order = Array.from({ length }, (_, row) => row);
      order.sort((a, b) => this.#sign * ((price[a] ?? 0) - (price[b] ?? 0)));
      for (const row of order.slice(-KEPT_LEVELS)) this.#set(price[row] ?? 0, size[row] ?? 0);
      if (length > KEPT_LEVELS) this.#known = this.#worst;
    }
    // Levels that were left out for their tick were told all the same: the venue's answer was cut.
    if (this.#length > 0 && length + levels.offTick >= limit) this.#known = this.#worst;
  }

  /** Sets the size at each price; 0 removes it. */
  apply({ length, price, size }: Levels): void {
    for (let row = 0; row < length; row++) this.#set(price[row] ?? 0, size[row] ?? 0);
  }

  /** Drops what lies beyond the best `depth` levels. */
  truncate(depth: number): void {
    while (this.#length > depth) {
      const block = this.#order.blocks[0] ?? 0;
      const beyond = Math.min(this.#counts[block] ?? 0, this.#length - depth);
      this.#touch(this.#keys[block * BLOCK + beyond - 1] ?? 0);
      this.#close(block, block * BLOCK, beyond);
      if (this.#counts[block] === 0) this.#join(0);
    }
  }

  /** Best first, as venues send them, needs no search. False when it is not so; then nothing counts. */
  #loadOrdered({ length, price, size }: Levels): boolean {
    let before = -Infinity;
    for (let row = length - 1; row >= 0; row--) {
      const key = this.#sign * (price[row] ?? 0);
      const lots = size[row] ?? 0;
      if (!(key > before) || lots === 0) return false;
      before = key;
      let block = this.#order.blocks[this.#order.used - 1] ?? 0;
      if (this.#counts[block] === LOADED) block = this.#open(this.#order.used, key);
      this.#put(block, this.#endOf(block), key, lots);
    }
    return true;
  }

  #set(price: number, size: number): void {
    const key = this.#sign * price;
    this.#touch(key);
    const keys = this.#keys;
    const before = this.#order.near;
    const rank = this.#order.rankOf(key);
    const block = this.#order.blocks[rank] ?? 0;
    const start = block * BLOCK;
    const end = start + (this.#counts[block] ?? 0);
    let at = rank === before ? start + this.#place : rank < before ? end : start;
    if (at > end) at = end;
    while (at > start && (keys[at - 1] ?? 0) >= key) at -= 1;
    while (at < end && (keys[at] ?? 0) < key) at += 1;
    this.#place = at - start;
    const found = at < end && keys[at] === key;
    if (found && size > 0) this.#sizes[at] = size;
    else if (found) this.#remove(rank, at);
    else if (size > 0) this.#insert(rank, at, key, size);
  }

  #touch(key: number): void {
    this.shown.touch(key);
    this.summed.touch(key);
  }

  #insert(rank: number, at: number, key: number, size: number): void {
    const block = this.#order.blocks[rank] ?? 0;
    if (this.#counts[block] === BLOCK) {
      const upper = this.#split(rank);
      const half = upper.from > key ? block : upper.block;
      this.#put(half, this.#find(half, key), key, size);
    } else this.#put(block, at, key, size);
    if (this.#length <= KEPT_LEVELS) return;
    this.truncate(KEPT_LEVELS);
    this.#known = Math.max(this.#known, this.#worst);
  }

  #remove(rank: number, at: number): void {
    const block = this.#order.blocks[rank] ?? 0;
    this.#close(block, at, 1);
    if ((this.#counts[block] ?? 0) <= FEW) this.#join(rank);
  }

  get #worst(): number {
    return this.#keys[(this.#order.blocks[0] ?? 0) * BLOCK] ?? -Infinity;
  }

  #endOf(block: number): number {
    return block * BLOCK + (this.#counts[block] ?? 0);
  }

  /** Where the best level stands: of a side that has any the last block is not empty. */
  get #bestAt(): number {
    return this.#endOf(this.#order.blocks[this.#order.used - 1] ?? 0) - 1;
  }

  /** Where the level at `row` stands, best first; −1 when there are fewer. */
  #at(row: number): number {
    let before = row;
    for (let rank = this.#order.used - 1; rank >= 0; rank--) {
      const block = this.#order.blocks[rank] ?? 0;
      const count = this.#counts[block] ?? 0;
      if (before < count) return block * BLOCK + count - 1 - before;
      before -= count;
    }
    return -1;
  }

  /** First place in the block whose key is not below `key`; its end when there is none. */
  #find(block: number, key: number): number {
    const keys = this.#keys;
    let low = block * BLOCK;
    let high = this.#endOf(block);
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((keys[middle] ?? 0) < key) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  /** Puts a level into a block that has room. */
  #put(block: number, at: number, key: number, size: number): void {
    const keys = this.#keys;
    const sizes = this.#sizes;
    // By hand: for so few `copyWithin` takes ten times as long.
    for (let row = this.#endOf(block); row > at; row--) {
      keys[row] = keys[row - 1] ?? 0;
      sizes[row] = sizes[row - 1] ?? 0;
    }
    keys[at] = key;
    sizes[at] = size;
    this.#counts[block] = (this.#counts[block] ?? 0) + 1;
    this.#length += 1;
  }

  /** Takes `count` levels out of a block. */
  #close(block: number, at: number, count: number): void {
    const keys = this.#keys;
    const sizes = this.#sizes;
    const end = this.#endOf(block) - count;
    for (let row = at; row < end; row++) {
      keys[row] = keys[row + count] ?? 0;
      sizes[row] = sizes[row + count] ?? 0;
    }
    this.#counts[block] = (this.#counts[block] ?? 0) - count;
    this.#length -= count;
  }

  /** Moves the upper half of a block into a new one behind it. */
  #split(rank: number): { readonly block: number; readonly from: number } {
    const lower = this.#order.blocks[rank] ?? 0;
    const middle = lower * BLOCK + BLOCK / 2;
    const from = this.#keys[middle] ?? 0;
    const block = this.#open(rank + 1, from);
    this.#move(middle, block, 0, BLOCK / 2);
    this.#counts[lower] = BLOCK / 2;
    this.#counts[block] = BLOCK / 2;
    return { block, from };
  }

  /** Joins a block of few levels with the one before it, the first one with the one behind it. */
  #join(rank: number): void {
    if (this.#order.used === 1) return;
    const upper = Math.max(1, rank);
    const into = this.#order.blocks[upper - 1] ?? 0;
    const block = this.#order.blocks[upper] ?? 0;
    const [have, more] = [this.#counts[into] ?? 0, this.#counts[block] ?? 0];
    if (have > 0 && more > 0 && have + more > LOADED) return;
    this.#move(block * BLOCK, into, have, more);
    this.#counts[into] = have + more;
    this.#order.drop(upper);
  }

  #move(start: number, block: number, at: number, count: number): void {
    for (let row = 0; row < count; row++) {
      this.#keys[block * BLOCK + at + row] = this.#keys[start + row] ?? 0;
      this.#sizes[block * BLOCK + at + row] = this.#sizes[start + row] ?? 0;
    }
  }

  /** An empty block at this rank, of the keys from `from` on. */
  #open(rank: number, from: number): number {
    const block = this.#order.open(rank, from);
    const blocks = this.#order.blocks.length;
    if (blocks > this.#counts.length) {
      this.#keys = grown(this.#keys, new Float64Array(blocks * BLOCK));
      this.#sizes = grown(this.#sizes, new Float64Array(blocks * BLOCK));
      this.#counts = grown(this.#counts, new Int32Array(blocks));
    }
    this.#counts[block] = 0;
    return block;
  }
}

function grown<T extends Float64Array | Int32Array>(old: T, larger: T): T {
  larger.set(old);
  return larger;
}
