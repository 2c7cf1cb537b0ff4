/** Effects: writes records into the database with their search index, whole batches or nothing. */
import { auditRecordSchema, type AuditRecord } from '../../protocol/audit.ts';
import { BlockIndex } from './block-index.ts';
import { OpenBlock, type BlockMeta } from './block.ts';
import type { Database, Queries } from './database.ts';
import { Frontier } from './frontier.ts';
import { BLOCK_RECORDS, blockOf, firstOf } from './postings.ts';
import { termsOf } from './terms.ts';

/** A record's canonical bytes as the log holds them. */
export interface LoggedRecord {
  readonly seq: number;
  readonly payload: Buffer;
}

/** The log holds what this program can't read, or not what was due; said in a sentence. */
export class ProjectionRefused extends Error {
  override readonly name = 'ProjectionRefused';
}

const SEPARATOR = '\x1f';
const READ_RECORDS = 2000;

/**
 * Where the projection stands is written in the same transaction as the records, so that after any
 * crash it goes on exactly behind them. After a method threw, open it again: memory may be ahead.
 */
export class Projection {
  readonly #database: Database;
  readonly #index: BlockIndex;
  #seq: number;
  /** Null once the log had a gap (removed by retention): then the root is not known here. */
  #frontier: Frontier | null;

  private constructor(database: Database, index: BlockIndex, seq: number, frontier: Frontier | null) {
    this.#database = database;
    this.#index = index;
    this.#seq = seq;
    this.#frontier = frontier;
  }

  /** Reads how far it is, and builds the newest block's index from its records. */
  static async open(database: Database): Promise<Projection> {
    const [position] = await database.query<{ seq: number; peaks: Buffer | null }>(
      'SELECT seq, peaks FROM cwts.projection',
    );
    const sealed = await database.query<BlockMeta>(
      `SELECT block, records, least_wall AS "leastWall", most_wall AS "mostWall"
         FROM cwts.search_blocks ORDER BY block`,
    );
    const seq = position?.seq ?? 0;
    const peaks = position?.peaks ?? null;
    const index = new BlockIndex(sealed);
    const projection = new Projection(database, index, seq, peaks && new Frontier(seq, peaks));
    await projection.#readOpenBlock();
    return projection;
  }

  /** The newest record that is in. */
  get seq(): number {
    return this.#seq;
  }

  /** RFC 9162 root of the records up to `seq`, in hex; null when some of them were removed. */
  root(): string | null {
    return this.#frontier?.root() ?? null;
  }

  get index(): BlockIndex {
    return this.#index;
  }

  /** The newest record's bytes as they were projected. */
  async newest(): Promise<string | null> {
    const [row] = await this.#database.query<{ body: string }>(
      'SELECT body FROM cwts.records WHERE seq = $1',
      [this.#seq],
    );
    return row?.body ?? null;
  }

  /** Takes what it does not have yet, in order; records that it has are passed over. */
  async write(records: readonly LoggedRecord[]): Promise<void> {
    let batch: LoggedRecord[] = [];
    let block = -1;
    for (const record of records) {
      if (record.seq <= this.#seq) continue;
      if (batch.length > 0 && blockOf(record.seq) !== block) {
        await this.#writeBatch(batch);
        batch = [];
      }
      block = blockOf(record.seq);
      batch.push(record);
    }
    if (batch.length > 0) await this.#writeBatch(batch);
  }

  /** Retention removed these records: neither their bodies nor whole blocks of their terms stay. */
  async forget(first: number, last: number): Promise<void> {
    const from = blockOf(first + BLOCK_RECORDS - 1);
    const to = blockOf(last + 1) - 1;
    await this.#database.transaction(async (queries) => {
      await queries.query('DELETE FROM cwts.records WHERE seq BETWEEN $1 AND $2', [first, last]);
      await queries.query('DELETE FROM cwts.search_terms WHERE block BETWEEN $1 AND $2', [from, to]);
      await queries.query('DELETE FROM cwts.search_blocks WHERE block BETWEEN $1 AND $2', [from, to]);
    });
    this.#index.drop(from, to);
  }

  /** Empties it, recorded heads aside: the log is another one, or somebody asked. */
  async clear(): Promise<void> {
    await this.#database.transaction((queries) =>
      queries.script(
        `TRUNCATE cwts.records, cwts.search_blocks, cwts.search_terms;
         UPDATE cwts.projection SET seq = 0, peaks = '';`,
      ),
    );
    this.#index.clear();
    this.#seq = 0;
    this.#frontier = new Frontier();
  }

  /** All of one block. */
  async #writeBatch(batch: readonly LoggedRecord[]): Promise<void> {
    const parsed = batch.map(({ seq, payload }) => parse(seq, payload));
    const first = batch[0]?.seq ?? 0;
    const last = batch.at(-1)?.seq ?? 0;
    const gapless = first === this.#seq + 1 && last - first === batch.length - 1;
    const frontier = gapless ? (this.#frontier?.copy() ?? null) : null;
    if (frontier) for (const { payload } of batch) frontier.add(payload);
    const before = this.#index.open;
    const filling = before?.block === blockOf(first) ? before : new OpenBlock(blockOf(first));
    for (const { record } of parsed) filling.add(record.seq, wallMicros(record), termsOf(record));
    const isFull = last === firstOf(blockOf(last)) + BLOCK_RECORDS - 1;
    await this.#database.transaction(async (queries) => {
      // What is lost by it is read from the log again.
      await queries.script('SET LOCAL synchronous_commit = off');
      await insertRecords(queries, parsed);
      if (before && before !== filling) await insertBlock(queries, before);
      if (isFull) await insertBlock(queries, filling);
      await queries.query('UPDATE cwts.projection SET seq = $1, peaks = $2', [
        last,
        frontier?.toBytes() ?? null,
      ]);
    });
    if (before && before !== filling) this.#index.seal(before);
    if (isFull) this.#index.seal(filling);
    else this.#index.open = filling;
    this.#seq = last;
    this.#frontier = frontier;
  }

  async #readOpenBlock(): Promise<void> {
    if (this.#seq === 0) return;
    const block = blockOf(this.#seq);
    if (this.#index.sealed.at(-1)?.block === block) return;
    const open = new OpenBlock(block);
    for (let after = firstOf(block) - 1; after < this.#seq;) {
      const rows = await this.#database.query<{ seq: number; body: string }>(
        'SELECT seq, body FROM cwts.records WHERE seq > $1 ORDER BY seq LIMIT $2',
        [after, READ_RECORDS],
      );
      for (const { seq, body } of rows) {
        const { record } = parse(seq, Buffer.from(body));
        open.add(seq, wallMicros(record), termsOf(record));
      }
      after = rows.at(-1)?.seq ?? this.#seq;
    }
    this.#index.open = open;
  }
}

interface Parsed {
  readonly record: AuditRecord;
  readonly body: string;
}

function parse(seq: number, payload: Buffer): Parsed {
  const body = payload.toString('utf8');
  let value: unknown;
  try {
    value = JSON.parse(body);
  } catch {
    throw new ProjectionRefused(`Record ${seq} of the audit log can't be read.`);
  }
  const record = auditRecordSchema.safeParse(value).data;
  if (record?.seq === seq) return { record, body };
  throw new ProjectionRefused(`Record ${seq} of the audit log is not one that this version knows.`);
}

const wallMicros = (record: AuditRecord): number => Number(BigInt(record.wall) / 1000n);

/** PostgreSQL's text has no NUL; the record's own bytes keep it (as an escape). */
const plain = (text: string): string => text.replaceAll('\0', '�');
const plainOrNull = (text: string | null): string | null => (text === null ? null : plain(text));

async function insertRecords(queries: Queries, parsed: readonly Parsed[]): Promise<void> {
  const of = <T>(get: (record: AuditRecord) => T): T[] => parsed.map(({ record }) => get(record));
  await queries.query(
    `INSERT INTO cwts.records
       (seq, wall, actor, action, scope, order_id, client_id, session, flags, body)
     SELECT seq, wall, actor, action, scope, order_id, client_id, session,
            string_to_array(flags, E'\\x1f'), body
       FROM unnest($1::bigint[], $2::bigint[], $3::text[], $4::text[], $5::text[], $6::text[],
                   $7::text[], $8::text[], $9::text[], $10::text[])
         AS new (seq, wall, actor, action, scope, order_id, client_id, session, flags, body)
     ON CONFLICT (seq) DO NOTHING`,
    [
      of(({ seq }) => seq),
      of(({ wall }) => wall),
      of(({ actor }) => plain(actor)),
      of(({ action }) => plain(action)),
      of(({ scope }) => plain(scope)),
      of(({ order }) => plainOrNull(order)),
      of(({ client }) => plainOrNull(client)),
      of(({ session }) => plainOrNull(session)),
      of(({ flags }) => plain(flags.join(SEPARATOR))),
      parsed.map(({ body }) => body),
    ],
  );
}

async function insertBlock(queries: Queries, open: OpenBlock): Promise<void> {
  const { block, records, leastWall, mostWall } = open.meta;
  await queries.query(
    `INSERT INTO cwts.search_blocks (block, records, least_wall, most_wall, walls)
     VALUES ($1, $2, $3, $4, $5)`,
    [block, records, leastWall, mostWall, open.encodeWalls()],
  );
  const rows = open.seal();
  await queries.query(
    `INSERT INTO cwts.search_terms (block, key, postings)
     SELECT $1::int, key, postings FROM unnest($2::bigint[], $3::bytea[]) AS new (key, postings)`,
    [block, rows.map(({ key }) => key), rows.map(({ postings }) => postings)],
  );
}
