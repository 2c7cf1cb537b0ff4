import { crc32, deflateRaw, inflateRawSync } from 'node:zlib';
import { promisify } from 'node:util';

/**
 * A recording's file is a row of gzip members (RFC 1952), so that any tool unpacks it. Each says its
 * own length in an extra field: where the whole ones end is seen without unpacking any, and what a
 * kill tore is cut there.
 */
const MAGIC = Buffer.from([0x1f, 0x8b, 8, 4, 0, 0, 0, 0, 0, 255, 8, 0, 0x43, 0x55, 4, 0]);
const HEADER = MAGIC.length + 4;
const TRAILER = 8;

const deflate = promisify(deflateRaw);

/** One member of these bytes. */
export async function packMember(bytes: Uint8Array): Promise<Buffer> {
  const packed = await deflate(bytes, { level: 6 });
  const member = Buffer.allocUnsafe(HEADER + packed.length + TRAILER);
  MAGIC.copy(member);
  member.writeUInt32LE(member.length, MAGIC.length);
  packed.copy(member, HEADER);
  member.writeUInt32LE(crc32(bytes), member.length - TRAILER);
  member.writeUInt32LE(bytes.length >>> 0, member.length - 4);
  return member;
}

/** Bytes at a member's start that tell its length. */
export const MEMBER_HEADER = HEADER;

/** The length of the member that begins with these bytes; null when it is none of ours. */
export function memberLength(start: Uint8Array): number | null {
  if (start.length < HEADER) return null;
  const bytes = Buffer.from(start.buffer, start.byteOffset, start.byteLength);
  if (bytes.compare(MAGIC, 0, MAGIC.length, 0, MAGIC.length) !== 0) return null;
  const length = bytes.readUInt32LE(MAGIC.length);
  return length >= HEADER + TRAILER ? length : null;
}

/** What a whole member holds; null when its bytes are damaged. */
export function unpackMember(member: Buffer): Buffer | null {
  try {
    const bytes = inflateRawSync(member.subarray(HEADER, member.length - TRAILER));
    return crc32(bytes) === member.readUInt32LE(member.length - TRAILER) ? bytes : null;
  } catch {
    return null;
  }
}
