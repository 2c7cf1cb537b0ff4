import { constants } from 'node:fs';
import { mkdir, open, readdir, readFile, rename, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { ok, refuse, type Result } from '../../protocol/result.ts';
import { storedPricesSchema, type StoredPrices } from '../../protocol/prices.ts';

const DRAFT = /\.(\d+)\.new$/;
/** Each is read for the list, by whoever looks: enough for a desk. */
const MOST = 100;

/**
 * Imported price files: `<sha256>.csv.gz`, and beside each a note of what it is, `<sha256>.json`. A file
 * is there once its note is; both are written aside, made durable, and renamed. The import writes here
 * whether the server runs or not; the server only reads.
 */
export class PriceFolder {
  readonly #dir: string;

  constructor(dir: string) {
    this.#dir = dir;
  }

  /** By name. */
  async list(): Promise<readonly StoredPrices[]> {
    const names = await readdir(this.#dir).catch(() => []);
    const notes = await Promise.all(
      names.filter((name) => name.endsWith('.json')).map((name) => this.#note(name.slice(0, -5))),
    );
    return notes.filter((note) => note !== null).sort((a, b) => a.name.localeCompare(b.name, 'en'));
  }

  /** Where the file lies; null: there is none. */
  async find(sha256: string): Promise<{ readonly file: string; readonly stored: StoredPrices } | null> {
    const stored = /^[0-9a-f]{64}$/.test(sha256) ? await this.#note(sha256) : null;
    return stored && { file: this.#file(sha256), stored };
  }

  /** A place to write a file to before it is known what it is. */
  async draft(): Promise<string> {
    await mkdir(this.#dir, { recursive: true, mode: 0o700 });
    await this.#sweep();
    return join(this.#dir, `import.${process.pid}.new`);
  }

  /** Keeps a draft as what it turned out to be. The same prices again take the name of the newest import. */
  async keep(draft: string, stored: StoredPrices): Promise<Result<null>> {
    const others = (await this.list()).filter(({ sha256 }) => sha256 !== stored.sha256);
    if (others.some(({ name }) => name === stored.name)) {
      return refuse(
        'price-name-taken',
        `There are other prices named ${stored.name}; choose another with --name.`,
      );
    }
    if (others.length >= MOST) {
      return refuse('price-shelf-full', `${MOST} price files are kept at most; remove one.`);
    }
    await syncFile(draft);
    await rename(draft, this.#file(stored.sha256));
    const note = join(this.#dir, `${stored.sha256}.json.${process.pid}.new`);
    await writeSynced(note, `${JSON.stringify(stored)}\n`);
    await rename(note, this.#noteFile(stored.sha256));
    await syncFile(this.#dir);
    return ok(null);
  }

  /** Whether there was one of that name. */
  async remove(name: string): Promise<boolean> {
    const stored = (await this.list()).find((one) => one.name === name);
    if (!stored) return false;
    // The note first: without it there is no file, whatever happens next.
    await rm(this.#noteFile(stored.sha256), { force: true });
    await rm(this.#file(stored.sha256), { force: true });
    await syncFile(this.#dir);
    return true;
  }

  async #note(sha256: string): Promise<StoredPrices | null> {
    try {
      const stored = storedPricesSchema.parse(JSON.parse(await readFile(this.#noteFile(sha256), 'utf8')));
      const { size } = await stat(this.#file(sha256));
      return stored.sha256 === sha256 && stored.bytes === size ? stored : null;
    } catch {
      return null;
    }
  }

  /** Drafts of imports that died. */
  async #sweep(): Promise<void> {
    for (const name of await readdir(this.#dir)) {
      const owner = DRAFT.exec(name)?.[1];
      if (owner !== undefined && !isAlive(Number(owner))) await rm(join(this.#dir, name), { force: true });
    }
  }

  #file(sha256: string): string {
    return join(this.#dir, `${sha256}.csv.gz`);
  }
  #noteFile(sha256: string): string {
    return join(this.#dir, `${sha256}.json`);
  }
}

async function writeSynced(file: string, text: string): Promise<void> {
  const handle = await open(file, 'w', 0o600);
  try {
    await handle.writeFile(text);
    await handle.sync();
  } finally {
    await handle.close();
  }
}

async function syncFile(path: string): Promise<void> {
  const handle = await open(path, constants.O_RDONLY);
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}
