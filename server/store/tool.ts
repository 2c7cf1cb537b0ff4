/** `npm run store`: the projection from the command line, for a server that is stopped. */
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { lockDataDirectory } from '../audit/lock.ts';
import { RecordCursor } from '../audit/reader.ts';
import { folderSegments } from '../audit/segment-source.ts';
import { SystemClock } from '../clock.ts';
import { loadConfig } from '../config/load.ts';
import { loadSecret } from '../config/secrets.ts';
import { refuse, type Refusal, type Result } from '../../protocol/result.ts';
import type { Database } from './database.ts';
import { hasTables, migrate } from './migrate.ts';
import { openDatabase } from './open-database.ts';
import { Projection } from './projection.ts';

export const USAGE = 'usage: npm run store -- rebuild|status|migrate [--data DIR] [--config FILE]';

const BATCH_RECORDS = 1000;
const SAY_EVERY_MS = 1000;

export interface ToolOutput {
  readonly say: (line: string) => void;
  readonly progress: (line: string) => void;
}

class Refused extends Error {
  readonly refusal: Refusal;
  constructor(refusal: Refusal) {
    super(refusal.sentence);
    this.refusal = refusal;
  }
}

function need<T>(result: Result<T>): T {
  if (result.ok) return result.value;
  throw new Refused(result.error);
}

/** Runs one verb; the exit code. */
export async function runStoreTool(argv: readonly string[], output: ToolOutput): Promise<number> {
  try {
    const { verb, dataDir, config } = readVerb(argv);
    const lock = need(lockDataDirectory(dataDir));
    try {
      await withDatabase(dataDir, config, (database) => run(verb, database, join(dataDir, 'audit'), output));
    } finally {
      lock.release();
    }
    return 0;
  } catch (error) {
    output.say(error instanceof Error ? error.message : String(error));
    return 1;
  }
}

type Verb = 'rebuild' | 'status' | 'migrate';

function readVerb(argv: readonly string[]): { verb: Verb; dataDir: string; config: string } {
  let parsed;
  try {
    parsed = parseArgs({
      args: [...argv],
      allowPositionals: true,
      options: { data: { type: 'string' }, config: { type: 'string' } },
    });
  } catch {
    throw new Refused({ code: 'arguments', sentence: USAGE });
  }
  const [verb, ...more] = parsed.positionals;
  const known = (['rebuild', 'status', 'migrate'] as const).find((one) => one === verb);
  const { data, config } = parsed.values;
  if (known === undefined || more.length > 0 || data === undefined || config === undefined) {
    throw new Refused({ code: 'arguments', sentence: USAGE });
  }
  return { verb: known, dataDir: data, config };
}

async function withDatabase(
  dataDir: string,
  configFile: string,
  work: (database: Database) => Promise<void>,
): Promise<void> {
  const { store } = need(loadConfig(configFile));
  const source = { name: 'database-url', file: null, environment: process.env, variable: 'DATABASE_URL' };
  const url = need(loadSecret(source));
  const settings = { kind: store.kind, url: url?.text ?? null, folder: join(dataDir, 'store') };
  const database = need(await openDatabase(settings, new SystemClock(0)));
  try {
    if (!(await database.claim())) {
      need(refuse('store-claimed', 'A server writes into this database; stop it first.'));
    }
    await work(database);
  } finally {
    await database.close();
  }
}

async function run(verb: Verb, database: Database, auditDir: string, output: ToolOutput): Promise<void> {
  if (verb === 'status') {
    await status(database, output);
    return;
  }
  const { applied, version } = need(await migrate(database));
  if (verb === 'migrate') {
    const done = applied.length === 0 ? 'nothing to do' : `applied ${applied.join(', ')}`;
    output.say(`The database is at migration ${version}: ${done}.`);
    return;
  }
  const started = performance.now();
  let projection = await Projection.open(database);
  await projection.clear();
  projection = await Projection.open(database);
  let saidAt = started;
  const cursor = new RecordCursor(folderSegments(auditDir));
  try {
    for await (const records of cursor.batches()) {
      for (let at = 0; at < records.length; at += BATCH_RECORDS) {
        await projection.write(records.slice(at, at + BATCH_RECORDS));
      }
      if (performance.now() - saidAt < SAY_EVERY_MS) continue;
      saidAt = performance.now();
      output.progress(`${projection.seq} records`);
    }
  } finally {
    await cursor.close();
  }
  const seconds = ((performance.now() - started) / 1000).toFixed(1);
  output.say(
    `Rebuilt from the log: ${projection.seq} records in ${seconds} s, root ${projection.root() ?? 'not known'}.`,
  );
}

async function status(database: Database, output: ToolOutput): Promise<void> {
  output.say(`Database: ${database.kind} ${database.version}.`);
  if (!(await hasTables(database))) {
    output.say('It is empty: the next start of the server fills it.');
    return;
  }
  const [row] = await database.query<{ migrations: number; seq: number; bytes: number; heads: number }>(
    `SELECT (SELECT count(*) FROM cwts.migrations) AS migrations, (SELECT seq FROM cwts.projection) AS seq,
            (SELECT count(*) FROM cwts.audit_head) AS heads, pg_database_size(current_database()) AS bytes`,
  );
  if (!row) return;
  output.say(`Migrations: ${row.migrations}. Records: ${row.seq}. Recorded heads: ${row.heads}.`);
  output.say(`Size: ${(row.bytes / 1_048_576).toFixed(0)} MiB.`);
}
