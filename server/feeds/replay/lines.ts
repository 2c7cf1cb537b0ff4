import { createReadStream } from 'node:fs';
import { open, type FileHandle } from 'node:fs/promises';
import { createInterface } from 'node:readline';
import { createGunzip } from 'node:zlib';
import { MEMBER_HEADER, memberLength, unpackMember } from '../recording/members.ts';

/** Told, before the first line, how many bytes at the end were torn and are not read. */
export type OnCut = (bytes: number) => void;

/**
 * The lines of a capture file, plain or gzip. Of a recording of ours all that is whole is read: what
 * a kill tore off its end is cut. Any other file must be whole to its end.
 *
 * @throws Error of the disk or of the compression.
 */
export async function* readLines(file: string, onCut: OnCut = () => undefined): AsyncGenerator<string> {
  const handle = await open(file, 'r');
  try {
    const members = await membersOf(handle);
    if (members) {
      if (members.cut > 0) onCut(members.cut);
      for (const { at, length } of members.whole) yield* unpack(await readAt(handle, at, length));
      return;
    }
  } finally {
    await handle.close();
  }
  yield* streamLines(file);
}

function unpack(member: Buffer): string[] {
  const bytes = unpackMember(member);
  if (!bytes) throw new Error('its bytes are damaged');
  const lines = bytes.toString('utf8').split('\n');
  lines.pop(); // every line has its end
  return lines;
}

interface Members {
  readonly whole: readonly { readonly at: number; readonly length: number }[];
  readonly cut: number;
}

/** Null when the file does not begin with a member of ours. */
async function membersOf(handle: FileHandle): Promise<Members | null> {
  const { size } = await handle.stat();
  const whole = [];
  let at = 0;
  while (at < size) {
    const length = memberLength(await readAt(handle, at, MEMBER_HEADER));
    if (length === null && at === 0) return null;
    if (length === null || at + length > size) break;
    whole.push({ at, length });
    at += length;
  }
  return { whole, cut: size - at };
}

async function readAt(handle: FileHandle, at: number, length: number): Promise<Buffer> {
  const bytes = Buffer.allocUnsafe(length);
  const { bytesRead } = await handle.read(bytes, 0, length, at);
  return bytes.subarray(0, bytesRead);
}

async function* streamLines(file: string): AsyncGenerator<string> {
  const raw = createReadStream(file);
  const input = file.endsWith('.gz') ? raw.pipe(createGunzip()) : raw;
  // Errors of the file do not travel through a pipe by themselves.
  raw.on('error', (error) => input.destroy(error));
  const lines = createInterface({ input, crlfDelay: Infinity });
  try {
    for await (const line of lines) yield line;
  } finally {
    lines.close();
    // Left early, the rest is not unpacked, and that it is missing is nobody's error.
    input.on('error', () => undefined);
    raw.destroy();
    input.destroy();
  }
}
