/** A tile: 256 leaves of the tree under one hash (C2SP tlog-tiles), made at once from its leaves. Pure. */
import { HASH_BYTES, hashNode } from '../hash.ts';
import { HashTree } from '../tree.ts';

export const TILE_LEAVES = 256;
export const TILE_BYTES = TILE_LEAVES * HASH_BYTES;

/** The root over the first leaves of a tile, where a head was signed in its midst. */
export interface PartialRoot {
  /** Leaves of the whole log up to there. */
  readonly size: number;
  readonly root: Uint8Array;
}

/** The hash of a whole tile. */
export function hashTile(leaves: Buffer): Buffer {
  let level = leaves;
  while (level.length > HASH_BYTES) {
    const above = Buffer.allocUnsafe(level.length / 2);
    for (let at = 0, to = 0; at < level.length; at += 2 * HASH_BYTES, to += HASH_BYTES) {
      const left = level.subarray(at, at + HASH_BYTES);
      above.set(hashNode(left, level.subarray(at + HASH_BYTES, at + 2 * HASH_BYTES)), to);
    }
    level = above;
  }
  return level;
}

/**
 * The roots over the first leaves of a tile that begins behind `base` leaves of the log, for each
 * size of `marks`: ascending, none a tile's end.
 */
export function partialRoots(leaves: Buffer, base: number, marks: readonly number[]): PartialRoot[] {
  const tree = new HashTree(() => undefined);
  return marks.map((size) => {
    while (tree.size < size - base) {
      tree.append(leaves.subarray(tree.size * HASH_BYTES, (tree.size + 1) * HASH_BYTES));
    }
    // A copy: the root over one leaf is that leaf's own bytes.
    return { size, root: new Uint8Array(tree.root()) };
  });
}

/** Those of the ascending `marks` that lie strictly between `from` and `to`. */
export function marksBetween(marks: readonly number[], from: number, to: number): readonly number[] {
  const first = lowerBound(marks, from + 1);
  return marks.slice(first, lowerBound(marks, to));
}

/** The index of the first of the ascending `values` that is not below `value`. */
function lowerBound(values: readonly number[], value: number): number {
  let low = 0;
  let high = values.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((values[middle] ?? Infinity) < value) low = middle + 1;
    else high = middle;
  }
  return low;
}
