/** A range of leaves in a tree: the hashes beside it that its root follows from. Pure but for `read`. */
import { hashNode, sha256 } from '../hash.ts';
import { peaksAt, perfectRoot, type ReadHashes } from '../proofs.ts';

interface Peak {
  readonly level: number;
  readonly hash: Uint8Array;
}

/** The hashes left and right of leaves `from` … `to` (sequences) in a tree of `size`, as they are taken up. */
export async function beside(
  read: ReadHashes,
  from: number,
  to: number,
  size: number,
): Promise<{ readonly left: Uint8Array[]; readonly right: Uint8Array[] }> {
  const left = (await peaksAt(read, from - 1)).filter((peak) => peak !== undefined).reverse();
  const right: Uint8Array[] = [];
  let at = to;
  for (const level of levelsBehind(to, size)) {
    right.push(await perfectRoot(read, level, at / 2 ** level));
    at += 2 ** level;
  }
  return { left, right };
}

/** Grows from the hashes at the range's left over its leaves to those at its right. */
export class RangeTree {
  readonly #peaks: Peak[] = [];
  #size: number;

  /** Throws when `left` is not what a tree of `before` leaves has. */
  constructor(before: number, left: readonly Uint8Array[]) {
    const levels = levelsOf(before);
    if (left.length !== levels.length) throw new RangeError('hashes beside the range');
    for (const [i, hash] of left.entries()) this.#peaks.push({ level: levels[i] ?? 0, hash });
    this.#size = before;
  }

  get size(): number {
    return this.#size;
  }

  append(leaf: Uint8Array): void {
    this.#add({ level: 0, hash: leaf });
  }

  /** The root of the tree of `size` leaves, the range and `right` together. */
  rootWith(right: readonly Uint8Array[], size: number): Uint8Array | null {
    const levels = levelsBehind(this.#size, size);
    if (levels.length !== right.length) return null;
    for (const [i, hash] of right.entries()) this.#add({ level: levels[i] ?? 0, hash });
    return this.root();
  }

  root(): Uint8Array {
    let root: Uint8Array | null = null;
    for (const { hash } of this.#peaks.toReversed()) root = root ? hashNode(hash, root) : hash;
    return root ?? sha256(Buffer.alloc(0));
  }

  #add(added: Peak): void {
    let peak = added;
    for (let last = this.#peaks.at(-1); last?.level === peak.level; last = this.#peaks.at(-1)) {
      this.#peaks.pop();
      peak = { level: peak.level + 1, hash: hashNode(last.hash, peak.hash) };
    }
    this.#peaks.push(peak);
    this.#size += 2 ** added.level;
  }
}

/** Levels of the perfect trees of a tree of `size`, the largest first. */
function levelsOf(size: number): number[] {
  const levels: number[] = [];
  for (let rest = size, level = 0; rest > 0; rest = Math.floor(rest / 2), level++) {
    if (rest % 2 === 1) levels.unshift(level);
  }
  return levels;
}

/** Levels of the perfect trees that lead from `from` leaves to `to`, each as large as its place allows. */
function levelsBehind(from: number, to: number): number[] {
  const levels: number[] = [];
  for (let at = from; at < to;) {
    let level = 0;
    while (at % 2 ** (level + 1) === 0 && at + 2 ** (level + 1) <= to) level += 1;
    levels.push(level);
    at += 2 ** level;
  }
  return levels;
}
