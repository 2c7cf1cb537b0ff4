import { hash } from 'node:crypto';
import { crc32 } from 'node:zlib';
import { FRAME_BYTES, HEADER_BYTES, MAX_PAYLOAD, readHeader, wholeFrameBehind } from '../frame.ts';
import { HASH_BYTES } from '../hash.ts';
import type { Segment } from '../segment-source.ts';
import { removalIn, type Removal } from './holes.ts';
import { encodingFault, sequenceIn } from './record-bytes.ts';
import { hashTile, marksBetween, partialRoots, TILE_BYTES, TILE_LEAVES, type PartialRoot } from './tile.ts';

export interface ScanRange {
  /** Records wanted; those before are stepped over by their lengths. */
  readonly from: number;
  readonly to: number;
  /** The last record that must be in this segment; null for the newest segment, which ends where it ends. */
  readonly last: number | null;
  /** Whether each record is read and written once more, and must come out the same. */
  readonly reencode: boolean;
}

export interface ScanFault {
  /** The first record that is wrong or not there. */
  readonly seq: number;
  /** Where in the segment; null = nowhere, it is missing. */
  readonly byte: number | null;
  /**
   * `torn`: bytes that are no whole frame; only the end of the newest segment may have them.
   * `short`: the segment ends well, but before the next one begins.
   */
  readonly kind: 'torn' | 'short' | 'wrong';
  /** A predicate of the segment: `has …`, `ends …`. */
  readonly what: string;
  /** Bytes of the segment from there on. */
  readonly bytes: number;
  /** Whether a whole record lies behind it: then no write that was cut short made it. */
  readonly isFollowed: boolean;
}

/** What a segment holds, as hashes: leaves at its ragged ends, whole tiles between. */
export interface Scan {
  readonly first: number;
  readonly count: number;
  readonly bytes: number;
  readonly leading: Uint8Array;
  readonly tiles: Uint8Array;
  readonly trailing: Uint8Array;
  /** Of heads that were signed inside the whole tiles. */
  readonly partials: readonly PartialRoot[];
  readonly removals: readonly Removal[];
  readonly fault: ScanFault | null;
}

/** Larger than any frame, so that a frame which is not whole in it is broken, or the last. */
const WINDOW_BYTES = 4 << 20;
/** So much of what lies behind a fault is looked at. */
const BEHIND_BYTES = 64 << 20;

/** The leaves of a segment's records, and what was found wrong first. */
export interface Leaves {
  readonly first: number;
  readonly leaves: Buffer;
  readonly bytes: number;
  readonly removals: readonly Removal[];
  readonly fault: ScanFault | null;
}

/** Reads a segment once: framing, CRC, sequence and, when asked, encoding of each record. */
export async function readLeaves(segment: Segment, range: ScanRange): Promise<Leaves> {
  const { from, to, last, reencode } = range;
  const header = readHeader(await segment.read(0, HEADER_BYTES));
  const leaves = new LeafList();
  const removals: Removal[] = [];
  let seq = segment.first;
  let position = HEADER_BYTES;
  let tornAt: number | null = null;
  const fault = async (kind: ScanFault['kind'], what: string, at = position): Promise<Leaves> => ({
    first: Math.max(segment.first, from),
    leaves: leaves.taken(),
    bytes: position,
    removals,
    fault: { seq, byte: at, kind, what, ...(await behind(segment, at, seq)) },
  });
  if (!header.ok) {
    const isNew = last === null && header.error.code === 'header-short';
    return fault(isNew ? 'torn' : 'wrong', header.error.sentence, 0);
  }
  if (header.value !== segment.first) return fault('wrong', `says that it begins with ${header.value}`, 0);

  while (seq <= to) {
    const bytes = await segment.read(position, WINDOW_BYTES);
    const isEnd = bytes.length < WINDOW_BYTES;
    let at = 0;
    while (seq <= to && at + FRAME_BYTES <= bytes.length) {
      const length = bytes.readUInt32LE(at);
      const end = at + FRAME_BYTES + length;
      if (length === 0 || length > MAX_PAYLOAD || end > bytes.length) break;
      if (seq >= from) {
        // The checksum covers the length and the payload, the leaf a zero byte and the payload. With the
        // length's four bytes (the last of them zero) written over the checksum, both lie in one piece.
        const checksum = bytes.readUInt32LE(at + 4);
        bytes.writeUInt32LE(length, at + 4);
        if (crc32(bytes.subarray(at + 4, end)) !== checksum) {
          bytes.writeUInt32LE(checksum, at + 4);
          break;
        }
        const said = sequenceIn(bytes, at + FRAME_BYTES, end);
        const wrong = said !== seq ? misplaced(said, seq) : null;
        const misspelt =
          reencode && !wrong ? encodingFault(bytes.subarray(at + FRAME_BYTES, end), seq) : null;
        if (wrong ?? misspelt) {
          position += at;
          return fault('wrong', wrong ?? `has a record ${seq} that ${misspelt ?? ''}`);
        }
        leaves.push(hash('sha256', bytes.subarray(at + 7, end), 'buffer'));
        const removal = removalIn(bytes, at + FRAME_BYTES, end, seq);
        if (removal) removals.push(removal);
      }
      at = end;
      seq += 1;
    }
    position += at;
    if (seq > to) break;
    const left = bytes.length - at;
    if (isEnd && left === 0) break;
    // A whole window has room for any frame: one that is not whole at its beginning never will be.
    const isTorn = isEnd || at === 0;
    // A live writer may be in the midst of it: looked at once more.
    if (isTorn && (last !== null || tornAt === position)) return fault('torn', 'has no whole record');
    tornAt = isTorn ? position : null;
  }
  const ended = seq - 1;
  if (last !== null && to >= last) {
    if (ended < last) return fault('short', `ends at record ${ended}`);
    if ((await segment.read(position, 1)).length > 0) return fault('wrong', 'goes on where the next begins');
  }
  return {
    first: Math.max(segment.first, from),
    leaves: leaves.taken(),
    bytes: position,
    removals,
    fault: null,
  };
}

function misplaced(said: number | null, seq: number): string {
  return said === null
    ? `has at the place of record ${seq} one without a sequence`
    : `has record ${said} at the place of record ${seq}`;
}

async function behind(
  segment: Segment,
  at: number,
  seq: number,
): Promise<Pick<ScanFault, 'bytes' | 'isFollowed'>> {
  const parts: Buffer[] = [];
  let size = 0;
  for (;;) {
    const bytes = await segment.read(at + size, WINDOW_BYTES);
    if (size < BEHIND_BYTES) parts.push(bytes);
    size += bytes.length;
    if (bytes.length < WINDOW_BYTES) break;
  }
  const isLater = (payload: Buffer): boolean => (sequenceIn(payload, 0, payload.length) ?? 0) > seq;
  return { bytes: size, isFollowed: wholeFrameBehind(Buffer.concat(parts), 0, isLater) };
}

/** The same as hashes to build the tree of, tiles at once. */
export function inTiles({ first, leaves, bytes, removals, fault }: Leaves, marks: readonly number[]): Scan {
  const count = leaves.length / HASH_BYTES;
  const base = first - 1;
  const untilTile = (TILE_LEAVES - (base % TILE_LEAVES)) % TILE_LEAVES;
  const led = Math.min(count, untilTile) * HASH_BYTES;
  const whole = Math.floor((leaves.length - led) / TILE_BYTES);
  const tiles = Buffer.allocUnsafe(whole * HASH_BYTES);
  const partials: PartialRoot[] = [];
  for (let i = 0; i < whole; i++) {
    const at = led + i * TILE_BYTES;
    const tile = leaves.subarray(at, at + TILE_BYTES);
    tiles.set(hashTile(tile), i * HASH_BYTES);
    const behindBase = base + at / HASH_BYTES;
    const inside = marksBetween(marks, behindBase, behindBase + TILE_LEAVES);
    if (inside.length > 0) partials.push(...partialRoots(tile, behindBase, inside));
  }
  // Copies: a view would carry all leaves along from thread to thread.
  const part = (from: number, to?: number): Uint8Array => new Uint8Array(leaves.subarray(from, to));
  const trailing = part(led + whole * TILE_BYTES);
  return { first, count, bytes, leading: part(0, led), tiles, trailing, partials, removals, fault };
}

/** Hashes one behind the other. */
class LeafList {
  #bytes = Buffer.allocUnsafe(HASH_BYTES * 1024);
  #length = 0;

  push(leaf: Uint8Array): void {
    if (this.#length === this.#bytes.length) {
      const larger = Buffer.allocUnsafe(2 * this.#length);
      this.#bytes.copy(larger);
      this.#bytes = larger;
    }
    this.#bytes.set(leaf, this.#length);
    this.#length += HASH_BYTES;
  }

  taken(): Buffer {
    return this.#bytes.subarray(0, this.#length);
  }
}
