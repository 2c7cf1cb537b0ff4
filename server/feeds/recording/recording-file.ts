import { constants } from 'node:fs';
import { open } from 'node:fs/promises';
import { ok, refuse, type Refusal, type Result } from '../../../protocol/result.ts';
import { packMember } from './members.ts';

/** The disk under a recording; injected, so that tests fill it. */
export interface RecordingDisk {
  write(bytes: Uint8Array, position: number): Promise<void>;
  datasync(): Promise<void>;
  truncate(length: number): Promise<void>;
  close(): Promise<void>;
}

/** Text that waits for a slow disk; beyond it the recording ends rather than the memory. */
const WAITING_MOST = 64 * 1024 * 1024;

/** A recording as it grows: what `flush` has written stays whole whatever comes after. */
export class RecordingFile {
  readonly #name: string;
  readonly #disk: RecordingDisk;
  #lines: string[] = [];
  #waiting = 0;
  #bytes = 0;
  #fault: Refusal | null = null;
  #flushing: Promise<void> = Promise.resolve();

  constructor(name: string, disk: RecordingDisk) {
    this.#name = name;
    this.#disk = disk;
  }

  /** Bytes on disk. */
  get bytes(): number {
    return this.#bytes;
  }

  /** Why it can't go on; what was written before is whole. */
  get fault(): Refusal | null {
    return this.#fault;
  }

  add(line: string): void {
    if (this.#fault) return;
    this.#lines.push(line);
    this.#waiting += line.length;
    if (this.#waiting > WAITING_MOST) {
      const sentence = `${this.#name}: the disk is too slow for what comes in; the recording ended.`;
      this.#fault = { code: 'recording-slow', sentence };
    }
  }

  /** Writes what was added since the last time as one whole member, and waits until it lasts. */
  flush(): Promise<void> {
    this.#flushing = this.#flushing.then(() => this.#flush());
    return this.#flushing;
  }

  async close(): Promise<void> {
    await this.flush();
    await this.#disk.close();
  }

  async #flush(): Promise<void> {
    if (this.#lines.length === 0 || this.#fault?.code === 'recording-disk') return;
    const text = Buffer.from(`${this.#lines.join('\n')}\n`);
    this.#lines = [];
    this.#waiting = 0;
    const member = await packMember(text);
    try {
      await this.#disk.write(member, this.#bytes);
      await this.#disk.datasync();
      this.#bytes += member.length;
    } catch (error) {
      const sentence = `${this.#name}: ${reasonOf(error)}; the recording ended, what is in it is whole.`;
      this.#fault = { code: 'recording-disk', sentence };
      // A part of a member may be there: without it the file is valid again. Needs no room.
      await this.#disk.truncate(this.#bytes).catch(() => undefined);
    }
  }
}

/** A new file on disk; refused where one is already. */
export async function createRecordingFile(path: string): Promise<Result<RecordingFile>> {
  let handle;
  try {
    handle = await open(path, constants.O_WRONLY | constants.O_CREAT | constants.O_EXCL, 0o600);
  } catch (error) {
    if (codeOf(error) === 'EEXIST') {
      return refuse('recording-exists', `${path} is there already: nothing is written over it.`);
    }
    return refuse('recording-file', `${path} can't be made: ${reasonOf(error)}.`);
  }
  const disk: RecordingDisk = {
    write: async (bytes, position) => {
      for (let done = 0; done < bytes.length;) {
        const { bytesWritten } = await handle.write(bytes, done, bytes.length - done, position + done);
        done += bytesWritten;
      }
    },
    datasync: () => handle.datasync(),
    truncate: (length) => handle.truncate(length),
    close: () => handle.close(),
  };
  return ok(new RecordingFile(path, disk));
}

const REASONS: Readonly<Record<string, string>> = {
  ENOSPC: 'the disk is full',
  EDQUOT: 'the disk quota is used up',
  EFBIG: 'the file may not become larger',
  ENOENT: 'its folder does not exist',
  EACCES: 'permission is denied',
  EROFS: 'the disk is read-only',
};

function reasonOf(error: unknown): string {
  const reason = REASONS[codeOf(error)];
  return reason ?? (error instanceof Error ? error.message : String(error));
}

function codeOf(error: unknown): string {
  return error instanceof Error && 'code' in error ? String(error.code) : '';
}
