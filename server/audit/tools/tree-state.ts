/** The tree's flat files as a verification finds them. Effects: reads. */
import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { HASH_BYTES } from '../hash.ts';
import { levelName } from '../tree-files.ts';
import { Assembly } from './assembly.ts';
import { readHashes } from './work.ts';

const CHUNK_LEAVES = 65_536;

export interface TreeState {
  /** Whole hashes in `level-00`, `level-08`, …; empty = there is no tree. */
  readonly counts: readonly number[];
  /** `level-08` and above, as far as the newest head speaks for them. */
  readonly above: readonly Buffer[];
  /** The first file that ends before the newest head does; null = none, or there is no tree. */
  readonly short: string | null;
}

/** `size`: the newest head's; the tree's files were on disk before it was. */
export async function readTreeState(dir: string, size: number): Promise<TreeState> {
  const counts: number[] = [];
  const above: Buffer[] = [];
  let short: string | null = null;
  for (let tileLevel = 0, due = size; ; tileLevel++, due = Math.floor(due / 256)) {
    const name = levelName(tileLevel);
    const count = await hashesIn(join(dir, name));
    if (count === null && (tileLevel === 0 || due === 0)) break;
    counts.push(count ?? 0);
    if ((count ?? 0) < due) short ??= name;
    if (tileLevel > 0) above.push(await readHashes(join(dir, name), 0, Math.min(count ?? 0, due)));
  }
  return { counts, above, short };
}

/** The root over the first `size` leaves that `level-00` says, made of nothing but them; null when it is short. */
export async function rootOfLeaves(dir: string, size: number): Promise<Uint8Array | null> {
  const assembly = new Assembly([size], () => undefined);
  for (let from = 0; from < size; from += CHUNK_LEAVES) {
    const count = Math.min(CHUNK_LEAVES, size - from);
    const leaves = await readHashes(join(dir, levelName(0)), from, count);
    if (leaves.length < count * HASH_BYTES) return null;
    assembly.addLeaves(leaves);
  }
  return assembly.rootAt(size);
}

async function hashesIn(file: string): Promise<number | null> {
  try {
    return Math.floor((await stat(file)).size / HASH_BYTES);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null;
    throw error;
  }
}
