import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { isDeepStrictEqual } from 'node:util';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { auditSearchSchema, type RecordsReply } from '../../protocol/audit.ts';
import { ok, refuse, type Result } from '../../protocol/result.ts';
import { SystemClock } from '../clock.ts';
import type { Database } from './database.ts';
import { openPostgres } from './postgres.ts';
import { StorePart, type StorePartOptions } from './store-part.ts';
import {
  asAdmin,
  databaseKinds,
  hasPostgres,
  makePostgres,
  dropPostgres,
  type TestDatabase,
} from './testing/databases.ts';
import { writeLog } from './testing/log-on-disk.ts';
import { need } from './testing/need.ts';
import { Proxy } from './testing/proxy.ts';
import { firstRecords } from './testing/records.ts';

const folder = mkdtempSync(join(tmpdir(), 'cwts-store-'));
const clock = new SystemClock();
const records = firstRecords(3, 6000);
let logs = 0;
const newLog = (): string => join(folder, `audit-${(logs += 1)}`);

afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** Waits for what is told, not for time: every change of the part looks again. */
class Watched {
  readonly part: StorePart;
  #look: () => void = () => undefined;
  readonly #stop = clock.setRepeating(20, () => this.#look());

  constructor(options: Pick<StorePartOptions, 'auditDir'> & Partial<StorePartOptions>) {
    this.part = new StorePart({
      settings: { kind: 'url', url: null, folder },
      clock,
      random: () => 0,
      changed: () => this.#look(),
      ...options,
    });
    this.part.start();
  }

  until(holds: () => boolean): Promise<void> {
    return new Promise((done) => {
      this.#look = () => {
        if (holds()) done();
      };
      this.#look();
    });
  }

  projected(): number | null {
    return this.part.status().figures.find((one) => one.name === 'records')?.value ?? null;
  }

  async search(asked: object): Promise<Result<RecordsReply>> {
    return (await this.part.ask({
      kind: 'search',
      search: auditSearchSchema.parse(asked),
    })) as Result<RecordsReply>;
  }

  async stop(): Promise<void> {
    this.#stop();
    await this.part.stop();
  }
}

describe.each(await databaseKinds())('the store on $name', ({ make }) => {
  let made: TestDatabase;
  let watched: Watched | null = null;
  /** The same database over several lives of the part. */
  const open = (): Promise<Result<Database>> =>
    Promise.resolve(ok({ ...keep(made.database), close: () => Promise.resolve() }));
  const keep = (database: Database): Database => ({
    kind: database.kind,
    version: database.version,
    query: (sql, values) => database.query(sql, values),
    script: (sql) => database.script(sql),
    transaction: (work) => database.transaction(work),
    claim: () => Promise.resolve(true),
    onLost: () => () => undefined,
    close: () => Promise.resolve(),
  });
  const life = (auditDir: string): Watched => (watched = new Watched({ auditDir, open }));

  beforeAll(async () => {
    made = await make();
  });
  beforeEach(async () => {
    await made.database.script('DROP SCHEMA IF EXISTS cwts CASCADE');
  });
  afterEach(() => watched?.stop());
  afterAll(() => made.drop());

  it('R-45: projects what is acknowledged, and nothing behind it', async () => {
    const dir = newLog();
    writeLog(dir, records);
    const store = life(dir);
    store.part.head({ size: 2500, root: null });
    await store.until(() => store.projected() === 2500);
    expect(need(await store.search({ limit: 1 })).records).toEqual([records[2499]]);
    store.part.head({ size: 6000, root: null });
    await store.until(() => store.projected() === 6000);
    expect(need(await store.search({ order: records[5999]?.order ?? undefined, limit: 1 })).projected).toBe(
      6000,
    );
  });

  it('a restart goes on behind what it has', async () => {
    const dir = newLog();
    const head = writeLog(dir, records);
    const first = life(dir);
    first.part.head({ size: 4321, root: null });
    await first.until(() => first.projected() === 4321);
    await first.stop();
    const second = life(dir);
    await second.until(() => second.projected() === 4321);
    second.part.head(head);
    await second.until(() => second.projected() === 6000);
    const all = need(await second.search({ limit: 500 }));
    expect(all.total).toBe(6000);
  });

  it.each([
    ['of other records', () => firstRecords(4, 6000)],
    ['that is shorter', () => records.slice(0, 1500)],
    [
      'that differs in one early record only',
      () => records.map((one) => (one.seq === 7 ? { ...one, actor: 'mallory' } : one)),
    ],
  ])('R-48: another log, %s, is projected anew', async (_which, others) => {
    const [dir, otherDir] = [newLog(), newLog()];
    const head = writeLog(dir, records);
    const first = life(dir);
    first.part.head(head);
    await first.until(() => first.projected() === 6000);
    await first.stop();
    const other = others();
    const otherHead = writeLog(otherDir, other);
    const second = life(otherDir);
    second.part.head(otherHead);
    await second.until(() => second.projected() === other.length);
    // The old projection answers until the new one begins; PGlite answers without leaving the thread.
    const sought = async (): Promise<RecordsReply> => {
      await new Promise((turn) => setImmediate(turn));
      return need(await second.search({ limit: 1, before: 8 }));
    };
    let reply = await sought();
    while (!isDeepStrictEqual(reply.records, [other[6]])) reply = await sought();
    await second.until(() => second.projected() === other.length);
    expect(need(await second.search({})).total).toBe(other.length);
  });

  it('R-48: a log that does not have its signed root is refused, not searched as if it did', async () => {
    const dir = newLog();
    writeLog(dir, records);
    const store = life(dir);
    store.part.head({ size: 3000, root: '00'.repeat(32) });
    await store.until(() => store.part.status().state === 'down');
    expect(store.part.status().sentence).toBe(
      'The audit log on disk does not agree with its signed head at record 3000.',
    );
  });

  it('recorded heads survive a rebuild, and the same twice is one', async () => {
    const dir = newLog();
    const store = life(dir);
    await store.until(() => store.part.status().state === 'ok');
    expect(await store.part.ask({ kind: 'newest-head' })).toEqual(ok(null));
    const head = {
      size: 12,
      root: 'ab'.repeat(32),
      checkpoint: 'log\n12\n',
      signedAt: 1_800_000_000_000_000,
    };
    expect(await store.part.ask({ kind: 'record-head', head })).toEqual(ok(null));
    expect(await store.part.ask({ kind: 'record-head', head })).toEqual(ok(null));
    expect(await store.part.ask({ kind: 'newest-head' })).toEqual(ok(head));
  });
});

it('until it is ready, and while it is down, it says so', async () => {
  let answer: (opened: Result<Database>) => void = () => undefined;
  const store = new Watched({ auditDir: newLog(), open: () => new Promise((done) => (answer = done)) });
  expect(await store.search({})).toMatchObject({ error: { code: 'store-starting' } });
  expect(store.part.status()).toMatchObject({ id: 'store', state: 'unknown' });
  answer(refuse('database-old', 'The database is too old.'));
  await store.until(() => store.part.status().state === 'down');
  expect(await store.search({})).toMatchObject({
    error: {
      code: 'store-down',
      sentence: 'The log can’t be searched now: The database is too old.'.replace('’', "'"),
    },
  });
  await store.stop();
});

describe.skipIf(!(await hasPostgres()))('a PostgreSQL that comes and goes', () => {
  let url = '';
  let proxy: Proxy;
  let through = '';
  let store: Watched;
  let dir = '';

  beforeEach(async () => {
    url = await makePostgres();
    const { hostname, port } = new URL(url);
    proxy = new Proxy(hostname, Number(port || 5432));
    await proxy.up();
    const by = new URL(url);
    by.hostname = '127.0.0.1';
    by.port = String(proxy.port);
    through = by.href;
    dir = newLog();
    writeLog(dir, records);
  });
  afterEach(async () => {
    await store.stop();
    await proxy.cut();
    await dropPostgres(url);
  });
  const start = (): void => {
    store = new Watched({ auditDir: dir, settings: { kind: 'url', url: through, folder } });
  };

  it('down and back: it catches up and loses nothing', async () => {
    start();
    store.part.head({ size: 2000, root: null });
    await store.until(() => store.projected() === 2000);
    await proxy.cut();
    await store.until(() => store.part.status().state === 'down');
    expect(await store.search({})).toMatchObject({ error: { code: 'store-down' } });
    store.part.head({ size: 6000, root: null });
    await proxy.up();
    await store.until(() => store.projected() === 6000);
    expect(need(await store.search({ limit: 1 })).total).toBe(6000);
  });

  it('not there at the start: it starts when that does', async () => {
    await proxy.cut();
    start();
    await store.until(() => store.part.status().state === 'down');
    expect(store.part.status().sentence).toBe('Nothing listens at its address.');
    store.part.head({ size: 6000, root: null });
    await proxy.up();
    await store.until(() => store.projected() === 6000);
  });

  it('cut at any moment of a catch-up, it ends with every record once', async () => {
    start();
    for (let size = 500; size <= 6000; size += 500) {
      store.part.head({ size, root: null });
      await asAdmin(
        `SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '${new URL(url).pathname.slice(1)}'`,
      );
    }
    await store.until(() => store.projected() === 6000);
    const direct = need(await openPostgres({ url }, 'postgresql'));
    const counted = await direct.query('SELECT count(*) AS n, max(seq) AS last FROM cwts.records');
    await direct.close();
    expect(counted).toEqual([{ n: 6000, last: 6000 }]);
    expect(need(await store.search({})).total).toBe(6000);
  });

  it('a second server that means the same database is told so', async () => {
    start();
    await store.until(() => store.part.status().state === 'ok');
    const second = new Watched({ auditDir: dir, settings: { kind: 'url', url: through, folder } });
    await second.until(() => second.part.status().state === 'down');
    expect(second.part.status().sentence).toMatch(/^Another server writes into this database/);
    await second.stop();
  });

  it('an address that is none, or whose password is wrong, is said without quoting it', async () => {
    start();
    const bad = new Watched({
      auditDir: dir,
      settings: { kind: 'url', url: 'postgres://u:sesame@[', folder },
    });
    await bad.until(() => bad.part.status().state === 'down');
    expect(bad.part.status().sentence).toBe('DATABASE_URL is not an address of a PostgreSQL database.');
    await bad.stop();
  });
});
