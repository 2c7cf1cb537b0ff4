import type { Cancel } from '../clock.ts';
import { causeOf } from './audit-state.ts';
import type { Heads } from './heads.ts';
import { consistencyProof, inclusionProof, rootAt, type ReadHashes } from './proofs.ts';
import type { RecordPlaces } from './record-places.ts';
import type { Head } from './signer.ts';
import type { TreeFiles } from './tree-files.ts';

/** What whoever checks the log asks of it: heads, proofs and the very bytes. Nothing here changes it. */
export abstract class LogProofs {
  readonly #places: RecordPlaces;
  readonly #treeFiles: TreeFiles;
  readonly #heads: Heads;
  /** The log's key as a note verifier key: `name+hash+key`. */
  readonly verifier: string;

  protected constructor(places: RecordPlaces, treeFiles: TreeFiles, heads: Heads, verifier: string) {
    this.#places = places;
    this.#treeFiles = treeFiles;
    this.#heads = heads;
    this.verifier = verifier;
  }

  /** Records that are on disk. */
  abstract get sequence(): number;

  /** The newest signed head; null before the first. */
  head(): Head | null {
    return this.#heads.newest();
  }

  onHead(listener: (head: Head) => void): Cancel {
    return this.#heads.onHead(listener);
  }

  /** What keeps heads from being signed and written, in words; null = nothing. */
  headTrouble(): string | null {
    const trouble = this.#heads.trouble();
    return trouble === null ? null : causeOf(trouble);
  }

  /** That record `seq` is in the tree of the first `size` (RFC 9162); the sequence counts from 1. */
  inclusion(seq: number, size: number): Promise<Uint8Array[]> {
    return inclusionProof(this.#treeFiles.read, seq - 1, size);
  }

  /** That the tree of `to` records begins with the `from` records of the other. */
  consistency(from: number, to: number): Promise<Uint8Array[]> {
    return consistencyProof(this.#treeFiles.read, from, to);
  }

  /** The root over the first `size` records. */
  rootAt(size: number): Promise<Uint8Array> {
    return rootAt(this.#treeFiles.read, size);
  }

  /** Hashes of level 8 L, 32 bytes each: a tile of C2SP tlog-tiles is 256 of them, or the last fewer. */
  readonly hashes: ReadHashes = (tileLevel, from, count) => this.#treeFiles.read(tileLevel, from, count);

  /** The canonical bytes of a record that is on disk; null when there is none. */
  async payload(seq: number): Promise<Buffer | null> {
    if (seq < 1 || seq > this.sequence) return null;
    return this.#places.read(seq);
  }
}
