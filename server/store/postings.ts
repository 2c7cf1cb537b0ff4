/**
 * Sets of records inside one block of 16,384, as bits: record `seq` is bit `(seq - 1) % 16384` of
 * block `floor((seq - 1) / 16384)`. Pure.
 */
export const BLOCK_RECORDS = 16_384;
const WORDS = BLOCK_RECORDS / 32;

export type Bits = Uint32Array<ArrayBuffer>;

export const blockOf = (seq: number): number => Math.floor((seq - 1) / BLOCK_RECORDS);
export const offsetOf = (seq: number): number => (seq - 1) % BLOCK_RECORDS;
export const firstOf = (block: number): number => block * BLOCK_RECORDS + 1;

export const noBits = (): Bits => new Uint32Array(WORDS);
export const allBits = (): Bits => new Uint32Array(WORDS).fill(0xffff_ffff);

export function bitsAt(offsets: Iterable<number>): Bits {
  const bits = noBits();
  for (const offset of offsets) bits[offset >>> 5] = (bits[offset >>> 5] ?? 0) | (1 << (offset & 31));
  return bits;
}

/** Keeps in `bits` what is in `other` too. */
export function intersect(bits: Bits, other: Bits): void {
  for (let word = 0; word < WORDS; word++) bits[word] = (bits[word] ?? 0) & (other[word] ?? 0);
}

export function countBits(bits: Bits): number {
  let count = 0;
  for (let x of bits) {
    x -= (x >>> 1) & 0x5555_5555;
    x = (x & 0x3333_3333) + ((x >>> 2) & 0x3333_3333);
    count += (((x + (x >>> 4)) & 0x0f0f_0f0f) * 0x0101_0101) >>> 24;
  }
  return count;
}

/** The offsets in the set, largest first. */
export function* newestFirst(bits: Bits): Generator<number> {
  for (let word = WORDS - 1; word >= 0; word--) {
    let left = bits[word] ?? 0;
    while (left !== 0) {
      const high = 31 - Math.clz32(left);
      yield word * 32 + high;
      left &= ~(1 << high);
    }
  }
}

/** From here on a set takes less room as bits than as a list of 16-bit offsets. */
const LIST_MAX = BLOCK_RECORDS / 16;
const LIST = 0;
const BITMAP = 1;
const ALL = 2;

/** A set as it is stored: a kind byte, then a list of offsets, a bitmap, or nothing (every record). */
export function encodePostings(offsets: readonly number[]): Buffer {
  if (offsets.length === BLOCK_RECORDS) return Buffer.of(ALL);
  if (offsets.length < LIST_MAX) return Buffer.concat([Buffer.of(LIST), encodeOffsets(offsets)]);
  const bits = bitsAt(offsets);
  const bytes = Buffer.alloc(1 + WORDS * 4);
  bytes[0] = BITMAP;
  for (let word = 0; word < WORDS; word++) bytes.writeUInt32LE(bits[word] ?? 0, 1 + word * 4);
  return bytes;
}

export function decodePostings(bytes: Buffer): Bits {
  switch (bytes[0]) {
    case ALL:
      return allBits();
    case BITMAP: {
      const bits = noBits();
      for (let word = 0; word < WORDS; word++) bits[word] = bytes.readUInt32LE(1 + word * 4);
      return bits;
    }
    default:
      return bitsAt(decodeOffsets(bytes.subarray(1)));
  }
}

export function encodeOffsets(offsets: readonly number[]): Buffer {
  const bytes = Buffer.allocUnsafe(offsets.length * 2);
  for (const [i, offset] of offsets.entries()) bytes.writeUInt16LE(offset, i * 2);
  return bytes;
}

export function* decodeOffsets(bytes: Buffer): Generator<number> {
  for (let at = 0; at < bytes.length; at += 2) yield bytes.readUInt16LE(at);
}
