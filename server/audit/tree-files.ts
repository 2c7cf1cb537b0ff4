import type { LogFile, LogFiles } from './files.ts';
import { HASH_BYTES } from './hash.ts';
import { TILE_HEIGHT } from './tree.ts';

/**
 * The tree's hashes on disk: `tree/level-00`, `tree/level-08`, `tree/level-16` … hold the hashes of
 * that level, 32 bytes each, one behind the other. Tile N of C2SP's tile level L is therefore the
 * bytes 8192 N … 8192 (N + 1) of level 8 L: the same bytes serve both.
 *
 * They follow from the records and are made anew from them when they are missing or short. What was
 * not flushed yet is in memory, so that a proof never waits for the disk to catch up.
 */
export class TreeFiles {
  readonly #files: LogFiles;
  readonly #levels: StoredLevel[] = [];
  #flushing: Promise<void> | null = null;

  private constructor(files: LogFiles) {
    this.#files = files;
  }

  static async open(files: LogFiles): Promise<TreeFiles> {
    const tree = new TreeFiles(files);
    for (let tileLevel = 0; ; tileLevel++) {
      const size = await files.size(levelName(tileLevel));
      if (size === null) return tree;
      tree.#level(tileLevel).stored = Math.floor(size / HASH_BYTES);
    }
  }

  /** How many hashes a level has, in its file and in memory. */
  count(tileLevel: number): number {
    const level = this.#levels[tileLevel];
    return level ? level.stored + level.waiting.length : 0;
  }

  /** Whether every level holds all that a tree of `size` leaves has. */
  covers(size: number): boolean {
    for (let tileLevel = 0, count = size; count > 0; tileLevel++, count = Math.floor(count / 256)) {
      if (this.count(tileLevel) < count) return false;
    }
    return true;
  }

  /** Forgets what lies beyond a tree of `size` leaves: it is written over. */
  cutTo(size: number): void {
    let count = size;
    for (const level of this.#levels) {
      level.stored = Math.min(level.stored, count);
      level.waiting.length = 0;
      count = Math.floor(count / 2 ** TILE_HEIGHT);
    }
  }

  push(tileLevel: number, hash: Uint8Array): void {
    this.#level(tileLevel).waiting.push(hash);
  }

  /** Hashes that are not on disk yet. */
  get waiting(): number {
    return this.#levels.reduce((sum, level) => sum + level.waiting.length, 0);
  }

  /** Writes and syncs all that waits now. Throws when the disk does; nothing is lost by it. */
  async flush(): Promise<void> {
    while (this.#flushing) await this.#flushing.catch(() => undefined);
    this.#flushing = this.#flush();
    try {
      await this.#flushing;
    } finally {
      this.#flushing = null;
    }
  }

  readonly read = async (tileLevel: number, from: number, count: number): Promise<Buffer> => {
    const level = this.#level(tileLevel);
    if (from + count > level.stored + level.waiting.length) throw new RangeError('beyond the tree');
    const stored = Math.max(0, Math.min(count, level.stored - from));
    // Taken before the read: a flush meanwhile moves what waits.
    const first = from + stored - level.stored;
    const waiting = level.waiting.slice(first, first + count - stored);
    if (stored === 0) return Buffer.concat(waiting);
    const bytes = await this.#files.readAt(levelName(tileLevel), from * HASH_BYTES, stored * HASH_BYTES);
    return waiting.length === 0 ? bytes : Buffer.concat([bytes, ...waiting]);
  };

  async close(): Promise<void> {
    for (const level of this.#levels) {
      await level.file?.close().catch(() => undefined);
      level.file = null;
    }
  }

  async #flush(): Promise<void> {
    for (const [tileLevel, level] of this.#levels.entries()) {
      const hashes = level.waiting.slice();
      if (hashes.length === 0) continue;
      try {
        level.file ??= await this.#openFile(levelName(tileLevel));
        await level.file.write(Buffer.concat(hashes), level.stored * HASH_BYTES);
        await level.file.datasync();
      } catch (error) {
        // After a failed sync nothing about the handle's pages is known: the next try opens anew.
        await level.file?.close().catch(() => undefined);
        level.file = null;
        throw error;
      }
      level.stored += hashes.length;
      level.waiting.splice(0, hashes.length);
    }
  }

  async #openFile(name: string): Promise<LogFile> {
    return (await this.#files.size(name)) === null ? this.#files.create(name) : this.#files.open(name);
  }

  #level(tileLevel: number): StoredLevel {
    return (this.#levels[tileLevel] ??= { stored: 0, waiting: [], file: null });
  }
}

interface StoredLevel {
  /** Hashes in the file that are known to be right. */
  stored: number;
  readonly waiting: Uint8Array[];
  file: LogFile | null;
}

export const levelName = (tileLevel: number): string =>
  `tree/level-${String(tileLevel * TILE_HEIGHT).padStart(2, '0')}`;
