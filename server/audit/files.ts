import { constants } from 'node:fs';
import { mkdir, open, readdir, readFile, rename, unlink, type FileHandle } from 'node:fs/promises';
import { join } from 'node:path';

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
  /** Creates a file that is not there yet. */
  create(name: string): Promise<LogFile>;
  open(name: string): Promise<LogFile>;
  rename(from: string, to: string): Promise<void>;
  remove(name: string): Promise<void>;
  /** Makes names created, renamed and removed before it durable. */
  syncDirectory(): Promise<void>;
}

export async function nodeLogFiles(dir: string): Promise<LogFiles> {
  await mkdir(dir, { recursive: true, mode: 0o700 });
  const at = (name: string): string => join(dir, name);
  return {
    list: () => readdir(dir),
    read: (name) => readFile(at(name)),
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

function wrap(handle: FileHandle): LogFile {
  return {
    write: async (bytes, position) => {
      let done = 0;
      while (done < bytes.length) {
        const { bytesWritten } = await handle.write(bytes, done, bytes.length - done, position + done);
        if (bytesWritten === 0) throw Object.assign(new Error('nothing written'), { code: 'EIO' });
        done += bytesWritten;
      }
    },
    datasync: () => handle.datasync(),
    truncate: async (length) => {
      await handle.truncate(length);
      await handle.datasync();
    },
    close: () => handle.close(),
  };
}
