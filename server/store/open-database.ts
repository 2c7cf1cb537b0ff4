/** Effects: opens the database that the configuration, or what this machine can run, decides. */
import { join } from 'node:path';
import { ok, refuse, type Result } from '../../protocol/result.ts';
import type { Clock } from '../clock.ts';
import type { StoreKind } from '../config/schema.ts';
import type { Database } from './database.ts';
import { DATABASE, startCluster, USER, type Cluster } from './embedded/cluster.ts';
import { openPglite } from './pglite.ts';
import { openPostgres } from './postgres.ts';

export interface StoreSettings {
  readonly kind: StoreKind;
  /** A secret: it may hold a password. */
  readonly url: string | null;
  /** Where an own database keeps its files. */
  readonly folder: string;
}

type StartCluster = (folder: string, clock: Clock) => Promise<Result<Cluster>>;

/** `startOwn`: how a PostgreSQL of our own comes to run; a test's stands for a machine that can't. */
export async function openDatabase(
  settings: StoreSettings,
  clock: Clock,
  startOwn: StartCluster = startCluster,
): Promise<Result<Database>> {
  const { kind, url, folder } = settings;
  switch (kind) {
    case 'none':
      return refuse('store-none', 'This server keeps no store: the configuration says so.');
    case 'pglite':
      return ok(await openPglite(join(folder, 'pglite')));
    case 'embedded':
      return openEmbedded(folder, clock, startOwn);
    case 'url':
      if (url === null) {
        return refuse('database-url-missing', 'The configuration asks for DATABASE_URL, and none is given.');
      }
      return openPostgres({ url }, 'postgresql');
    case 'auto': {
      if (url !== null) return openPostgres({ url }, 'postgresql');
      const embedded = await openEmbedded(folder, clock, startOwn);
      return embedded.ok ? embedded : ok(await openPglite(join(folder, 'pglite')));
    }
  }
}

async function openEmbedded(folder: string, clock: Clock, startOwn: StartCluster): Promise<Result<Database>> {
  const started = await startOwn(folder, clock);
  if (!started.ok) return started;
  const cluster = started.value;
  const opened = await openPostgres(
    { socketDir: cluster.socketDir, user: USER, database: DATABASE },
    'embedded',
  ).catch(async (error: unknown) => {
    await cluster.stop();
    throw error;
  });
  if (!opened.ok) {
    await cluster.stop();
    return opened;
  }
  return ok(withCluster(opened.value, cluster));
}

/** The database goes with its cluster: closing it stops that, and its end is the database's. */
function withCluster(database: Database, cluster: Cluster): Database {
  return {
    kind: database.kind,
    version: database.version,
    query: (sql, values) => database.query(sql, values),
    script: (sql) => database.script(sql),
    transaction: (work) => database.transaction(work),
    claim: () => database.claim(),
    onLost: (listener) => {
      cluster.onExit(listener);
      return database.onLost(listener);
    },
    close: async () => {
      await database.close();
      await cluster.stop();
    },
  };
}
