import { open, readdir, readFile, type FileHandle } from 'node:fs/promises';
import { join } from 'node:path';
import type { LogFiles } from './files.ts';
import { readRemoved, REMOVED_FILE, type Range } from './removed.ts';
import { findSealed, isMissing, readSealed, sealedName, sealedSegments } from './sealed.ts';
import { firstSequenceOf, segmentName } from './segment-name.ts';

/** One segment as a reader sees it, wherever and however its bytes are kept. */
export interface Segment {
  /** As a sentence names it. */
  readonly name: string;
  readonly first: number;
  /** Up to `length` bytes of the segment's plain form from `position` on; fewer at its end. */
  read(position: number, length: number): Promise<Buffer>;
  close(): Promise<void>;
}

/** Where segments come from: a folder, a copy elsewhere, sealed ones. */
export interface SegmentSource {
  /** First sequences of what is there now, in order. */
  list(): Promise<readonly number[]>;
  open(first: number): Promise<Segment>;
  /** What retention took away; nothing where no source says so. */
  removed?(): Promise<readonly Range[]>;
}

/** The segments of a log's folder, sealed ones among them, for reading only; nothing is made or locked. */
export function folderSegments(dir: string): SegmentSource {
  return {
    list: async () => {
      const firsts = new Set((await sealedSegments(dir)).keys());
      for (const name of await readdir(dir)) {
        const first = firstSequenceOf(name);
        if (first !== null) firsts.add(first);
      }
      return [...firsts].sort((a, b) => a - b);
    },
    open: async (first) => {
      const name = segmentName(first);
      let file;
      try {
        file = await open(join(dir, name), 'r');
      } catch (error) {
        const sealed = isMissing(error) ? await findSealed(dir, first) : null;
        if (sealed === null) throw error;
        return openSealed(sealed, first);
      }
      const handle = file;
      return {
        name,
        first,
        read: (position, length) => readFrom(handle, position, length),
        close: () => handle.close(),
      };
    },
    removed: () => removedFrom(dir),
  };
}

/** A file that is not there removed nothing. */
export async function removedFrom(dir: string): Promise<Range[]> {
  return readRemoved(await readFile(join(dir, REMOVED_FILE), 'utf8').catch(() => ''));
}

async function openSealed(file: string, first: number): Promise<Segment> {
  const bytes = await readSealed(file);
  return {
    name: sealedName(first),
    first,
    read: (position, length) => Promise.resolve(Buffer.from(bytes.subarray(position, position + length))),
    close: () => Promise.resolve(),
  };
}

/** The same through the log's own view of its folder. */
export function logSegments(files: Pick<LogFiles, 'list' | 'readAt' | 'read' | 'size'>): SegmentSource {
  return {
    list: async () =>
      (await files.list())
        .map(firstSequenceOf)
        .filter((first) => first !== null)
        .sort((a, b) => a - b),
    open: (first) => {
      const name = segmentName(first);
      return Promise.resolve({
        name,
        first,
        read: (position, length) => files.readAt(name, position, length),
        close: () => Promise.resolve(),
      });
    },
    removed: async () =>
      (await files.size(REMOVED_FILE)) === null
        ? []
        : readRemoved((await files.read(REMOVED_FILE)).toString('utf8')),
  };
}

async function readFrom(file: FileHandle, position: number, length: number): Promise<Buffer> {
  const bytes = Buffer.allocUnsafe(length);
  let done = 0;
  while (done < length) {
    const { bytesRead } = await file.read(bytes, done, length - done, position + done);
    if (bytesRead === 0) break;
    done += bytesRead;
  }
  return bytes.subarray(0, done);
}
