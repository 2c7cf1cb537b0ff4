import { HASH_BYTES } from '../hash.ts';
import { HashTree } from '../tree.ts';
import { hashTile, marksBetween, partialRoots, TILE_BYTES, TILE_LEAVES } from './tile.ts';
import type { Scan } from './scan.ts';

/** Told each hash above the tiles as it is made: `level` 8, 16 …, its index, the hash. */
export type SeeHash = (level: number, index: number, hash: Uint8Array) => void;

/**
 * The tree put together again from what the threads made of the segments, in the order of the log:
 * leaves at the segments' ragged ends, whole tiles between. Says the root at each mark on the way.
 */
export class Assembly {
  readonly #marks: readonly number[];
  readonly #roots = new Map<number, Uint8Array>();
  readonly #tiles: HashTree;
  /** Leaves of the tile that is not whole yet. */
  readonly #open = Buffer.alloc(TILE_BYTES);
  #opened = 0;

  constructor(marks: readonly number[], see: SeeHash) {
    this.#marks = marks;
    const made: number[] = [];
    this.#tiles = new HashTree((tileLevel, hash) => {
      const index = made[tileLevel] ?? 0;
      made[tileLevel] = index + 1;
      see(8 * (tileLevel + 1), index, hash);
    });
  }

  /** Leaves so far. */
  get size(): number {
    return this.#tiles.size * TILE_LEAVES + this.#opened;
  }

  /** The root of the log's first `size` records; null when that was no mark, or is not reached yet. */
  rootAt(size: number): Uint8Array | null {
    return this.#roots.get(size) ?? null;
  }

  add({
    leading,
    tiles,
    trailing,
    partials,
  }: Pick<Scan, 'leading' | 'tiles' | 'trailing' | 'partials'>): void {
    this.addLeaves(leading);
    let next = 0;
    for (let at = 0; at < tiles.length; at += HASH_BYTES) {
      const end = this.size + TILE_LEAVES;
      for (let partial = partials[next]; partial && partial.size < end; partial = partials[next]) {
        this.#roots.set(partial.size, this.#tiles.root(partial.root));
        next += 1;
      }
      this.addTile(tiles.subarray(at, at + HASH_BYTES));
    }
    this.addLeaves(trailing);
  }

  /** A whole tile; only when none is begun. */
  addTile(hash: Uint8Array): void {
    this.#tiles.append(hash);
    if (this.#isMark(this.size)) this.#roots.set(this.size, this.#tiles.root());
  }

  addLeaves(leaves: Uint8Array): void {
    for (let at = 0; at < leaves.length;) {
      const base = this.size - this.#opened;
      const taken = Math.min(leaves.length - at, TILE_BYTES - this.#opened * HASH_BYTES);
      this.#open.set(leaves.subarray(at, at + taken), this.#opened * HASH_BYTES);
      const before = this.size;
      const opened = this.#opened + taken / HASH_BYTES;
      const inside = marksBetween(this.#marks, before, Math.min(base + opened + 1, base + TILE_LEAVES));
      for (const { size, root } of partialRoots(this.#open, base, inside)) {
        this.#roots.set(size, this.#tiles.root(root));
      }
      at += taken;
      this.#opened = opened;
      if (opened < TILE_LEAVES) continue;
      this.#opened = 0;
      this.addTile(hashTile(Buffer.from(this.#open)));
    }
  }

  #isMark(size: number): boolean {
    return marksBetween(this.#marks, size - 1, size + 1).length > 0;
  }
}
