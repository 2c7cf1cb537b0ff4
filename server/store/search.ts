/** Effects: finds records by the block index, newest first, and reads the page's records. */
import type { AuditRecord, AuditSearch, RecordsReply } from '../../protocol/audit.ts';
import type { BlockIndex } from './block-index.ts';
import { decodeWalls, placeOf, type OpenBlock, postingsIn, type BlockMeta, type Place } from './block.ts';
import type { Queries } from './database.ts';
import {
  allBits,
  bitsAt,
  BLOCK_RECORDS,
  blockOf,
  countBits,
  firstOf,
  intersect,
  newestFirst,
  type Bits,
} from './postings.ts';
import { EVERY, termsSought } from './terms.ts';

/** As many matches are counted; beyond it the reply says `more`. */
export const COUNTED = 10_000;
/** Sealed blocks read at once: few first, since the newest often suffice. */
const FIRST_READ = 4;
const MOST_READ = 64;

/**
 * Reads index rows of as many blocks as the page and the count need: a term that is everywhere fills
 * a page from the newest block, one that is nowhere costs a key look-up a block.
 */
export async function searchRecords(
  queries: Queries,
  index: BlockIndex,
  projected: number,
  search: AuditSearch,
): Promise<RecordsReply> {
  const wanted = new Wanted(search);
  const { open, sealed } = index;
  if (open && wanted.mayHold(open.meta)) wanted.take(open.block, searchOpen(open, search));
  const terms = termsSought(search);
  const places = (terms.length === 0 ? [EVERY] : terms).map(placeOf);
  const blocks = [...sealed].reverse().filter((meta) => wanted.mayHold(meta));
  let many = FIRST_READ;
  for (let at = 0; at < blocks.length && !wanted.isDone();) {
    const some: BlockMeta[] = [];
    for (; at < blocks.length && some.length < many; at++) {
      const meta = blocks[at];
      if (meta && wanted.needs(meta.block)) some.push(meta);
    }
    many = Math.min(many * 2, MOST_READ);
    const found = await searchSealed(queries, some, terms.length === 0, places, search);
    for (const [i, bits] of found.entries()) {
      const block = some[i]?.block;
      if (block !== undefined && !wanted.isDone()) wanted.take(block, bits);
    }
  }
  const page = wanted.seqs.slice(0, search.limit);
  const records = await readRecords(queries, page);
  return {
    ok: true,
    records,
    next: wanted.seqs.length > search.limit ? (page.at(-1) ?? null) : null,
    total: Math.min(wanted.counted, COUNTED),
    more: wanted.counted > COUNTED,
    projected,
  };
}

/** What is still to be counted and collected while blocks go by, newest first. */
class Wanted {
  readonly #search: AuditSearch;
  readonly #take: number;
  #skip: number;
  readonly seqs: number[] = [];
  counted = 0;

  constructor(search: AuditSearch) {
    this.#search = search;
    // One more than the page says whether there is a next one.
    this.#take = search.limit + 1;
    this.#skip = search.before === undefined ? ((search.page ?? 1) - 1) * search.limit : 0;
  }

  mayHold(meta: BlockMeta): boolean {
    const { from, to } = this.#search;
    return (to === undefined || meta.leastWall <= to) && (from === undefined || meta.mostWall >= from);
  }

  isDone(): boolean {
    return this.counted > COUNTED && this.seqs.length >= this.#take;
  }

  /** Counting needs every block until it is over; a page before `before` only older ones. */
  needs(block: number): boolean {
    const { before } = this.#search;
    return this.counted <= COUNTED || before === undefined || block <= blockOf(Math.max(1, before - 1));
  }

  take(block: number, bits: Bits): void {
    const count = countBits(bits);
    this.counted += count;
    if (this.seqs.length >= this.#take || count === 0) return;
    if (this.#skip >= count) {
      this.#skip -= count;
      return;
    }
    const before = this.#search.before ?? Infinity;
    for (const offset of newestFirst(bits)) {
      const seq = firstOf(block) + offset;
      if (seq >= before) continue;
      if (this.#skip > 0) {
        this.#skip -= 1;
        continue;
      }
      this.seqs.push(seq);
      if (this.seqs.length >= this.#take) return;
    }
  }
}

function searchOpen(open: OpenBlock, search: AuditSearch): Bits {
  const bits = open.postings(EVERY);
  for (const term of termsSought(search)) intersect(bits, open.postings(term));
  keepTimes(bits, open.meta, () => open.walls(), search);
  return bits;
}

/** The matches in each of `blocks`. */
async function searchSealed(
  queries: Queries,
  blocks: readonly BlockMeta[],
  everything: boolean,
  places: readonly Place[],
  search: AuditSearch,
): Promise<Bits[]> {
  const partial = blocks.filter((meta) => !isWithin(meta, search));
  const whole = everything && blocks.every((meta) => meta.records === BLOCK_RECORDS);
  const [rows, walls] = await Promise.all([
    whole ? new Map<number, Map<bigint, Buffer>>() : readTerms(queries, blocks, places),
    readWalls(queries, partial),
  ]);
  return blocks.map((meta) => {
    const own = rows.get(meta.block) ?? new Map<bigint, Buffer>();
    const bits = allBits();
    if (!whole) for (const place of places) intersect(bits, postingsIn(own, place));
    keepTimes(bits, meta, () => walls.get(meta.block) ?? new Float64Array(BLOCK_RECORDS), search);
    return bits;
  });
}

function isWithin(meta: BlockMeta, { from, to }: AuditSearch): boolean {
  return (from === undefined || meta.leastWall >= from) && (to === undefined || meta.mostWall <= to);
}

function keepTimes(bits: Bits, meta: BlockMeta, walls: () => Float64Array, search: AuditSearch): void {
  if (isWithin(meta, search)) return;
  const { from = -Infinity, to = Infinity } = search;
  const inside: number[] = [];
  for (const [offset, wall] of walls().entries()) if (wall >= from && wall <= to) inside.push(offset);
  intersect(bits, bitsAt(inside));
}

async function readTerms(
  queries: Queries,
  blocks: readonly BlockMeta[],
  places: readonly Place[],
): Promise<Map<number, Map<bigint, Buffer>>> {
  const keys = new Set(places.flatMap(({ key, bucket }) => [key, bucket]));
  // Keys are hashes, too long for a number: they come as text.
  const rows = await queries.query<{ block: number; key: string; postings: Buffer }>(
    `SELECT block, key::text AS key, postings FROM cwts.search_terms
      WHERE block = ANY ($1::int[]) AND key = ANY ($2::bigint[])`,
    [blocks.map(({ block }) => block), [...keys]],
  );
  const byBlock = new Map<number, Map<bigint, Buffer>>();
  for (const { block, key, postings } of rows) {
    const own = byBlock.get(block) ?? new Map<bigint, Buffer>();
    byBlock.set(block, own.set(BigInt(key), postings));
  }
  return byBlock;
}

async function readWalls(queries: Queries, blocks: readonly BlockMeta[]): Promise<Map<number, Float64Array>> {
  if (blocks.length === 0) return new Map();
  const rows = await queries.query<{ block: number; walls: Buffer }>(
    'SELECT block, walls FROM cwts.search_blocks WHERE block = ANY ($1::int[])',
    [blocks.map(({ block }) => block)],
  );
  return new Map(rows.map(({ block, walls }) => [block, decodeWalls(walls)]));
}

async function readRecords(queries: Queries, seqs: readonly number[]): Promise<AuditRecord[]> {
  if (seqs.length === 0) return [];
  const rows = await queries.query<{ body: string }>(
    'SELECT body FROM cwts.records WHERE seq = ANY ($1::bigint[]) ORDER BY seq DESC',
    [seqs],
  );
  // Checked against the schema when they were projected.
  return rows.map(({ body }) => JSON.parse(body) as AuditRecord);
}
