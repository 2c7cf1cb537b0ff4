import { createReadStream } from 'node:fs';
import { createGunzip } from 'node:zlib';
import { findSealed, sealedName } from '../sealed.ts';
import { readLeaves, type Leaves } from './scan.ts';
import { folderSegments, type Segment } from '../segment-source.ts';

export interface OpenedSegment {
  readonly segment: Segment;
  /** What is wrong with its file, whole; null = nothing. */
  readonly trouble: string | null;
}

/** A segment to be verified: of a sealed one that can't be decompressed whole, what can. */
export async function openSegment(dir: string, first: number): Promise<OpenedSegment> {
  try {
    return { segment: await folderSegments(dir).open(first), trouble: null };
  } catch (error) {
    const file = isOfZlib(error) ? await findSealed(dir, first) : null;
    if (file === null) throw error;
    const name = sealedName(first);
    const bytes = await beginningOf(file);
    const segment = {
      name,
      first,
      read: (position: number, length: number) =>
        Promise.resolve(Buffer.from(bytes.subarray(position, position + length))),
      close: () => Promise.resolve(),
    };
    return { segment, trouble: `${name} can't be decompressed to its end.` };
  }
}

/** The leaves of these records as far as they can be read, segment by segment. */
export async function* leavesOf(
  dir: string,
  from: number,
  to: number,
): AsyncGenerator<Leaves, void, undefined> {
  const firsts = await folderSegments(dir).list();
  for (const [i, first] of firsts.entries()) {
    const next = firsts[i + 1] ?? Infinity;
    if (next <= from || first > to) continue;
    const { segment } = await openSegment(dir, first);
    try {
      yield await readLeaves(segment, { from, to: Math.min(to, next - 1), last: null, reencode: false });
    } finally {
      await segment.close();
    }
  }
}

/** What comes out before the decompression fails. */
async function beginningOf(file: string): Promise<Buffer> {
  const parts: Buffer[] = [];
  try {
    for await (const part of createReadStream(file).pipe(createGunzip())) parts.push(part as Buffer);
  } catch (error) {
    if (!isOfZlib(error)) throw error;
  }
  return Buffer.concat(parts);
}

const isOfZlib = (error: unknown): boolean => String((error as NodeJS.ErrnoException).code).startsWith('Z_');
