/**
 * `npm run bench -- audit-search`: 20 questions to the store over 2 million records (`--records 1e7`),
 * their first and their 1,000th page, on a PostgreSQL (`--database URL`, else the one on 127.0.0.1,
 * else our own); beside it the same in plain SQL on the same table with its primary key alone.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { auditSearchSchema, type AuditRecord } from '../protocol/audit.ts';
import { SystemClock } from '../server/clock.ts';
import type { Database } from '../server/store/database.ts';
import { migrate } from '../server/store/migrate.ts';
import { openDatabase } from '../server/store/open-database.ts';
import { Projection, type LoggedRecord } from '../server/store/projection.ts';
import { searchRecords } from '../server/store/search.ts';
import { asAdmin } from '../server/store/testing/databases.ts';
import { need } from '../server/store/testing/need.ts';
import { dayOfRecords, logged } from '../server/store/testing/records.ts';
import { askPlain } from './audit-search/plain.ts';
import { questionsAbout } from './audit-search/questions.ts';
import { finish, printTable, quantile, type Cell } from './lib/report.ts';

const NAME = 'cwts_bench_search';
const PAGE_SIZE = 50;
const DEEP_PAGE = 1000;
const BATCH = 4096;
const KNOWN = 2000;
const PLAIN_MS = 10_000;
const BAR_MS = 200;

const { values: options } = parseArgs({
  options: {
    records: { type: 'string', default: '2e6' },
    rounds: { type: 'string', default: '15' },
    seed: { type: 'string', default: '1' },
    database: { type: 'string' },
    peer: { type: 'boolean', default: true },
  },
  allowNegative: true,
});

interface Opened {
  readonly database: Database;
  readonly drop: () => Promise<void>;
}

async function open(): Promise<Opened> {
  const clock = new SystemClock();
  const given = options.database;
  const server = given ?? 'postgres://postgres@127.0.0.1:5432/postgres';
  const there = await asAdmin(`DROP DATABASE IF EXISTS ${NAME} WITH (FORCE)`, server)
    .then(() => asAdmin(`CREATE DATABASE ${NAME}`, server))
    .then(
      () => true,
      (error: unknown) => {
        if (given !== undefined) throw error;
        return false;
      },
    );
  if (!there) {
    const folder = mkdtempSync(join(tmpdir(), 'cwts-bench-'));
    const database = need(await openDatabase({ kind: 'embedded', url: null, folder }, clock));
    const drop = async (): Promise<void> => {
      await database.close();
      rmSync(folder, { recursive: true, force: true });
    };
    return { database, drop };
  }
  const url = new URL(server);
  url.pathname = `/${NAME}`;
  const database = need(await openDatabase({ kind: 'url', url: url.href, folder: '' }, clock));
  const drop = async (): Promise<void> => {
    await database.close();
    await asAdmin(`DROP DATABASE ${NAME} WITH (FORCE)`, server);
  };
  return { database, drop };
}

interface Filled {
  readonly projection: Projection;
  readonly known: readonly AuditRecord[];
  readonly last: AuditRecord;
  readonly first: AuditRecord;
  readonly seconds: number;
}

async function fill(database: Database, count: number): Promise<Filled> {
  need(await migrate(database));
  const projection = await Projection.open(database);
  const known: AuditRecord[] = [];
  let batch: LoggedRecord[] = [];
  let first: AuditRecord | null = null;
  const started = performance.now();
  for (const record of dayOfRecords(Number(options.seed))) {
    first ??= record;
    batch.push(logged(record));
    if (Math.abs(record.seq - count / 2) < KNOWN) known.push(record);
    const isLast = record.seq === count;
    if (batch.length === BATCH || isLast) {
      await projection.write(batch);
      batch = [];
      if (record.seq % (BATCH * 50) === 0) {
        const perSecond = record.seq / ((performance.now() - started) / 1000);
        console.error(`${record.seq} records, ${perSecond.toFixed(0)} a second`);
      }
    }
    if (isLast) {
      const seconds = (performance.now() - started) / 1000;
      return { projection, known, first, last: record, seconds };
    }
  }
  throw new Error('the records ended');
}

async function run({ database, drop }: Opened): Promise<void> {
  const count = Number(options.records);
  const rounds = Number(options.rounds);
  const { projection, known, first, last, seconds } = await fill(database, count);
  await database.query('ANALYZE');
  const [size] = await database.query<{ records: number; index: number }>(
    `SELECT pg_total_relation_size('cwts.records') AS records,
            pg_total_relation_size('cwts.search_terms') + pg_total_relation_size('cwts.search_blocks') AS index`,
  );
  const questions = questionsAbout(known, first, last);
  const taken = new Map<string, number[]>();
  const totals = new Map<string, string>();
  // Rounds over all questions, so that no question has the cache of its own last asking.
  for (let round = 0; round < rounds; round++) {
    for (const { name, search } of questions) {
      for (const page of [1, DEEP_PAGE]) {
        const asked = auditSearchSchema.parse({ ...search, page, limit: PAGE_SIZE });
        const started = performance.now();
        const reply = await searchRecords(database, projection.index, projection.seq, asked);
        const ms = performance.now() - started;
        const key = `${name} ${page}`;
        taken.set(key, [...(taken.get(key) ?? []), ms]);
        totals.set(name, `${reply.total}${reply.more ? '+' : ''}`);
      }
    }
  }
  const rows: Cell[][] = [];
  let worst = 0;
  for (const { name, search } of questions) {
    const cells: Cell[] = [];
    for (const page of [1, DEEP_PAGE]) {
      const ms = taken.get(`${name} ${page}`) ?? [];
      worst = Math.max(worst, quantile(ms, 0.95));
      const plain = options.peer ? await askPlain(database, search, page, PAGE_SIZE, PLAIN_MS) : NaN;
      cells.push(quantile(ms, 0.5), quantile(ms, 0.95), plain ?? `> ${PLAIN_MS}`);
    }
    rows.push([name, totals.get(name) ?? '', ...cells]);
  }
  const all = [...taken.values()].flat();
  const [p50, p95, p99] = [0.5, 0.95, 0.99].map((q) => quantile(all, q));
  printTable(
    ['question', 'matches', 'page 1 p50', 'p95', 'plain', `page ${DEEP_PAGE} p50`, 'p95', 'plain'],
    rows,
  );
  const kind = `${database.kind} ${database.version}`;
  console.log(
    `\n${count} records on ${kind}, filled at ${(count / seconds).toFixed(0)}/s; ms, ${rounds} rounds; p95 of all ${(p95 ?? NaN).toFixed(1)} ms, bar ${BAR_MS} ms`,
  );
  await drop();
  finish('audit-search', (p95 ?? Infinity) <= BAR_MS, {
    records: count,
    database: kind,
    filledPerSecond: count / seconds,
    recordBytes: size?.records,
    indexBytes: size?.index,
    p50Ms: p50,
    p95Ms: p95,
    p99Ms: p99,
    worstQuestionP95Ms: worst,
    barMs: BAR_MS,
    questions: rows.map(([name, matches, p50First, p95First, plainFirst, p50Deep, p95Deep, plainDeep]) => ({
      ...{ name, matches, p50First, p95First, plainFirst, p50Deep, p95Deep, plainDeep },
    })),
  });
}

const opened = await open();
await run(opened).catch(async (error: unknown) => {
  await opened.drop();
  throw error;
});
