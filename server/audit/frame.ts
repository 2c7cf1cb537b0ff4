/**
 * How records lie in a segment file. Little-endian throughout.
 *
 *     header  8 B  'CWTSLOG2'       8 B  u64 sequence of the segment's first record
 *     frame   u32  payload length   u32  CRC-32 of the length's 4 bytes and the payload   payload
 *
 * The CRC covers the length, so that a flipped length can't borrow another frame's payload.
 */
import { crc32 } from 'node:zlib';
import { ok, refuse, type Result } from '../../protocol/result.ts';

export const HEADER_BYTES = 16;
export const FRAME_BYTES = 8;
export const MAX_PAYLOAD = 1 << 20;
const MAGIC = 'CWTSLOG';
const FORMAT = '2';

export function encodeHeader(firstSequence: number): Buffer {
  const header = Buffer.alloc(HEADER_BYTES);
  header.write(MAGIC + FORMAT, 0, 'latin1');
  header.writeBigUInt64LE(BigInt(firstSequence), 8);
  return header;
}

/** The first sequence that a segment's header names; refused for a stranger or a newer format. */
export function readHeader(bytes: Buffer): Result<number> {
  if (bytes.length < HEADER_BYTES) return refuse('header-short', 'has no whole header');
  const magic = bytes.toString('latin1', 0, MAGIC.length);
  if (magic !== MAGIC) return refuse('header-foreign', 'is not a segment of this log');
  const format = bytes.toString('latin1', MAGIC.length, MAGIC.length + 1);
  if (format === '1') {
    const remedy =
      'a demo begins afresh after "npm run reset"; any other log is read by the version that wrote it';
    return refuse('header-older', `has log format 1, this version reads ${FORMAT}: ${remedy}`);
  }
  if (format !== FORMAT)
    return refuse('header-newer', `has log format ${format}, this version reads ${FORMAT}`);
  return ok(Number(bytes.readBigUInt64LE(8)));
}

export function encodeFrame(payload: Uint8Array): Buffer {
  if (payload.length === 0 || payload.length > MAX_PAYLOAD) {
    throw new RangeError(`a record of ${payload.length} bytes does not fit a frame`);
  }
  const frame = Buffer.allocUnsafe(FRAME_BYTES + payload.length);
  frame.set(payload, FRAME_BYTES);
  sealFrame(frame, 0, payload.length);
  return frame;
}

/** Writes the head of the frame at `at` whose payload lies behind it already. */
export function sealFrame(bytes: Buffer, at: number, length: number): void {
  bytes.writeUInt32LE(length, at);
  const payload = bytes.subarray(at + FRAME_BYTES, at + FRAME_BYTES + length);
  bytes.writeUInt32LE(crc32(payload, crc32(bytes.subarray(at, at + 4))), at + 4);
}

export interface ReadFrames {
  readonly payloads: readonly Buffer[];
  /** Bytes up to the end of the last whole frame, header included; what follows is torn. */
  readonly end: number;
}

/** Every whole frame after the header, up to the first that is not whole. */
export function readFrames(bytes: Buffer): ReadFrames {
  const payloads: Buffer[] = [];
  let at = HEADER_BYTES;
  for (;;) {
    const payload = frameAt(bytes, at);
    if (!payload) break;
    payloads.push(payload);
    at += FRAME_BYTES + payload.length;
  }
  return { payloads, end: at };
}

/**
 * Whether a whole frame that `matches` lies anywhere behind `damage`: then what is broken there was
 * once followed by more, and is not the end of a write that was cut short.
 */
export function wholeFrameBehind(
  bytes: Buffer,
  damage: number,
  matches: (payload: Buffer) => boolean,
): boolean {
  for (let at = damage + 1; at + FRAME_BYTES < bytes.length; at++) {
    // Every payload is a JSON object: that spares nearly all of the checksums.
    if (bytes[at + FRAME_BYTES] !== OBJECT) continue;
    const payload = frameAt(bytes, at);
    if (payload && matches(payload)) return true;
  }
  return false;
}

const OBJECT = 0x7b;

/** Where the frame that begins at `at` ends, by its length alone; null when that is beyond the bytes. */
export function frameEnd(bytes: Buffer, at: number): number | null {
  if (at + FRAME_BYTES > bytes.length) return null;
  const length = bytes.readUInt32LE(at);
  const end = at + FRAME_BYTES + length;
  return length === 0 || length > MAX_PAYLOAD || end > bytes.length ? null : end;
}

/** The payload of the whole frame that begins at `at`, or null. */
export function frameAt(bytes: Buffer, at: number): Buffer | null {
  const end = frameEnd(bytes, at);
  if (end === null) return null;
  const payload = bytes.subarray(at + FRAME_BYTES, end);
  const isWhole = crc32(payload, crc32(bytes.subarray(at, at + 4))) === bytes.readUInt32LE(at + 4);
  return isWhole ? payload : null;
}
