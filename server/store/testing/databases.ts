/** The databases that every test of the store runs against: PGlite, and PostgreSQL where one answers. */
import pg from 'pg';
import { need } from './need.ts';
import type { Database } from '../database.ts';
import { openPglite } from '../pglite.ts';
import { openPostgres } from '../postgres.ts';

/** A server whose user may create databases. */
export const SERVER_URL =
  process.env['CWTS_TEST_DATABASE_URL'] ?? 'postgres://postgres@127.0.0.1:5432/postgres';

export interface TestDatabase {
  readonly database: Database;
  /** Where it is reached from elsewhere; null for PGlite. */
  readonly url: string | null;
  drop(): Promise<void>;
}

export interface Kind {
  readonly name: string;
  readonly make: () => Promise<TestDatabase>;
}

const pglite: Kind = {
  name: 'PGlite',
  make: async () => {
    const database = await openPglite(null);
    return { database, url: null, drop: () => database.close() };
  },
};

const postgres: Kind = {
  name: 'PostgreSQL',
  make: async () => {
    const url = await makePostgres();
    const database = need(await openPostgres({ url }, 'postgresql'));
    return {
      database,
      url,
      drop: async () => {
        await database.close();
        await dropPostgres(url);
      },
    };
  },
};

/** Whether a PostgreSQL answers; in CI it must, elsewhere its tests are left out. */
export async function hasPostgres(): Promise<boolean> {
  const client = new pg.Client({ connectionString: SERVER_URL, connectionTimeoutMillis: 2000 });
  try {
    await client.connect();
    await client.end();
    return true;
  } catch (error) {
    if (process.env['CI']) throw error;
    console.warn('No PostgreSQL answers; its tests are left out (CWTS_TEST_DATABASE_URL names one).');
    return false;
  }
}

export async function databaseKinds(): Promise<Kind[]> {
  return (await hasPostgres()) ? [pglite, postgres] : [pglite];
}

export async function makePostgres(): Promise<string> {
  const name = `cwts_test_${process.pid}_${Math.random().toString(36).slice(2, 8)}`;
  await asAdmin(`CREATE DATABASE ${name}`);
  const url = new URL(SERVER_URL);
  url.pathname = `/${name}`;
  return url.href;
}

export async function dropPostgres(url: string): Promise<void> {
  await asAdmin(`DROP DATABASE IF EXISTS ${new URL(url).pathname.slice(1)} WITH (FORCE)`);
}

/** Ends every other connection to that database, as an administrator or a crash would. */
export async function cutConnections(url: string): Promise<void> {
  await asAdmin(
    `SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '${new URL(url).pathname.slice(1)}'`,
  );
}

export async function asAdmin(sql: string, server = SERVER_URL): Promise<void> {
  const client = new pg.Client({ connectionString: server });
  await client.connect();
  try {
    await client.query(sql);
  } finally {
    await client.end();
  }
}
