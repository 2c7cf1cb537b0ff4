const FIRST_BLOCKS = 64;
/** So many blocks away a key is looked for one by one: as most are. */
const NEXT_DOOR = 4;

/** Which block has which keys: blocks by rank, ascending, and where each one's keys begin. Grows as needed. */
export class BlockOrder {
  /** By rank; the free ones stand behind the first `used`. */
  blocks = numbered(FIRST_BLOCKS);
  used = 1;
  /** Rank of the block that was looked for last: the next one is seldom far from it. */
  near = 0;
  /** By rank: keys from here on, up to where the next one begins, belong to this block. */
  #from = new Float64Array(FIRST_BLOCKS).fill(-Infinity);

  /** One block is left, of all keys. */
  clear(): void {
    this.used = 1;
    this.near = 0;
  }

  rankOf(key: number): number {
    const from = this.#from;
    let rank = this.near;
    for (let step = 0; step <= NEXT_DOOR; step++) {
      if (rank > 0 && key < (from[rank] ?? 0)) rank -= 1;
      else if (rank + 1 < this.used && key >= (from[rank + 1] ?? 0)) rank += 1;
      else {
        this.near = rank;
        return rank;
      }
    }
    this.near = this.#search(key);
    return this.near;
  }

  /** By halves: a whole book has hundreds of blocks, and bids at half the price come with those at the best one. */
  #search(key: number): number {
    const from = this.#from;
    let low = 0;
    let high = this.used - 1;
    while (low < high) {
      const middle = (low + high + 1) >>> 1;
      if (key < (from[middle] ?? 0)) high = middle - 1;
      else low = middle;
    }
    return low;
  }

  /** Takes a free block for the keys from `from` on; `rank` is not the first. */
  open(rank: number, from: number): number {
    if (this.used === this.blocks.length) this.#grow();
    const block = this.blocks[this.used] ?? 0;
    for (let at = this.used; at > rank; at--) {
      this.blocks[at] = this.blocks[at - 1] ?? 0;
      this.#from[at] = this.#from[at - 1] ?? 0;
    }
    this.blocks[rank] = block;
    this.#from[rank] = from;
    this.used += 1;
    return block;
  }

  /** Frees a block, not the first: its keys belong to the one before it. */
  drop(rank: number): void {
    const block = this.blocks[rank] ?? 0;
    this.used -= 1;
    for (let at = rank; at < this.used; at++) {
      this.blocks[at] = this.blocks[at + 1] ?? 0;
      this.#from[at] = this.#from[at + 1] ?? 0;
    }
    this.blocks[this.used] = block;
    this.near = Math.min(this.near, this.used - 1);
  }

  #grow(): void {
    const { blocks, used } = this;
    this.blocks = numbered(used * 2);
    this.blocks.set(blocks);
    const from = new Float64Array(used * 2);
    from.set(this.#from);
    this.#from = from;
  }
}

const numbered = (blocks: number): Int32Array => Int32Array.from({ length: blocks }, (_, block) => block);
