/**
 * The search index of 16,384 records in a row: which term is in which of them. The newest block is
 * built in memory; a full one is sealed into some 800 rows and never changes. Pure.
 *
 * Most terms of a block (order ids, prices) are in a few records only: they share 512 bucket rows by
 * their hash. A term in many records has a row of its own.
 */
import { createHash } from 'node:crypto';
import {
  bitsAt,
  BLOCK_RECORDS,
  decodeOffsets,
  decodePostings,
  encodeOffsets,
  encodePostings,
  noBits,
  offsetOf,
  type Bits,
} from './postings.ts';

const BUCKETS = 512;
const HASH_BYTES = 8;
/** In more records of the block than this: a row of its own. */
const BUCKET_MAX = 256;

/** Where a term's records are found in a sealed block: `key` for a row of its own, or its bucket. */
export interface Place {
  readonly hash: Buffer;
  readonly key: bigint;
  readonly bucket: bigint;
}

export function placeOf(term: string): Place {
  const hash = createHash('sha256').update(term).digest().subarray(0, HASH_BYTES);
  // Never the number of a bucket.
  hash[7] = (hash[7] ?? 0) | 0x40;
  return { hash, key: hash.readBigInt64LE(0), bucket: BigInt(hash.readUInt16LE(0) % BUCKETS) };
}

export interface SealedRow {
  readonly key: bigint;
  readonly postings: Buffer;
}

/** What is known of a block without reading it. */
export interface BlockMeta {
  readonly block: number;
  readonly records: number;
  /** Of the records' wall times, µs. */
  readonly leastWall: number;
  readonly mostWall: number;
}

export class OpenBlock {
  readonly block: number;
  readonly #postings = new Map<string, number[]>();
  readonly #walls = new Float64Array(BLOCK_RECORDS).fill(NaN);
  #records = 0;
  #leastWall = Infinity;
  #mostWall = -Infinity;

  constructor(block: number) {
    this.block = block;
  }

  get meta(): BlockMeta {
    return {
      block: this.block,
      records: this.#records,
      leastWall: this.#leastWall,
      mostWall: this.#mostWall,
    };
  }

  add(seq: number, wallMicros: number, terms: Iterable<string>): void {
    const offset = offsetOf(seq);
    this.#walls[offset] = wallMicros;
    this.#records += 1;
    this.#leastWall = Math.min(this.#leastWall, wallMicros);
    this.#mostWall = Math.max(this.#mostWall, wallMicros);
    for (const term of terms) {
      const offsets = this.#postings.get(term);
      if (offsets) offsets.push(offset);
      else this.#postings.set(term, [offset]);
    }
  }

  postings(term: string): Bits {
    return bitsAt(this.#postings.get(term) ?? []);
  }

  walls(): Float64Array {
    return this.#walls;
  }

  /** Each record's wall time as it is stored: µs, NaN where there is no record. */
  encodeWalls(): Buffer {
    return Buffer.from(this.#walls.buffer.slice(0));
  }

  seal(): SealedRow[] {
    const rows: SealedRow[] = [];
    const buckets = new Map<bigint, Buffer[]>();
    for (const [{ hash, key, bucket }, offsets] of this.#byPlace()) {
      if (offsets.length > BUCKET_MAX) {
        rows.push({ key, postings: encodePostings(offsets) });
        continue;
      }
      const entries = buckets.get(bucket) ?? [];
      buckets.set(bucket, entries);
      const size = Buffer.allocUnsafe(2);
      size.writeUInt16LE(offsets.length);
      entries.push(hash, size, encodeOffsets(offsets));
    }
    for (const [key, entries] of buckets) rows.push({ key, postings: Buffer.concat(entries) });
    return rows.sort((a, b) => (a.key < b.key ? -1 : 1));
  }

  /** Two terms of one hash (somebody may look for such a pair) are one: found too often, never missed. */
  #byPlace(): [Place, number[]][] {
    const places = new Map<bigint, [Place, number[]]>();
    for (const [term, offsets] of this.#postings) {
      const place = placeOf(term);
      const there = places.get(place.key);
      if (there) there[1] = [...new Set([...there[1], ...offsets])].sort((a, b) => a - b);
      else places.set(place.key, [place, offsets]);
    }
    return [...places.values()];
  }
}

/** The records of a term in a sealed block, from its rows by key. */
export function postingsIn(rows: ReadonlyMap<bigint, Buffer>, { key, bucket }: Place): Bits {
  const own = rows.get(key);
  if (own) return decodePostings(own);
  const entries = rows.get(bucket);
  if (!entries) return noBits();
  for (let at = 0; at < entries.length;) {
    const start = at + HASH_BYTES + 2;
    const end = start + 2 * entries.readUInt16LE(at + HASH_BYTES);
    if (entries.readBigInt64LE(at) === key) return bitsAt(decodeOffsets(entries.subarray(start, end)));
    at = end;
  }
  return noBits();
}

export function decodeWalls(bytes: Buffer): Float64Array {
  const copy = new Uint8Array(bytes);
  return new Float64Array(copy.buffer, 0, BLOCK_RECORDS);
}
