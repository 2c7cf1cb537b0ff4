/** Proofs from the hashes that are kept: RFC 9162, 2.1.3.1 and 2.1.4.1. Pure but for `read`. */
import { HASH_BYTES, hashNode, sha256 } from './hash.ts';
import { TILE_HEIGHT } from './tree.ts';

/** `count` hashes of a tile level from its `from`-th on, one behind the other. */
export type ReadHashes = (tileLevel: number, from: number, count: number) => Promise<Buffer>;

/** The root of the tree of the first `size` leaves. */
export async function rootAt(read: ReadHashes, size: number): Promise<Uint8Array> {
  return size === 0 ? sha256(Buffer.alloc(0)) : rangeRoot(read, 0, size);
}

/** The peaks of a tree of `size` leaves, by level: what a `HashTree` goes on from. */
export async function peaksAt(read: ReadHashes, size: number): Promise<(Uint8Array | undefined)[]> {
  const peaks: (Uint8Array | undefined)[] = [];
  let rest = size;
  for (let level = 0; rest > 0; level++) {
    const digit = rest % 2;
    // The peak of a digit is the last perfect tree of its level.
    peaks.push(digit === 1 ? await perfectRoot(read, level, rest - 1) : undefined);
    rest = (rest - digit) / 2;
  }
  return peaks;
}

export function inclusionProof(read: ReadHashes, index: number, size: number): Promise<Uint8Array[]> {
  return path(read, index, 0, size);
}

export function consistencyProof(read: ReadHashes, from: number, to: number): Promise<Uint8Array[]> {
  return from === 0 || from === to ? Promise.resolve([]) : subproof(read, from, 0, to, 'known');
}

async function path(read: ReadHashes, index: number, start: number, count: number): Promise<Uint8Array[]> {
  if (count <= 1) return [];
  const left = splitOf(count);
  return index < left
    ? [...(await path(read, index, start, left)), await rangeRoot(read, start + left, count - left)]
    : [...(await path(read, index - left, start + left, count - left)), await rangeRoot(read, start, left)];
}

/** `root`: whether who asks knows the root of this range already, being the older tree itself. */
async function subproof(
  read: ReadHashes,
  older: number,
  start: number,
  count: number,
  root: 'known' | 'unknown',
): Promise<Uint8Array[]> {
  if (older === count) return root === 'known' ? [] : [await rangeRoot(read, start, count)];
  const left = splitOf(count);
  return older <= left
    ? [...(await subproof(read, older, start, left, root)), await rangeRoot(read, start + left, count - left)]
    : [
        ...(await subproof(read, older - left, start + left, count - left, 'unknown')),
        await rangeRoot(read, start, left),
      ];
}

/** The root over `count` leaves from `start`, which is a multiple of the range's larger power of two. */
async function rangeRoot(read: ReadHashes, start: number, count: number): Promise<Uint8Array> {
  const left = splitOf(count);
  if (left * 2 === count || count === 1)
    return perfectRoot(read, Math.round(Math.log2(count)), start / count);
  return hashNode(await rangeRoot(read, start, left), await rangeRoot(read, start + left, count - left));
}

/** The `index`-th hash of a level: from the kept level at or below it, at most 128 hashes away. */
export async function perfectRoot(read: ReadHashes, level: number, index: number): Promise<Uint8Array> {
  const above = level % TILE_HEIGHT;
  const width = 2 ** above;
  const bytes = await read((level - above) / TILE_HEIGHT, index * width, width);
  let hashes = Array.from({ length: width }, (_, i) => bytes.subarray(i * HASH_BYTES, (i + 1) * HASH_BYTES));
  while (hashes.length > 1) {
    hashes = Array.from({ length: hashes.length / 2 }, (_, i) =>
      hashNode(at(hashes, 2 * i), at(hashes, 2 * i + 1)),
    );
  }
  return at(hashes, 0);
}

/** The largest power of two below `count`. */
function splitOf(count: number): number {
  let split = 1;
  while (split * 2 < count) split *= 2;
  return split;
}

function at(hashes: readonly Buffer[], index: number): Buffer {
  const hash = hashes[index];
  if (hash?.length !== HASH_BYTES) throw new Error('a hash of the tree is missing');
  return hash;
}
