/** The log's Merkle tree (RFC 9162), grown leaf by leaf: only the right edge is in memory. Pure. */
import { hashNode, sha256 } from './hash.ts';

/** Every eighth level is kept whole: what a tile of 256 hashes holds (C2SP tlog-tiles). */
export const TILE_HEIGHT = 8;

/** Told each hash of level 0, 8, 16 … as `tileLevel` 0, 1, 2 …, in order. */
export type KeepHash = (tileLevel: number, hash: Uint8Array) => void;

export class HashTree {
  readonly #keep: KeepHash;
  /** The roots of the perfect trees that the size's binary digits stand for, by level. */
  readonly #peaks: (Uint8Array | undefined)[];
  #size: number;

  /** `peaks`: those of a tree of `size` leaves that is gone on with. */
  constructor(keep: KeepHash, size = 0, peaks: readonly (Uint8Array | undefined)[] = []) {
    this.#keep = keep;
    this.#size = size;
    this.#peaks = [...peaks];
  }

  get size(): number {
    return this.#size;
  }

  append(leaf: Uint8Array): void {
    this.#keep(0, leaf);
    let hash = leaf;
    let level = 0;
    for (let rest = this.#size; rest % 2 === 1; rest = (rest - 1) / 2) {
      hash = hashNode(this.#peaks[level] ?? hash, hash);
      this.#peaks[level] = undefined;
      level += 1;
      if (level % TILE_HEIGHT === 0) this.#keep(level / TILE_HEIGHT, hash);
    }
    this.#peaks[level] = hash;
    this.#size += 1;
  }

  /** `rest`: the root over fewer leaves than the smallest peak has, which follow behind. */
  root(rest: Uint8Array | null = null): Uint8Array {
    let root = rest;
    for (const peak of this.#peaks) {
      if (peak) root = root ? hashNode(peak, root) : peak;
    }
    return root ?? sha256(Buffer.alloc(0));
  }
}
