/** A copy in a PostgreSQL elsewhere: chunks of records, each acknowledged by its commit. */
import { ok, refuse, type Result } from '../../../protocol/result.ts';
import { encodeFrame, HEADER_BYTES, readFrames } from '../../audit/frame.ts';
import type { RawRecord } from '../../audit/reader.ts';
import type { Database } from '../../store/database.ts';
import { sizeOfHead } from './head-note.ts';
import type { CopyTarget, Held } from './target.ts';

export type OpenDatabase = () => Promise<Result<Database>>;

const TABLES = `
  CREATE SCHEMA IF NOT EXISTS cwts_copy;
  CREATE TABLE IF NOT EXISTS cwts_copy.log (one boolean PRIMARY KEY DEFAULT true CHECK (one), verifier text NOT NULL);
  CREATE TABLE IF NOT EXISTS cwts_copy.chunk (first bigint PRIMARY KEY, last bigint NOT NULL, frames bytea NOT NULL);
  CREATE TABLE IF NOT EXISTS cwts_copy.leaves (first bigint PRIMARY KEY, hashes bytea NOT NULL);
  CREATE TABLE IF NOT EXISTS cwts_copy.head (size bigint PRIMARY KEY, note text NOT NULL);
  CREATE TABLE IF NOT EXISTS cwts_copy.snapshot (name text PRIMARY KEY, bytes bytea NOT NULL);`;

export class DatabaseTarget implements CopyTarget {
  readonly where = 'the copy’s database';
  readonly #open: OpenDatabase;
  #database: Database | null = null;

  constructor(open: OpenDatabase) {
    this.#open = open;
  }

  async open(verifier: string): Promise<Result<Held>> {
    await this.close();
    const opened = await this.#open();
    if (!opened.ok) return opened;
    const database = opened.value;
    this.#database = database;
    if (!(await database.claim())) {
      return refuse('copy-claimed', 'Another server writes into the copy’s database; each needs its own.');
    }
    await database.script(TABLES);
    await database.query('INSERT INTO cwts_copy.log (verifier) VALUES ($1) ON CONFLICT DO NOTHING', [
      verifier,
    ]);
    const [log] = await database.query<{ verifier: string }>('SELECT verifier FROM cwts_copy.log');
    if (log?.verifier !== verifier) {
      return refuse('copy-foreign', 'The copy’s database holds the copy of another log; give it its own.');
    }
    const [newest] = await database.query<{ last: number; frames: Buffer }>(
      'SELECT last, frames FROM cwts_copy.chunk ORDER BY first DESC LIMIT 1',
    );
    const [head] = await database.query<{ size: number }>(
      'SELECT size FROM cwts_copy.head ORDER BY size DESC LIMIT 1',
    );
    const payloads = newest ? payloadsOf(newest.frames) : [];
    return ok({ seq: newest?.last ?? 0, newest: payloads.at(-1) ?? null, headSize: head?.size ?? 0 });
  }

  async append(records: readonly RawRecord[]): Promise<void> {
    const first = records[0]?.seq;
    const last = records.at(-1)?.seq;
    if (first === undefined || last === undefined) return;
    const frames = Buffer.concat(records.map(({ payload }) => encodeFrame(payload)));
    await this.#opened().transaction(async (queries) => {
      // A commit that only memory knows of is no copy, whatever the server’s default is.
      await queries.query('SET LOCAL synchronous_commit = on');
      await queries.query('INSERT INTO cwts_copy.chunk (first, last, frames) VALUES ($1, $2, $3)', [
        first,
        last,
        frames,
      ]);
    });
  }

  async keepLeaves(first: number, hashes: Buffer): Promise<void> {
    await this.#opened().query(
      `INSERT INTO cwts_copy.leaves (first, hashes) VALUES ($1, $2)
       ON CONFLICT (first) DO UPDATE SET hashes = excluded.hashes`,
      [first, hashes],
    );
  }

  async addHeads(notes: readonly string[]): Promise<void> {
    await this.#opened().query(
      `INSERT INTO cwts_copy.head (size, note) SELECT * FROM unnest($1::bigint[], $2::text[])
       ON CONFLICT DO NOTHING`,
      [notes.map(sizeOfHead), notes],
    );
  }

  async keepSnapshot(name: string, bytes: Buffer): Promise<void> {
    await this.#opened().transaction(async (queries) => {
      await queries.query('DELETE FROM cwts_copy.snapshot');
      await queries.query('INSERT INTO cwts_copy.snapshot (name, bytes) VALUES ($1, $2)', [name, bytes]);
    });
  }

  async close(): Promise<void> {
    const database = this.#database;
    this.#database = null;
    await database?.close().catch(() => undefined);
  }

  #opened(): Database {
    if (!this.#database) throw new Error('the copy’s database is not open');
    return this.#database;
  }
}

/** Frames without a segment's header. */
export function payloadsOf(frames: Buffer): readonly Buffer[] {
  return readFrames(Buffer.concat([Buffer.alloc(HEADER_BYTES), frames])).payloads;
}
