import { nodeHash } from '../../protocol/merkle.ts';
import { ok, refuse, type Result } from '../../protocol/result.ts';
import { sha256 } from './bytes.ts';

const WIDTH = 256;
const HASH = 32;
/** Hashes kept: 1,000 records in a row need about 2,000. */
const KEPT = 200_000;

/** Tile `index` of tile level `level`, its first `width` hashes, 32 bytes each. */
export type ReadTile = (level: number, index: number, width: number) => Promise<Result<Uint8Array>>;

/**
 * Proofs built here from the log's tiles (C2SP tlog-tiles): a thousand records cost a handful of
 * requests. No tile is trusted: whoever uses a proof checks it against a signed root.
 */
export class Tiles {
  readonly #read: ReadTile;
  /** Of whole subtrees, by level and place: they never change while the log only grows. */
  readonly #nodes = new Map<string, Uint8Array>();
  readonly #asked = new Map<string, Promise<Result<Uint8Array>>>();

  constructor(read: ReadTile) {
    this.#read = read;
  }

  /** Forgets everything: what was read may have been wrong. */
  forget(): void {
    this.#nodes.clear();
    this.#asked.clear();
  }

  /** The RFC 9162 inclusion path of leaf `index` in the tree of `size` leaves. */
  async path(index: number, size: number): Promise<Result<readonly Uint8Array[]>> {
    if (index < 0 || index >= size)
      return refuse('no-leaf', `There is no record ${index + 1} under that head.`);
    const path: Uint8Array[] = [];
    let low = 0;
    let high = size;
    while (high - low > 1) {
      const middle = low + leftSize(high - low);
      const isLeft = index < middle;
      const sibling = isLeft ? await this.#root(middle, high, size) : await this.#root(low, middle, size);
      if (!sibling.ok) return sibling;
      path.push(sibling.value);
      if (isLeft) high = middle;
      else low = middle;
    }
    return ok(path.reverse());
  }

  async #root(low: number, high: number, size: number): Promise<Result<Uint8Array>> {
    const width = high - low;
    const level = Math.log2(width);
    if (Number.isInteger(level) && low % width === 0) return this.#node(level, low / width, size);
    const middle = low + leftSize(width);
    return joined(await this.#root(low, middle, size), await this.#root(middle, high, size));
  }

  async #node(level: number, place: number, size: number): Promise<Result<Uint8Array>> {
    const key = `${level}/${place}`;
    const known = this.#nodes.get(key);
    if (known) return ok(known);
    const found =
      level % 8 === 0
        ? await this.#entry(level / 8, place, size)
        : joined(
            await this.#node(level - 1, 2 * place, size),
            await this.#node(level - 1, 2 * place + 1, size),
          );
    if (found.ok) this.#keep(key, found.value);
    return found;
  }

  async #entry(level: number, place: number, size: number): Promise<Result<Uint8Array>> {
    const index = Math.floor(place / WIDTH);
    const width = Math.min(WIDTH, Math.floor(size / WIDTH ** level) - index * WIDTH);
    const tile = await this.#tile(level, index, width);
    if (!tile.ok) return tile;
    for (let at = 0; at < width; at++) {
      this.#keep(`${level * 8}/${index * WIDTH + at}`, tile.value.slice(at * HASH, (at + 1) * HASH));
    }
    const at = (place % WIDTH) * HASH;
    return ok(tile.value.slice(at, at + HASH));
  }

  #keep(key: string, hash: Uint8Array): void {
    if (this.#nodes.size >= KEPT) this.#nodes.clear();
    this.#nodes.set(key, hash);
  }

  /** Two who need the same tile at once ask for it once. */
  async #tile(level: number, index: number, width: number): Promise<Result<Uint8Array>> {
    const key = `${level}/${index}/${width}`;
    const asked = this.#asked.get(key) ?? this.#read(level, index, width);
    this.#asked.set(key, asked);
    const tile = await asked;
    this.#asked.delete(key);
    if (!tile.ok) return tile;
    if (tile.value.length < width * HASH) {
      return refuse('short-tile', `The log’s tile ${level}/${index} is shorter than ${width} hashes.`);
    }
    return tile;
  }
}

/** Where a tree of `size` > 1 leaves is split: the largest power of two below it. */
function leftSize(size: number): number {
  let left = 1;
  while (left * 2 < size) left *= 2;
  return left;
}

function joined(left: Result<Uint8Array>, right: Result<Uint8Array>): Result<Uint8Array> {
  if (!left.ok) return left;
  if (!right.ok) return right;
  return ok(nodeHash(sha256, left.value, right.value));
}

/** `<L>/<N>[.p/<W>]`, N in groups of three digits, all but the last with an `x`: `1/x001/234.p/7`. */
export function tilePath(level: number, index: number, width: number): string {
  const digits = String(index);
  const padded = digits.padStart(Math.ceil(digits.length / 3) * 3, '0');
  const groups = padded.match(/\d{3}/g) ?? [];
  const place = groups.map((group, at) => (at < groups.length - 1 ? `x${group}` : group)).join('/');
  return `${level}/${place}${width < WIDTH ? `.p/${width}` : ''}`;
}
