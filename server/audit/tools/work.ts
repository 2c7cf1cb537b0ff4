import { open } from 'node:fs/promises';
import { join } from 'node:path';
import { HASH_BYTES } from '../hash.ts';
import type { Head } from '../signer.ts';
import { levelName } from '../tree-files.ts';
import { HeadVerifier } from './head-verifier.ts';
import { openSegment } from './open-segment.ts';
import { inTiles, readLeaves, type Leaves, type Scan, type ScanRange } from './scan.ts';

/** One piece of a verification, to be done by any thread in any order. */
export type Job =
  | {
      readonly kind: 'segment';
      /** The segment's first record. */
      readonly segment: number;
      readonly range: ScanRange;
      /** Sizes at which heads were signed, ascending. */
      readonly marks: readonly number[];
      /** Leaves that the tree's file is answerable for: those under the newest head. */
      readonly treeSize: number;
    }
  | { readonly kind: 'heads'; readonly verifier: string; readonly notes: readonly string[] };

export interface SegmentFound extends Scan {
  /** The first record whose leaf is another in the tree's file; null = none. */
  readonly otherLeaf: number | null;
  /** What is wrong with the file itself, whole; null = nothing. */
  readonly trouble: string | null;
}

/** A head, or what is wrong with the note, as a predicate. */
export type HeadFound = Head | string;

export interface Found {
  readonly segment: SegmentFound;
  readonly heads: readonly HeadFound[];
}

/** Does the jobs of one thread. Reads only. */
export class Work {
  readonly #dir: string;

  constructor(dir: string) {
    this.#dir = dir;
  }

  async do(job: Job): Promise<SegmentFound | readonly HeadFound[]> {
    return job.kind === 'heads' ? headsOf(job.verifier, job.notes) : this.#segment(job);
  }

  async #segment({
    segment: first,
    range,
    marks,
    treeSize,
  }: Job & { kind: 'segment' }): Promise<SegmentFound> {
    const { segment, trouble } = await openSegment(this.#dir, first);
    try {
      const leaves = await readLeaves(segment, range);
      const otherLeaf = await this.#otherLeaf(leaves, treeSize);
      return { ...inTiles(leaves, marks), otherLeaf, trouble };
    } finally {
      await segment.close();
    }
  }

  async #otherLeaf({ first, leaves }: Leaves, treeSize: number): Promise<number | null> {
    const count = Math.min(leaves.length / HASH_BYTES, treeSize - first + 1);
    if (count <= 0) return null;
    const kept = await readHashes(join(this.#dir, levelName(0)), first - 1, count);
    const read = leaves.subarray(0, kept.length);
    if (read.equals(kept)) return null;
    for (let at = 0; at < kept.length; at += HASH_BYTES) {
      if (read.compare(kept, at, at + HASH_BYTES, at, at + HASH_BYTES) !== 0) return first + at / HASH_BYTES;
    }
    return null;
  }
}

/** Hashes of one of the tree's files; fewer, in whole ones, where it ends before; none where it is missing. */
export async function readHashes(file: string, from: number, count: number): Promise<Buffer> {
  let handle;
  try {
    handle = await open(file, 'r');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return Buffer.alloc(0);
    throw error;
  }
  try {
    const bytes = Buffer.allocUnsafe(count * HASH_BYTES);
    let done = 0;
    while (done < bytes.length) {
      const { bytesRead } = await handle.read(bytes, done, bytes.length - done, from * HASH_BYTES + done);
      if (bytesRead === 0) break;
      done += bytesRead;
    }
    return bytes.subarray(0, done - (done % HASH_BYTES));
  } finally {
    await handle.close();
  }
}

function headsOf(verifier: string, notes: readonly string[]): HeadFound[] {
  const known = HeadVerifier.of(verifier);
  return notes.map((note) => {
    if (!known.ok) return known.error.sentence;
    const head = known.value.headOf(note);
    return head.ok ? head.value : head.error.sentence;
  });
}
