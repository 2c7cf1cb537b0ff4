/**
 * Sealed segments: `segment-<first>.log.gz`, the gzip of the segment's very bytes, in the log's folder
 * or in one that the file `sealed-to` there names, a line each. Whoever reads a log finds them so.
 */
import { readdir, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { gunzip } from 'node:zlib';
import { firstSequenceOf, segmentName } from './segment-name.ts';

export const SEALED_FILE = 'sealed-to';
const SUFFIX = '.gz';

export const sealedName = (first: number): string => segmentName(first) + SUFFIX;

/** Folders that may hold sealed segments, the log's own first. */
export async function sealedFolders(dir: string): Promise<string[]> {
  const text = await readFile(join(dir, SEALED_FILE), 'utf8').catch(() => '');
  return [dir, ...text.split('\n').filter((line) => line !== '')];
}

/** Where each sealed segment lies, by its first record; a folder that is not there holds none. */
export async function sealedSegments(dir: string): Promise<Map<number, string>> {
  const files = new Map<number, string>();
  for (const folder of await sealedFolders(dir)) {
    for (const name of await readdir(folder).catch(() => [])) {
      if (!name.endsWith(SUFFIX)) continue;
      const first = firstSequenceOf(name.slice(0, -SUFFIX.length));
      if (first !== null && !files.has(first)) files.set(first, join(folder, name));
    }
  }
  return files;
}

/** Where the sealed form of a segment lies; null when it is nowhere. */
export async function findSealed(dir: string, first: number): Promise<string | null> {
  for (const folder of await sealedFolders(dir)) {
    const file = join(folder, sealedName(first));
    if (await stat(file).catch(() => null)) return file;
  }
  return null;
}

const inflate = promisify(gunzip);

/** The segment's plain bytes. Throws when they are not whole. */
export const readSealed = async (file: string): Promise<Buffer> => inflate(await readFile(file));

export const isMissing = (error: unknown): boolean => (error as NodeJS.ErrnoException).code === 'ENOENT';
