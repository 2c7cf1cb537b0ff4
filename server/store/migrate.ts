import { createHash } from 'node:crypto';
import { ok, refuse, type Result } from '../../protocol/result.ts';
import type { Database } from './database.ts';
import records from './migrations/0001-records.sql?raw';
import auditHead from './migrations/0002-audit-head.sql?raw';
import bars from './migrations/0003-bars.sql?raw';
import kernelRuns from './migrations/0004-kernel-runs.sql?raw';
import kernelHistory from './migrations/0005-kernel-history.sql?raw';

export interface Migration {
  /** `0001-records`: the file's name; its number is its place. */
  readonly name: string;
  readonly sql: string;
}

export const MIGRATIONS: readonly Migration[] = [
  { name: '0001-records', sql: records },
  { name: '0002-audit-head', sql: auditHead },
  { name: '0003-bars', sql: bars },
  { name: '0004-kernel-runs', sql: kernelRuns },
  { name: '0005-kernel-history', sql: kernelHistory },
];

export interface Migrated {
  /** Those that were applied now. */
  readonly applied: readonly string[];
  readonly version: number;
}

const checksumOf = (sql: string): string => createHash('sha256').update(sql).digest('hex');

/**
 * Brings the database to this program's tables, each migration whole or not at all: one that was
 * interrupted left nothing and is applied again. Refused: a database that a newer program wrote
 * (`database-newer`), and one whose migrations are not these (`database-foreign`).
 */
export async function migrate(
  database: Database,
  migrations: readonly Migration[] = MIGRATIONS,
): Promise<Result<Migrated>> {
  const done = await appliedTo(database);
  for (const [i, { number, name, checksum }] of done.entries()) {
    const ours = migrations[i];
    if (!ours) {
      return refuse(
        'database-newer',
        `The database was written by a newer version of this program: its migration ${name} is not known here. Use that version, or another database.`,
      );
    }
    if (number !== i + 1 || name !== ours.name || checksum !== checksumOf(ours.sql)) {
      return refuse(
        'database-foreign',
        `The database's migration ${name} is not this program's ${ours.name}; it belongs to another program or was changed.`,
      );
    }
  }
  const applied: string[] = [];
  for (const [i, { name, sql }] of migrations.entries()) {
    if (i < done.length) continue;
    await database.transaction(async (queries) => {
      await queries.script(sql);
      await queries.query('INSERT INTO cwts.migrations (number, name, checksum) VALUES ($1, $2, $3)', [
        i + 1,
        name,
        checksumOf(sql),
      ]);
    });
    applied.push(name);
  }
  return ok({ applied, version: migrations.length });
}

interface Applied {
  readonly number: number;
  readonly name: string;
  readonly checksum: string;
}

async function appliedTo(database: Database): Promise<readonly Applied[]> {
  if (!(await hasTables(database))) {
    await database.transaction((queries) =>
      queries.script(`
        CREATE SCHEMA IF NOT EXISTS cwts;
        CREATE TABLE cwts.migrations (
          number integer PRIMARY KEY,
          name text NOT NULL,
          checksum text NOT NULL,
          applied_at timestamptz NOT NULL DEFAULT now()
        );`),
    );
  }
  return database.query<Applied>('SELECT number, name, checksum FROM cwts.migrations ORDER BY number');
}

/** Whether any migration ever ran here; a user that may only read can ask it. */
export async function hasTables(database: Database): Promise<boolean> {
  const [row] = await database.query<{ there: boolean }>(
    `SELECT to_regclass('cwts.migrations') IS NOT NULL AS there`,
  );
  return row?.there === true;
}
