import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { SystemClock } from '../../clock.ts';
import { openDatabase } from '../open-database.ts';
import { need } from '../testing/need.ts';
import { findBinaries } from './binaries.ts';
import { isPostgresOf, pidIn } from './orphan.ts';
import { ownerOf } from './owner.ts';

const folder = mkdtempSync(join(tmpdir(), 'cwts-cluster-'));
const clock = new SystemClock();
const open = async (name: string) =>
  need(await openDatabase({ kind: 'embedded', url: null, folder: join(folder, name) }, clock));
const pidOf = (name: string): number => pidIn(join(folder, name, 'pg/postmaster.pid')) ?? 0;
const runs = (name: string, pid: number): boolean => isPostgresOf(pid, join(folder, name, 'pg'));

afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe('a PostgreSQL of our own', () => {
  it('starts in a closed folder, keeps what was written over a stop, and leaves no process', async () => {
    const first = await open('kept');
    expect(first).toMatchObject({ kind: 'embedded', version: expect.stringMatching(/^17\./) as string });
    await first.script('CREATE TABLE kept (n int); INSERT INTO kept VALUES (7)');
    const pid = pidOf('kept');
    expect(runs('kept', pid)).toBe(true);
    await first.close();
    expect(runs('kept', pid)).toBe(false);
    const again = await open('kept');
    expect(await again.query('SELECT n FROM kept')).toEqual([{ n: 7 }]);
    await again.close();
  });

  it('is reached by a socket in its own folder only, also when that folder has a long path', async () => {
    const name = `long-${'x'.repeat(90)}`;
    const database = await open(name);
    expect(await database.query(`SELECT current_setting('listen_addresses') AS a`)).toEqual([{ a: '' }]);
    await database.close();
  });

  it('an orphan of an earlier server is ended, and its folder taken over', async () => {
    const orphaned = await open('orphan');
    await orphaned.script('CREATE TABLE kept (n int)');
    const pid = pidOf('orphan');
    const next = await open('orphan');
    expect(runs('orphan', pid)).toBe(false);
    expect(await next.query('SELECT n FROM kept')).toEqual([]);
    await orphaned.close();
    await next.close();
  });

  it('a stale pid file that names a stranger, or nobody, hinders nothing', async () => {
    for (const pid of [process.pid, 4_000_000]) {
      const before = await open('stale');
      const file = join(folder, 'stale/pg/postmaster.pid');
      const text = readFileSync(file, 'utf8');
      await before.close();
      writeFileSync(file, text.replace(/^\d+/, String(pid)));
      await (await open('stale')).close();
    }
  });

  it('what was begun and interrupted is begun again', async () => {
    mkdirSync(join(folder, 'half/pg.new/base'), { recursive: true });
    await (await open('half')).close();
  });

  it('says so when it dies by itself', async () => {
    const database = await open('dies');
    const lost = new Promise<string>((done) => void database.onLost(done));
    process.kill(pidOf('dies'), 'SIGQUIT');
    expect(await lost).toMatch(/connection|PostgreSQL ended/);
    await database.close();
  });
});

it('root gives it another user; anybody else runs it as themselves', () => {
  expect(ownerOf(1000)).toBeNull();
  expect(ownerOf(0, () => 'root:x:0:0::/:\npostgres:x:101:104::/:\n')).toEqual({ uid: 101, gid: 104 });
  expect(ownerOf(0, () => 'nobody:x:99:98::/:')).toEqual({ uid: 99, gid: 98 });
  expect(ownerOf(0, () => '')).toEqual({ uid: 65_534, gid: 65_534 });
});

it('the libraries’ links are there, though no install script made them', () => {
  const { postgres } = need(findBinaries());
  expect(execFileSync(postgres, ['--version'], { encoding: 'utf8' })).toMatch(
    /^postgres \(PostgreSQL\) 17\./,
  );
});
