import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Database, Queries } from './database.ts';
import { migrate, MIGRATIONS, type Migration } from './migrate.ts';
import { openPostgres } from './postgres.ts';
import { cutConnections, databaseKinds, type TestDatabase } from './testing/databases.ts';
import { need } from './testing/need.ts';

describe.each(await databaseKinds())('migrations on $name', ({ make }) => {
  let made: TestDatabase;
  beforeAll(async () => {
    made = await make();
  });
  beforeEach(async () => {
    await made.database.script('DROP SCHEMA IF EXISTS cwts CASCADE');
  });
  afterAll(() => made.drop());

  const names = MIGRATIONS.map(({ name }) => name);
  const tables = async (): Promise<unknown[]> => {
    const rows = await made.database.query<{ name: string }>(
      `SELECT table_name AS name FROM information_schema.tables WHERE table_schema = 'cwts' ORDER BY 1`,
    );
    return rows.map(({ name }) => name);
  };

  it('are applied once, in order', async () => {
    expect(need(await migrate(made.database))).toEqual({ applied: names, version: names.length });
    expect(need(await migrate(made.database))).toEqual({ applied: [], version: names.length });
    expect(await tables()).toContain('records');
  });

  it('one that was interrupted left nothing, and is applied whole the next time', async () => {
    const half: Migration[] = [
      { name: '0001-one', sql: 'CREATE TABLE cwts.one (n int);' },
      { name: '0002-two', sql: 'CREATE TABLE cwts.two (n int); INSERT INTO cwts.one VALUES (1);' },
    ];
    // It dies between the second migration's tables and the note that they are there.
    const dying: Database = {
      ...made.database,
      query: (sql, values) => made.database.query(sql, values),
      script: (sql) => made.database.script(sql),
      transaction: (work) =>
        made.database.transaction((queries) =>
          work({
            script: (sql) => queries.script(sql),
            query: (sql, values) => {
              if (values?.includes('0002-two')) return Promise.reject(new Error('power cut'));
              return queries.query(sql, values);
            },
          }),
        ),
    };
    await expect(migrate(dying, half)).rejects.toThrow('power cut');
    expect(await tables()).toEqual(['migrations', 'one']);
    expect(need(await migrate(made.database, half)).applied).toEqual(['0002-two']);
    expect(await made.database.query('SELECT n FROM cwts.one')).toEqual([{ n: 1 }]);
  });

  it('a database of a newer program, or one that was changed, is refused by name', async () => {
    need(await migrate(made.database));
    await made.database.query(`INSERT INTO cwts.migrations (number, name, checksum) VALUES ($1, $2, $3)`, [
      names.length + 1,
      '0099-later',
      'x',
    ]);
    expect(await migrate(made.database)).toMatchObject({
      error: { code: 'database-newer', sentence: expect.stringContaining('0099-later') as string },
    });
    await made.database.query('DELETE FROM cwts.migrations WHERE number > $1', [names.length]);
    await made.database.query('UPDATE cwts.migrations SET checksum = $1 WHERE number = 1', ['other']);
    expect(await migrate(made.database)).toMatchObject({ error: { code: 'database-foreign' } });
  });

  it('a connection cut in the middle leaves whole migrations only', async ({ skip }) => {
    const { url } = made;
    if (url === null) return skip('PGlite has no connection');
    const cutting: Migration[] = [
      { name: '0001-one', sql: 'CREATE TABLE cwts.one (n int);' },
      { name: '0002-two', sql: 'CREATE TABLE cwts.two (n int); SELECT pg_sleep(30);' },
    ];
    const second = need(await openPostgres({ url }, 'postgresql'));
    const failed = expect(migrate(second, cutting)).rejects.toThrow();
    const sleeping = `SELECT 1 FROM pg_stat_activity WHERE wait_event = 'PgSleep' AND datname = current_database()`;
    while ((await made.database.query(sleeping)).length === 0) continue;
    await cutConnections(url);
    await failed;
    await second.close();
    const again = [...cutting.slice(0, 1), { name: '0002-two', sql: 'CREATE TABLE cwts.two (n int);' }];
    expect(need(await migrate(made.database, again)).applied).toEqual(['0002-two']);
  });

  it('answers alike: numbers, bytes, arrays, nulls, text of any kind', async () => {
    const [row] = await made.database.query(
      `SELECT $1::bigint AS big, $2::bytea AS bytes, $3::text[] AS texts, $4::text AS nothing, $5::text AS text, true AS yes`,
      [
        9_007_199_254_740_991,
        Buffer.from([0, 255, 92]),
        ['a"b', null, '{},\\', ''],
        null,
        `it's “here” \n é 😀`,
      ],
    );
    expect(row).toEqual({
      big: 9_007_199_254_740_991,
      bytes: Buffer.from([0, 255, 92]),
      texts: ['a"b', null, '{},\\', ''],
      nothing: null,
      text: `it's “here” \n é 😀`,
      yes: true,
    });
    const bytes = await made.database.query<{ b: Buffer }>('SELECT b FROM unnest($1::bytea[]) AS t (b)', [
      [Buffer.from([1, 0]), Buffer.alloc(0)],
    ]);
    expect(bytes.map(({ b }) => b)).toEqual([Buffer.from([1, 0]), Buffer.alloc(0)]);
  });

  it('a transaction that fails leaves nothing, and the next one goes on', async () => {
    await made.database.script('CREATE SCHEMA cwts; CREATE TABLE cwts.t (n int)');
    const insert = (queries: Queries, n: number) => queries.query('INSERT INTO cwts.t VALUES ($1)', [n]);
    await expect(
      made.database.transaction(async (queries) => {
        await insert(queries, 1);
        await queries.query('SELECT nothing FROM nowhere');
      }),
    ).rejects.toThrow();
    await made.database.transaction((queries) => insert(queries, 2));
    expect(await made.database.query('SELECT n FROM cwts.t')).toEqual([{ n: 2 }]);
  });
});
