import { HASH_BYTES } from '../hash.ts';
import type { ReadHashes } from '../proofs.ts';
import type { Head } from '../signer.ts';
import { beside, RangeTree } from './range-tree.ts';

/** Leaves that are proven together: one root for all of them costs little more than a proof of one. */
const CHUNK = 1024;

/**
 * Leaf hashes under a signed head, proven by its root a chunk at a time, for who asks for many in their
 * order. `read` is believed in nothing.
 */
export class ProvenLeaves {
  readonly #read: ReadHashes;
  readonly #head: Pick<Head, 'size' | 'root'>;
  #from = 0;
  #hashes: Buffer = Buffer.alloc(0);

  constructor(read: ReadHashes, head: Pick<Head, 'size' | 'root'>) {
    this.#read = read;
    this.#head = head;
  }

  /** The hash of the record `seq`, 1 … the head's size; null when its chunk does not lead to the root. */
  async of(seq: number): Promise<Buffer | null> {
    const from = seq - ((seq - 1) % CHUNK);
    if (from !== this.#from && !(await this.#prove(from))) return null;
    return this.#hashes.subarray((seq - from) * HASH_BYTES, (seq - from + 1) * HASH_BYTES);
  }

  async #prove(from: number): Promise<boolean> {
    const { size, root } = this.#head;
    const to = Math.min(from + CHUNK - 1, size);
    const hashes = await this.#read(0, from - 1, to - from + 1);
    const { left, right } = await beside(this.#read, from, to, size);
    const tree = new RangeTree(from - 1, left);
    for (let at = 0; at < hashes.length; at += HASH_BYTES) tree.append(hashes.subarray(at, at + HASH_BYTES));
    const made = tree.rootWith(right, size);
    if (made === null || Buffer.compare(made, root) !== 0) return false;
    this.#from = from;
    this.#hashes = hashes;
    return true;
  }
}
