import { HASH_BYTES } from './hash.ts';
import type { TreeFiles } from './tree-files.ts';
import { TILE_HEIGHT, type KeepHash } from './tree.ts';

interface Level {
  /** Hashes of this level that were made so far. */
  made: number;
  /** Those of the file from `from` on, to compare with. */
  from: number;
  kept: Buffer;
}

/** Compares what a restart makes of the records with what the tree's files say; what they lack is added. */
export class TreeCheck {
  readonly #files: TreeFiles;
  readonly #levels: Level[] = [];
  /** How many hashes of a level the files had when the check began. */
  readonly #stored: readonly number[];
  /** What does not fit, in a sentence; null = nothing yet. */
  disagreement: string | null = null;

  private constructor(files: TreeFiles, stored: readonly number[]) {
    this.#files = files;
    this.#stored = stored;
  }

  /** `base`: the size of the tree that is gone on with. Levels above the leaves are small: read whole. */
  static async make(files: TreeFiles, base: number): Promise<TreeCheck> {
    const stored: number[] = [];
    for (let tileLevel = 0; files.count(tileLevel) > 0; tileLevel++) stored.push(files.count(tileLevel));
    const check = new TreeCheck(files, stored);
    for (const [tileLevel, count] of stored.entries()) {
      const made = Math.floor(base / 2 ** (TILE_HEIGHT * tileLevel));
      const left = tileLevel === 0 ? 0 : Math.max(0, count - made);
      const kept = left === 0 ? Buffer.alloc(0) : await files.read(tileLevel, made, left);
      check.#levels.push({ made, from: made, kept });
    }
    return check;
  }

  /** Before `count` records behind the first `size` are added: the leaves that the file has for them. */
  async load(size: number, count: number): Promise<void> {
    const level = this.#levels[0];
    if (!level) return;
    const there = Math.max(0, Math.min(count, (this.#stored[0] ?? 0) - size));
    level.from = size;
    level.kept = there === 0 ? Buffer.alloc(0) : await this.#files.read(0, size, there);
  }

  readonly keep: KeepHash = (tileLevel, hash) => {
    const level = (this.#levels[tileLevel] ??= { made: 0, from: 0, kept: Buffer.alloc(0) });
    const index = level.made;
    level.made += 1;
    if (index >= (this.#stored[tileLevel] ?? 0)) {
      this.#files.push(tileLevel, hash);
      return;
    }
    const at = (index - level.from) * HASH_BYTES;
    if (level.kept.subarray(at, at + HASH_BYTES).equals(hash) || this.disagreement !== null) return;
    const name = `tree/level-${String(tileLevel * TILE_HEIGHT).padStart(2, '0')}`;
    this.disagreement = `The audit log's ${name} disagrees with the records at hash ${index}; see docs/runbooks/audit-damaged.md.`;
  };
}
