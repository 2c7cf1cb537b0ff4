import { constants, fdatasync, write } from 'node:fs';
import { mkdir, open, readdir, readFile, rename, stat, unlink, type FileHandle } from 'node:fs/promises';
import { join } from 'node:path';
import { findSealed, isMissing, readSealed, sealedSegments } from './sealed.ts';
import { firstSequenceOf, segmentName } from './segment-name.ts';

/** One segment open for writing. Every call may fail; after a failed `datasync` its pages are lost. */
export interface LogFile {
  write(bytes: Uint8Array, position: number): Promise<void>;
  datasync(): Promise<void>;
  truncate(length: number): Promise<void>;
  close(): Promise<void>;
}

/** The log's folder as it needs it; injected, so that tests tear, fill and break it. */
export interface LogFiles {
  list(): Promise<readonly string[]>;
  read(name: string): Promise<Buffer>;
  /** Up to `length` bytes from `position` on; fewer at the end of the file. */
  readAt(name: string, position: number, length: number): Promise<Buffer>;
  /** Bytes of a file; null when there is none. */
  size(name: string): Promise<number | null>;
  /** Creates a file that is not there yet. */
  create(name: string): Promise<LogFile>;
  open(name: string): Promise<LogFile>;
  rename(from: string, to: string): Promise<void>;
  remove(name: string): Promise<void>;
  /** Makes names created, renamed and removed before it durable. */
  syncDirectory(): Promise<void>;
}

export async function nodeLogFiles(dir: string): Promise<LogFiles> {
  await mkdir(join(dir, 'tree'), { recursive: true, mode: 0o700 });
  const at = (name: string): string => join(dir, name);
  const sealed = new SealedReads(dir);
  return {
    // A sealed segment is there under its plain name, and reads as it was.
    list: async () => {
      const sealed = [...(await sealedSegments(dir)).keys()].map(segmentName);
      return [...new Set([...(await readdir(dir)), ...sealed])];
    },
    read: (name) => readFile(at(name)).catch((error: unknown) => sealed.read(name, error)),
    readAt: (name, position, length) =>
      readPart(at(name), position, length).catch(async (error: unknown) =>
        Buffer.from((await sealed.read(name, error)).subarray(position, position + length)),
      ),
    size: (name) => sizeOf(at(name)),
    create: async (name) =>
      wrap(await open(at(name), constants.O_WRONLY | constants.O_CREAT | constants.O_EXCL, 0o600)),
    open: async (name) => wrap(await open(at(name), constants.O_WRONLY)),
    rename: (from, to) => rename(at(from), at(to)),
    remove: (name) => unlink(at(name)),
    syncDirectory: async () => {
      const folder = await open(dir, constants.O_RDONLY);
      try {
        await folder.sync();
      } finally {
        await folder.close();
      }
    },
  };
}

/** Sealed segments that stay decompressed in memory: some 16 MiB each. */
const UNSEALED_MAX = 3;

/** What is not there in plain, from its sealed form; the last few are kept, since reads come in rows. */
class SealedReads {
  readonly #dir: string;
  /** Least recently used first. */
  readonly #unsealed = new Map<string, Promise<Buffer>>();

  constructor(dir: string) {
    this.#dir = dir;
  }

  async read(name: string, error: unknown): Promise<Buffer> {
    const first = firstSequenceOf(name);
    const file = first === null || !isMissing(error) ? null : await findSealed(this.#dir, first);
    if (file === null) throw error;
    // Kept from the asking on: who asks meanwhile waits for the same bytes.
    const bytes = this.#unsealed.get(name) ?? readSealed(file);
    this.#unsealed.delete(name);
    this.#unsealed.set(name, bytes);
    const [oldest] = this.#unsealed.keys();
    if (this.#unsealed.size > UNSEALED_MAX && oldest !== undefined) this.#unsealed.delete(oldest);
    // What could not be read now is tried anew.
    bytes.catch(() => this.#unsealed.delete(name));
    return bytes;
  }
}

async function readPart(file: string, position: number, length: number): Promise<Buffer> {
  const handle = await open(file, constants.O_RDONLY);
  try {
    const bytes = Buffer.allocUnsafe(length);
    let done = 0;
    while (done < length) {
      const { bytesRead } = await handle.read(bytes, done, length - done, position + done);
      if (bytesRead === 0) break;
      done += bytesRead;
    }
    return bytes.subarray(0, done);
  } finally {
    await handle.close();
  }
}

async function sizeOf(file: string): Promise<number | null> {
  try {
    return (await stat(file)).size;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null;
    throw error;
  }
}

/** The plain calls under the handle: half of what a handle's own promises cost a record written alone. */
function wrap(handle: FileHandle): LogFile {
  const { fd } = handle;
  return {
    write: (bytes, position) =>
      new Promise((done, failed) =>
        writeAll(fd, bytes, 0, position, (error) => (error ? failed(error) : done())),
      ),
    datasync: () => new Promise((done, failed) => fdatasync(fd, (error) => (error ? failed(error) : done()))),
    truncate: async (length) => {
      await handle.truncate(length);
      await handle.datasync();
    },
    close: () => handle.close(),
  };
}

/** Readers see the file as it was or as it is. `unsynced`: for what can be made anew after a power cut. */
export async function replaceFile(
  files: LogFiles,
  name: string,
  bytes: Buffer,
  lasting: 'synced' | 'unsynced',
): Promise<void> {
  const draft = `${name}.new`;
  if ((await files.size(draft)) !== null) await files.remove(draft);
  const file = await files.create(draft);
  try {
    await file.write(bytes, 0);
    if (lasting === 'synced') await file.datasync();
  } finally {
    await file.close();
  }
  await files.rename(draft, name);
  if (lasting === 'synced') await files.syncDirectory();
}

function writeAll(
  fd: number,
  bytes: Uint8Array,
  from: number,
  position: number,
  done: (error: Error | null) => void,
): void {
  write(fd, bytes, from, bytes.length - from, position + from, (error, written) => {
    if (error) done(error);
    else if (from + written === bytes.length) done(null);
    else if (written === 0) done(Object.assign(new Error('nothing written'), { code: 'EIO' }));
    else writeAll(fd, bytes, from + written, position, done);
  });
}
