/**
 * Verification of Merkle tree proofs, RFC 9162 (section 2.1), for page, server and tools alike: pure,
 * SHA-256 is passed in. A leaf is SHA-256(0x00 ‖ bytes), a node SHA-256(0x01 ‖ left ‖ right).
 * Sizes and indexes are whole numbers up to 2^53: halved by division, since `>>` cuts to 32 bits.
 */
export type Sha256 = (bytes: Uint8Array) => Uint8Array;

export const HASH_BYTES = 32;

export function leafHash(sha: Sha256, bytes: Uint8Array): Uint8Array {
  const input = new Uint8Array(bytes.length + 1);
  input.set(bytes, 1);
  return sha(input);
}

export function nodeHash(sha: Sha256, left: Uint8Array, right: Uint8Array): Uint8Array {
  const input = new Uint8Array(1 + 2 * HASH_BYTES);
  input[0] = 1;
  input.set(left, 1);
  input.set(right, 1 + HASH_BYTES);
  return sha(input);
}

export function emptyRoot(sha: Sha256): Uint8Array {
  return sha(new Uint8Array(0));
}

export interface Inclusion {
  readonly leaf: Uint8Array;
  /** Position of the leaf from 0; record `seq` is leaf `seq - 1`. */
  readonly index: number;
  readonly size: number;
  readonly root: Uint8Array;
  readonly proof: readonly Uint8Array[];
}

/** Whether `leaf` is number `index` of the tree of `size` leaves under `root` (2.1.3.2). */
export function verifyInclusion(sha: Sha256, { leaf, index, size, root, proof }: Inclusion): boolean {
  if (!isSize(index) || !isSize(size) || index >= size || !areHashes([leaf, root, ...proof])) return false;
  let at = index;
  let last = size - 1;
  let hash = leaf;
  for (const sibling of proof) {
    if (last === 0) return false;
    if (at % 2 === 1 || at === last) {
      hash = nodeHash(sha, sibling, hash);
      while (at % 2 === 0 && at !== 0) {
        at /= 2;
        last = half(last);
      }
    } else hash = nodeHash(sha, hash, sibling);
    at = half(at);
    last = half(last);
  }
  return last === 0 && equal(hash, root);
}

export interface Consistency {
  readonly from: number;
  readonly fromRoot: Uint8Array;
  readonly to: number;
  readonly toRoot: Uint8Array;
  readonly proof: readonly Uint8Array[];
}

/** Whether the tree of `to` leaves begins with the `from` leaves of the other (2.1.4.2). */
export function verifyConsistency(sha: Sha256, { from, fromRoot, to, toRoot, proof }: Consistency): boolean {
  if (!isSize(from) || !isSize(to) || from > to || !areHashes([fromRoot, toRoot, ...proof])) return false;
  if (from === to) return proof.length === 0 && equal(fromRoot, toRoot);
  // Every tree begins with no leaves at all.
  if (from === 0) return proof.length === 0 && equal(fromRoot, emptyRoot(sha));
  const path = isPowerOfTwo(from) ? [fromRoot, ...proof] : [...proof];
  let at = from - 1;
  let last = to - 1;
  while (at % 2 === 1) {
    at = half(at);
    last = half(last);
  }
  let older = path[0];
  let newer = path[0];
  if (!older || !newer) return false;
  for (const hash of path.slice(1)) {
    if (last === 0) return false;
    if (at % 2 === 1 || at === last) {
      older = nodeHash(sha, hash, older);
      newer = nodeHash(sha, hash, newer);
      while (at % 2 === 0 && at !== 0) {
        at /= 2;
        last = half(last);
      }
    } else newer = nodeHash(sha, newer, hash);
    at = half(at);
    last = half(last);
  }
  return last === 0 && equal(older, fromRoot) && equal(newer, toRoot);
}

const half = (value: number): number => Math.floor(value / 2);
const isSize = (value: number): boolean => Number.isSafeInteger(value) && value >= 0;
const areHashes = (hashes: readonly Uint8Array[]): boolean =>
  hashes.every((hash) => hash.length === HASH_BYTES);

function isPowerOfTwo(value: number): boolean {
  let rest = value;
  while (rest > 1 && rest % 2 === 0) rest /= 2;
  return rest === 1;
}

function equal(a: Uint8Array, b: Uint8Array): boolean {
  return a.length === b.length && a.every((byte, i) => byte === b[i]);
}
