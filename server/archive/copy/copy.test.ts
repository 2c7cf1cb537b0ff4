/** the log kept once more, and brought back from there. */
import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { AuditLog } from '../../audit/log.ts';
import { nodeLogFiles, type LogFiles } from '../../audit/files.ts';
import { readRecords } from '../../audit/reader.ts';
import { HeadSigner } from '../../audit/signer.ts';
import { need } from '../../store/testing/need.ts';
import { hasPostgres, dropPostgres, makePostgres } from '../../store/testing/databases.ts';
import { openPostgres } from '../../store/postgres.ts';
import { testCode, testSigner } from '../../testing/audit-key.ts';
import { testEntry } from '../../testing/audit-log.ts';
import { ManualClock } from '../../testing/manual-clock.ts';
import { restoreLog } from '../restore/restore.ts';
import { databaseSource, folderSource, type CopySource } from '../restore/source.ts';
import { runArchiveTool } from '../tool.ts';
import { Copier } from './copier.ts';
import { CopyPart } from './copy-part.ts';
import { DatabaseTarget } from './database-target.ts';
import { FolderTarget } from './folder-target.ts';
import type { CopyTarget } from './target.ts';

let folder = '';
let log: AuditLog;
let clock: ManualClock;
const auditDir = (): string => join(folder, 'data/audit');
const copyDir = (): string => join(folder, 'copy');

async function openLog(signer = testSigner): Promise<void> {
  clock = new ManualClock();
  const files = await nodeLogFiles(auditDir());
  log = need(
    await AuditLog.open({ clock, files, run: 'test', code: testCode, signer, segmentBytes: 4000 }),
  ).log;
}

/** `count` records more, the last of a halt: signed at once. */
async function more(count: number): Promise<number> {
  const heads = new Promise<void>((resolve) => log.onHead(({ size }) => size >= log.sequence && resolve()));
  for (let n = 1; n < count; n++) await log.append(testEntry(n));
  await log.append(testEntry(0, { action: 'halt.press' }));
  await heads;
  return log.sequence;
}

async function payloads(dir: string): Promise<string[]> {
  const all: string[] = [];
  for await (const { payload } of readRecords(dir)) all.push(payload.toString());
  return all;
}

async function copyAll(target: CopyTarget): Promise<number> {
  const copier = need(await Copier.open(auditDir(), target, log.sequence));
  await copier.catchUp(log.sequence, () => true);
  const { seq } = copier;
  await copier.close();
  return seq;
}

/** Real disk and threads of the system: turns of the loop until it is so. */
async function until(holds: () => boolean): Promise<void> {
  while (!holds()) await new Promise((next) => setImmediate(next));
}

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'cwts-copy-'));
  mkdirSync(copyDir());
  await openLog();
});
afterEach(async () => {
  await log.close();
  rmSync(folder, { recursive: true, force: true });
});

describe('R-56: a copy in a folder', () => {
  it('is a log of the same bytes, with its heads, and goes on after any restart', async () => {
    for (const count of [1, 40, 7]) {
      const size = await more(count);
      expect(await copyAll(new FolderTarget(copyDir(), nodeLogFiles, 3000))).toBe(size);
      expect(await payloads(copyDir())).toEqual(await payloads(auditDir()));
      expect(readFileSync(join(copyDir(), 'checkpoint'), 'utf8')).toBe(log.head()?.checkpoint);
    }
    expect(readFileSync(join(copyDir(), 'heads.log'))).toEqual(readFileSync(join(auditDir(), 'heads.log')));
  });

  it('that was torn in the middle of a record or of a head is mended from the log', async () => {
    await more(30);
    await copyAll(new FolderTarget(copyDir()));
    const segment = join(copyDir(), 'segment-0000000000000001.log');
    const whole = readFileSync(segment);
    const heads = readFileSync(join(copyDir(), 'heads.log'));
    for (const length of [0, 10, 16, 17, 400, whole.length - 1]) {
      writeFileSync(segment, whole.subarray(0, length));
      writeFileSync(join(copyDir(), 'heads.log'), heads.subarray(0, length % heads.length));
      await copyAll(new FolderTarget(copyDir()));
      expect(readFileSync(segment).equals(whole)).toBe(true);
      expect(readFileSync(join(copyDir(), 'heads.log')).equals(heads)).toBe(true);
    }
  });

  it('never holds a head over records that it lacks', async () => {
    await more(10);
    const copier = need(await Copier.open(auditDir(), new FolderTarget(copyDir()), 4));
    await copier.catchUp(4, () => true);
    expect(copier.seq).toBe(4);
    expect(existsSync(join(copyDir(), 'checkpoint'))).toBe(false);
    await copier.close();
  });

  it('of another log, of another key or ahead of the log is refused and left as it is', async () => {
    await more(10);
    await copyAll(new FolderTarget(copyDir()));
    const open = async (size: number) => Copier.open(auditDir(), new FolderTarget(copyDir()), size);
    expect(await open(9)).toMatchObject({ ok: false, error: { code: 'copy-ahead' } });
    await log.close();
    rmSync(auditDir(), { recursive: true });
    await openLog();
    await more(11);
    const before = await payloads(copyDir());
    expect(await open(11)).toMatchObject({ ok: false, error: { code: 'copy-foreign' } });
    await log.close();
    rmSync(auditDir(), { recursive: true });
    await openLog(HeadSigner.generate());
    await more(1);
    expect(await open(1)).toMatchObject({ ok: false, error: { code: 'copy-foreign' } });
    expect(await payloads(copyDir())).toEqual(before);
    expect(await Copier.open(auditDir(), new FolderTarget(join(folder, 'none')), 1)).toMatchObject({
      ok: false,
      error: { code: 'copy-gone' },
    });
    expect(existsSync(join(folder, 'none'))).toBe(false);
  });
});

describe('R-56: the copy as a part of the archive thread', () => {
  const partOf = (target: CopyTarget): CopyPart =>
    new CopyPart({ auditDir: auditDir(), target, clock, random: () => 0, changed: () => undefined });

  it('says what is acknowledged; a full disk, and its end, are seen; records go on', async () => {
    let room = Infinity;
    const full = async (dir: string): Promise<LogFiles> => {
      const files = await nodeLogFiles(dir);
      return {
        ...files,
        open: async (name) => {
          const file = await files.open(name);
          return {
            ...file,
            write: (bytes, position) =>
              bytes.length > room
                ? Promise.reject(Object.assign(new Error('x'), { code: 'ENOSPC' }))
                : file.write(bytes, position),
          };
        },
      };
    };
    const part = partOf(new FolderTarget(copyDir(), full));
    const figures = (): (number | null)[] => part.status().figures.map(({ value }) => value);
    part.start();
    part.head({ size: await more(5), root: null });
    await until(() => part.status().state === 'ok');
    expect(figures()).toEqual([0, 0, 5]);
    await part.stop();

    room = 10;
    const again = partOf(new FolderTarget(copyDir(), full));
    again.start();
    again.head({ size: await more(3), root: null });
    await until(() => again.status().state === 'down');
    expect(again.status().sentence).toMatch(/can’t be written: the disk is full\.$/);
    expect(again.status().figures[0]).toMatchObject({ name: 'records behind', value: 3 });
    clock.advance(100);
    expect(again.status().figures[1]).toMatchObject({ name: 'behind for', value: 0 });
    expect(await more(1)).toBe(9);
    room = Infinity;
    again.head({ size: 9, root: null });
    await until(() => {
      clock.advance(1000);
      return again.status().state === 'ok' && again.status().figures[2]?.value === 9;
    });
    await again.stop();
    expect(await payloads(copyDir())).toHaveLength(9);
  });

  it('an empty folder where a copy was begun is a disk that is not mounted: nothing is written there', async () => {
    const size = await more(5);
    const first = partOf(new FolderTarget(copyDir()));
    first.start();
    first.head({ size, root: null });
    await until(() => first.status().state === 'ok');
    await first.stop();
    rmSync(copyDir(), { recursive: true });
    mkdirSync(copyDir());
    const second = partOf(new FolderTarget(copyDir()));
    second.start();
    second.head({ size, root: null });
    await until(() => second.status().state === 'down');
    expect(second.status().sentence).toContain('is empty now: is its disk mounted?');
    await second.stop();
    expect(await payloads(copyDir())).toEqual([]);
  });
});

describe('R-56: restore', () => {
  const from = async (): Promise<CopySource> => need(await folderSource(copyDir()));

  it('brings back every acknowledged record; the log opens with the same records and goes on', async () => {
    const size = await more(60);
    await copyAll(new FolderTarget(copyDir()));
    const before = await payloads(auditDir());
    const checkpoint = log.head()?.checkpoint;
    await log.close();
    rmSync(join(folder, 'data'), { recursive: true });
    const restored = need(await restoreLog(await from(), join(folder, 'data')));
    expect(restored).toMatchObject({ seq: size, headSize: size });
    expect(await payloads(auditDir())).toEqual(before);
    await openLog();
    expect(log.sequence).toBe(size);
    expect(log.head()?.checkpoint).toBe(checkpoint);
    await more(2);
    // The same copy goes on behind it.
    expect(await copyAll(new FolderTarget(copyDir()))).toBe(size + 2);
  });

  it('refuses a folder that is not empty, and a copy that was changed, cut or is of another key', async () => {
    await more(40);
    await copyAll(new FolderTarget(copyDir()));
    expect(await restoreLog(await from(), join(folder, 'data'))).toMatchObject({
      error: { code: 'restore-not-empty' },
    });
    const target = join(folder, 'new');
    const spoilt = async (spoil: (dir: string) => void): Promise<unknown> => {
      const dir = join(folder, 'spoilt');
      rmSync(dir, { recursive: true, force: true });
      cpSync(copyDir(), dir, { recursive: true });
      spoil(dir);
      const result = await restoreLog(need(await folderSource(dir)), target);
      expect(existsSync(target)).toBe(false);
      return result.ok ? 'restored' : result.error.code;
    };
    const segment = 'segment-0000000000000001.log';
    const whole = readFileSync(join(copyDir(), segment));
    expect(await spoilt((dir) => writeFileSync(join(dir, segment), whole.subarray(0, 900)))).toBe(
      'restore-short',
    );
    const flipped = Buffer.from(whole);
    flipped[500] = (flipped[500] ?? 0) ^ 1;
    expect(await spoilt((dir) => writeFileSync(join(dir, segment), flipped))).toBe('restore-short');
    expect(
      await spoilt((dir) => writeFileSync(join(dir, 'verifier'), `${HeadSigner.generate().verifier}\n`)),
    ).toBe('restore-head');
  });

  it('the tool puts the keys in place and says up to where it restored', async () => {
    await more(3);
    await copyAll(new FolderTarget(copyDir()));
    const keys = join(folder, 'keys');
    mkdirSync(keys);
    writeFileSync(join(keys, 'audit.key'), 'a');
    const said: string[] = [];
    const run = (...more: string[]) =>
      runArchiveTool(['restore', '--from', copyDir(), '--data', join(folder, 'new'), ...more], {
        say: (line) => said.push(line),
      });
    expect(await run('--keys', keys)).toBe(1);
    expect(said).toEqual([`${keys} holds no secrets.key.`]);
    writeFileSync(join(keys, 'secrets.key'), 's');
    expect(await run('--keys', keys)).toBe(0);
    expect(said.join('\n')).toContain('restored up to record 3 of 2026-01-05T12:00:00');
    expect(readFileSync(join(folder, 'new/keys/audit.key'), 'utf8')).toBe('a');
    expect(await runArchiveTool(['restore', '--from', copyDir()], { say: (line) => said.push(line) })).toBe(
      1,
    );
  });
});

it.skipIf(!(await hasPostgres()))('R-56: a copy in a PostgreSQL, and a restore from it', async () => {
  const url = await makePostgres();
  const target = new DatabaseTarget(() => openPostgres({ url }, 'postgresql'));
  const size = await more(50);
  expect(await copyAll(target)).toBe(size);
  await more(4);
  expect(await copyAll(target)).toBe(size + 4);
  const database = need(await openPostgres({ url }, 'postgresql'));
  const restored = await restoreLog(need(await databaseSource(database)), join(folder, 'new'));
  expect(need(restored)).toMatchObject({ seq: log.sequence, headSize: log.sequence });
  expect(await payloads(join(folder, 'new/audit'))).toEqual(await payloads(auditDir()));
  await database.query('DELETE FROM cwts_copy.chunk WHERE first = 51');
  expect(await restoreLog(need(await databaseSource(database)), join(folder, 'new2'))).toMatchObject({
    error: { code: 'restore-short' },
  });
  await database.close();
  await dropPostgres(url);
});
