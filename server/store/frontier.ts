/**
 * The root of the records so far, from the roots of the perfect subtrees they fall into (RFC 9162):
 * at most one a bit of the size. Pure, SHA-256 aside.
 */
import { createHash } from 'node:crypto';
import { emptyRoot, HASH_BYTES, leafHash, nodeHash } from '../../protocol/merkle.ts';

const sha256 = (bytes: Uint8Array): Uint8Array => createHash('sha256').update(bytes).digest();

export class Frontier {
  readonly #peaks: Uint8Array[];
  #size: number;

  /** `bytes`: what `toBytes` gave for this size. */
  constructor(size = 0, bytes: Uint8Array = new Uint8Array(0)) {
    this.#size = size;
    this.#peaks = [];
    for (let at = 0; at < bytes.length; at += HASH_BYTES) {
      this.#peaks.push(bytes.slice(at, at + HASH_BYTES));
    }
  }

  get size(): number {
    return this.#size;
  }

  copy(): Frontier {
    return new Frontier(this.#size, this.toBytes());
  }

  add(payload: Uint8Array): void {
    let hash = leafHash(sha256, payload);
    for (let size = this.#size; size % 2 === 1; size = (size - 1) / 2) {
      const left = this.#peaks.pop();
      if (left) hash = nodeHash(sha256, left, hash);
    }
    this.#peaks.push(hash);
    this.#size += 1;
  }

  root(): string {
    let root: Uint8Array | null = null;
    for (const peak of [...this.#peaks].reverse()) root = root ? nodeHash(sha256, peak, root) : peak;
    return Buffer.from(root ?? emptyRoot(sha256)).toString('hex');
  }

  toBytes(): Buffer {
    return Buffer.concat(this.#peaks);
  }
}
