/**
 * PGlite: PostgreSQL as WebAssembly inside this thread, for machines that PostgreSQL's own binary
 * can't run on. It never syncs its files, so that nothing may live there alone.
 */
import { mkdir } from 'node:fs/promises';
import type { Results, Transaction } from '@electric-sql/pglite';
import { databaseError, safeInteger, type Database, type Queries, type Value } from './database.ts';

const INT8 = 20;
const BYTEA = 17;

interface Engine {
  query<R>(sql: string, values?: unknown[]): Promise<Results<R>>;
  exec(sql: string): Promise<unknown>;
}

/** `dir` null: in memory, for tests. */
export async function openPglite(dir: string | null): Promise<Database> {
  const { PGlite, types } = await import('@electric-sql/pglite');
  if (dir !== null) await mkdir(dir, { recursive: true, mode: 0o700 });
  const engine = await PGlite.create({
    ...(dir === null ? {} : { dataDir: dir }),
    parsers: {
      [INT8]: safeInteger,
      [BYTEA]: (text: string) => Buffer.from(types.parsers[BYTEA]?.(text, BYTEA) as Uint8Array),
    },
  });
  const answer = await engine.query<{ version: string }>(
    `SELECT current_setting('server_version') AS version`,
  );
  return {
    kind: 'pglite',
    version: answer.rows[0]?.version ?? '',
    ...queriesOf(engine),
    transaction: async (work) => {
      try {
        return await engine.transaction((tx: Transaction) => work(queriesOf(tx)));
      } catch (error) {
        throw databaseError(error);
      }
    },
    // The data directory's lock already keeps every other program out.
    claim: () => Promise.resolve(true),
    onLost: () => () => undefined,
    close: () => engine.close().catch(() => undefined),
  };
}

function queriesOf(engine: Engine): Queries {
  return {
    query: async <R>(sql: string, values: readonly Value[] = []): Promise<readonly R[]> => {
      try {
        return (await engine.query<R>(sql, [...values])).rows;
      } catch (error) {
        throw databaseError(error);
      }
    },
    script: async (sql) => {
      try {
        await engine.exec(sql);
      } catch (error) {
        throw databaseError(error);
      }
    },
  };
}
