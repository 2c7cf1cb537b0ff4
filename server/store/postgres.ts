/** PostgreSQL by `pg`: a pool, and one connection that holds the claim. */
import pg from 'pg';
import type { Cancel } from '../clock.ts';
import { ok, refuse, type Result } from '../../protocol/result.ts';
import { databaseError, safeInteger, type Database, type Queries, type Value } from './database.ts';

export type Address =
  { readonly url: string } | { readonly socketDir: string; readonly user: string; readonly database: string };

const CONNECTIONS = 4;
const CONNECT_MS = 5000;
const ANSWER_MS = 60_000;
const IDLE_MS = 30_000;
const OLDEST = 150_000;
/** Names our advisory lock among others'; any number does, as long as it stays. */
const CLAIM = 0x6377_7473;

const INT8 = 20;
/** The driver's own, `bigint` aside; its types list the known ids only, and others come too. */
const types: pg.CustomTypesConfig = {
  getTypeParser: (oid: number, format?: 'text' | 'binary') =>
    oid === INT8 ? safeInteger : (pg.types.getTypeParser as ParserOf)(oid, format),
};
type ParserOf = (oid: number, format?: 'text' | 'binary') => (text: string) => unknown;

/** Connects and checks the version. Throws `DatabaseError` when it can't connect. */
export async function openPostgres(
  address: Address,
  kind: 'postgresql' | 'embedded',
): Promise<Result<Database>> {
  const where =
    'url' in address
      ? { connectionString: address.url }
      : { host: address.socketDir, user: address.user, database: address.database };
  if ('url' in address && !isAddress(address.url)) {
    // Neither here nor later: what the driver says of it may quote a password.
    return refuse('database-address', 'DATABASE_URL is not an address of a PostgreSQL database.');
  }
  const pool = new pg.Pool({
    ...where,
    types,
    max: CONNECTIONS,
    connectionTimeoutMillis: CONNECT_MS,
    idleTimeoutMillis: IDLE_MS,
    query_timeout: ANSWER_MS,
    keepAlive: true,
    application_name: 'cwts-console',
  });
  const database = new Postgres(pool, kind);
  const version = await database.readVersion().catch(async (error: unknown) => {
    await database.close();
    throw error;
  });
  if (version.number >= OLDEST) return ok(database);
  await database.close();
  return refuse('database-old', `The database is PostgreSQL ${version.text}; the store needs 15 or newer.`);
}

function isAddress(url: string): boolean {
  try {
    return /^postgres(ql)?:$/.test(new URL(url).protocol);
  } catch {
    return false;
  }
}

class Postgres implements Database {
  readonly kind: 'postgresql' | 'embedded';
  readonly #pool: pg.Pool;
  readonly #listeners = new Set<(sentence: string) => void>();
  #claim: pg.PoolClient | null = null;
  #version = '';
  #over = false;

  constructor(pool: pg.Pool, kind: 'postgresql' | 'embedded') {
    this.#pool = pool;
    this.kind = kind;
    // An idle connection that dies; the next query makes another one, or says that it can't.
    pool.on('error', () => undefined);
    // One that dies while it is used: its query fails, and that is heard.
    pool.on('connect', (client) => client.on('error', () => undefined));
  }

  get version(): string {
    return this.#version;
  }

  async readVersion(): Promise<{ readonly number: number; readonly text: string }> {
    const sql = `SELECT current_setting('server_version_num')::int AS number, current_setting('server_version') AS text`;
    const [version] = await this.query<{ number: number; text: string }>(sql);
    this.#version = version?.text.split(' ')[0] ?? '';
    return { number: version?.number ?? 0, text: this.#version };
  }

  query<R>(sql: string, values: readonly Value[] = []): Promise<readonly R[]> {
    return run<R>(this.#pool, sql, values);
  }

  async script(sql: string): Promise<void> {
    await this.query(sql);
  }

  async transaction<T>(work: (queries: Queries) => Promise<T>): Promise<T> {
    const client = await this.#connect();
    let broken = true;
    try {
      await run(client, 'BEGIN');
      try {
        const done = await work({
          query: (sql, values) => run(client, sql, values),
          script: async (sql) => {
            await run(client, sql);
          },
        });
        await run(client, 'COMMIT');
        broken = false;
        return done;
      } catch (error) {
        await run(client, 'ROLLBACK');
        broken = false;
        throw error;
      }
    } finally {
      // A connection that failed in the middle is not given to the next one.
      client.release(broken);
    }
  }

  async claim(): Promise<boolean> {
    const client = await this.#connect();
    const lost = (): void => {
      if (this.#claim === client) this.#tell('The connection to the database broke.');
    };
    client.on('error', lost);
    client.on('end', lost);
    try {
      const rows = await run<{ got: boolean }>(client, 'SELECT pg_try_advisory_lock($1) AS got', [CLAIM]);
      if (rows[0]?.got === true) {
        this.#claim = client;
        return true;
      }
    } catch (error) {
      client.release(true);
      throw error;
    }
    client.release();
    return false;
  }

  onLost(listener: (sentence: string) => void): Cancel {
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  }

  async close(): Promise<void> {
    if (this.#over) return;
    this.#over = true;
    this.#listeners.clear();
    this.#claim?.release(true);
    this.#claim = null;
    await this.#pool.end().catch(() => undefined);
  }

  async #connect(): Promise<pg.PoolClient> {
    try {
      return await this.#pool.connect();
    } catch (error) {
      throw databaseError(error);
    }
  }

  #tell(sentence: string): void {
    const listeners = [...this.#listeners];
    this.#listeners.clear();
    for (const listener of listeners) listener(sentence);
  }
}

async function run<R>(
  on: pg.Pool | pg.PoolClient,
  sql: string,
  values: readonly Value[] = [],
): Promise<readonly R[]> {
  try {
    // Without values the simple protocol: that is what takes several statements.
    const { rows } = values.length === 0 ? await on.query(sql) : await on.query(sql, [...values]);
    return rows as R[];
  } catch (error) {
    throw databaseError(error);
  }
}
