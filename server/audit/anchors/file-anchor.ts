import { mkdir, open, readFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { ok, refuse, type Result } from '../../../protocol/result.ts';
import { reasonOf } from '../../config/secrets.ts';
import type { Head } from '../signer.ts';
import type { Anchor } from './anchor.ts';
import { findNotes } from './notes.ts';

export interface FileAnchorOptions {
  readonly file: string;
  /**
   * `make`: its folder is our own. `there`: a folder on another disk; one that is missing is a disk
   * that is not mounted, and making it would put the anchors beside the log after all.
   */
  readonly folder: 'make' | 'there';
}

/** Heads in a plain file, one behind the other with an empty line between; only ever appended to. */
export class FileAnchor implements Anchor {
  readonly kind = 'file';
  readonly name: string;
  readonly #options: FileAnchorOptions;

  constructor(options: FileAnchorOptions) {
    this.#options = options;
    this.name = options.file;
  }

  async put({ checkpoint }: Head): Promise<Result<null>> {
    const { file, folder } = this.#options;
    try {
      if (folder === 'make') await mkdir(dirname(file), { recursive: true, mode: 0o700 });
      const handle = await open(file, 'a', 0o600);
      try {
        await handle.writeFile(`${checkpoint}\n`);
        await handle.datasync();
      } finally {
        await handle.close();
      }
      return ok(null);
    } catch (error) {
      return refuse('anchor-file', `${file} can't be written: ${reasonOf(error)}.`);
    }
  }

  async newest(): Promise<Result<string | null>> {
    const { file } = this.#options;
    try {
      return ok(findNotes(await readFile(file, 'utf8')).notes.at(-1) ?? null);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') return ok(null);
      return refuse('anchor-file', `${file} can't be read: ${reasonOf(error)}.`);
    }
  }

  close(): Promise<void> {
    return Promise.resolve();
  }
}
