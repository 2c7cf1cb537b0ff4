/** a copy that was begun when retention had removed records, or missed some, brings the log back. */
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { hashLeaf } from '../../audit/hash.ts';
import { nodeLogFiles } from '../../audit/files.ts';
import { AuditLog } from '../../audit/log.ts';
import { readRecords } from '../../audit/reader.ts';
import { writeSnapshot } from '../../audit/snapshot-file.ts';
import { verified } from '../../audit/tools/testing/log-folder.ts';
import { openPostgres } from '../../store/postgres.ts';
import { dropPostgres, hasPostgres, makePostgres } from '../../store/testing/databases.ts';
import { need } from '../../store/testing/need.ts';
import { testCode, testSigner } from '../../testing/audit-key.ts';
import { testEntry } from '../../testing/audit-log.ts';
import { ManualClock } from '../../testing/manual-clock.ts';
import { Copier } from '../copy/copier.ts';
import { DatabaseTarget } from '../copy/database-target.ts';
import { FolderTarget } from '../copy/folder-target.ts';
import type { CopyTarget } from '../copy/target.ts';
import { HoldBook } from '../retention/holds.ts';
import { RetentionOffice } from '../retention/office.ts';
import { RetentionPart } from '../retention/retention-part.ts';
import { restoreLog } from './restore.ts';
import { databaseSource, folderSource } from './source.ts';

const DAYS = { orders: 10, control: 20, sessions: 5, clock: 5 };
const DAY_MS = 86_400_000;

let folder = '';
let clock = new ManualClock();
let log: AuditLog;
/** Of every record there ever was. */
const leaves: Buffer[] = [];
const dataDir = (): string => join(folder, 'data');
const auditDir = (): string => join(dataDir(), 'audit');
const copyDir = (): string => join(folder, 'copy');
const restoredDir = (): string => join(folder, 'new/audit');

async function openLog(dir = auditDir()): Promise<AuditLog> {
  const options = { clock, run: 'test', code: testCode, signer: testSigner, segmentBytes: 4000 };
  return need(await AuditLog.open({ ...options, files: await nodeLogFiles(dir), restore: () => true })).log;
}

/** Records of a day, signed, with a snapshot of the state behind them. */
async function day(count: number): Promise<void> {
  for (let n = 0; n < count; n++) await log.append(testEntry(n));
  await log.close();
  log = await openLog();
  const head = log.head();
  if (head) await writeSnapshot(await nodeLogFiles(auditDir()), testSigner, head, testCode, []);
  for await (const { seq, payload } of readRecords(auditDir(), { from: leaves.length + 1 })) {
    leaves[seq - 1] = Buffer.from(hashLeaf(payload));
  }
  clock.advance(DAY_MS);
}

async function prune(): Promise<void> {
  const part = new RetentionPart({ auditDir: auditDir(), days: DAYS });
  const office = new RetentionOffice({
    ...{ log, clock, holds: new HoldBook({ clock, log }), covered: () => log.head()?.size ?? 0 },
    ask: (question) => {
      part.head({ size: log.sequence, root: null });
      return part.ask(question);
    },
    forget: () => Promise.resolve(),
  });
  expect(await office.prune({ to: null }, { actor: 'host' })).toMatchObject({
    ok: true,
    value: expect.stringContaining('were removed') as string,
  });
}

async function copyAll(target: CopyTarget): Promise<void> {
  const copier = need(await Copier.open(auditDir(), target, log.sequence));
  await copier.catchUp(log.sequence, () => true);
  await copier.close();
}

async function seqs(dir: string): Promise<number[]> {
  const all: number[] = [];
  for await (const { seq } of readRecords(dir)) all.push(seq);
  return all;
}

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'cwts-removed-'));
  mkdirSync(copyDir());
  clock = new ManualClock();
  leaves.length = 0;
  log = await openLog();
  await day(50);
});
afterEach(async () => {
  await log.close();
  rmSync(folder, { recursive: true, force: true });
});

/** The disk is lost; what comes back is the log to its last record, opens, goes on and verifies. */
async function expectRestored(restored: Awaited<ReturnType<typeof restoreLog>>): Promise<void> {
  const before = {
    size: log.sequence,
    records: await seqs(auditDir()),
    root: await log.rootAt(log.sequence),
  };
  await log.close();
  rmSync(dataDir(), { recursive: true });
  const { removed, seq, headSize } = need(restored);
  expect([seq, headSize]).toEqual([before.size, before.size]);
  expect(await seqs(restoredDir())).toEqual(before.records);
  log = await openLog(restoredDir());
  expect(Buffer.from(await log.rootAt(before.size)).equals(before.root)).toBe(true);
  // A removed record is proven as it was: by its hash, in its place.
  const [gone] = removed;
  expect(gone).toMatchObject({ first: 1 });
  expect(await log.payload(1)).toBeNull();
  expect(await log.inclusion(1, before.size)).not.toEqual([]);
  await log.append(testEntry(99));
  await log.close();
  const found = await verified({ dir: restoredDir() });
  expect([found.isRight, found.notes.join()]).toEqual([
    true,
    expect.stringContaining(`records 1 to ${gone?.last} were removed by retention`) as string,
  ]);
  expect(readFileSync(join(restoredDir(), 'tree/level-00')).subarray(0, leaves.length * 32)).toEqual(
    Buffer.concat(leaves),
  );
}

const fromFolder = async (dir = copyDir()) => restoreLog(need(await folderSource(dir)), join(folder, 'new'));

it('R-48 R-56: begun behind a removal, the log comes back to its last record, the removed ones proven', async () => {
  clock.advance(11 * DAY_MS);
  await prune();
  await day(20);
  await copyAll(new FolderTarget(copyDir(), nodeLogFiles, 3000));
  expect(existsSync(join(copyDir(), 'leaves-0000000000000001'))).toBe(true);
  const copy = await verified({ dir: copyDir() });
  expect([copy.isRight, copy.notes.join()]).toEqual([
    true,
    expect.stringContaining('were removed by retention') as string,
  ]);
  await expectRestored(await fromFolder());
});

it('R-48 R-56: that missed records in its midst, which were removed while it was away, as well', async () => {
  await copyAll(new FolderTarget(copyDir()));
  await day(40);
  await day(40);
  clock.advance(12 * DAY_MS);
  await prune();
  await copyAll(new FolderTarget(copyDir()));
  const held = await seqs(copyDir());
  expect(held.slice(0, 50)).toEqual(Array.from({ length: 50 }, (_, i) => i + 1));
  expect(held[50]).toBeGreaterThan(51);
  const { removed, seq } = need(await fromFolder());
  expect([seq, removed]).toEqual([log.sequence, [{ first: 51, last: (held[50] ?? 0) - 1 }]]);
  expect(await seqs(restoredDir()), 'what the copy had before they were removed comes back').toEqual(held);
  await log.close();
  log = await openLog(restoredDir());
});

it('R-45: a copy whose hashes were changed, are gone, or stand for records that nobody removed is refused', async () => {
  clock.advance(11 * DAY_MS);
  await prune();
  await day(20);
  await copyAll(new FolderTarget(copyDir(), nodeLogFiles, 3000));
  const spoilt = async (spoil: (dir: string) => void): Promise<unknown> => {
    const dir = join(folder, 'spoilt');
    rmSync(dir, { recursive: true, force: true });
    cpSync(copyDir(), dir, { recursive: true });
    spoil(dir);
    const restored = await fromFolder(dir);
    expect(existsSync(join(folder, 'new'))).toBe(false);
    return restored.ok ? 'restored' : restored.error.code;
  };
  const name = 'leaves-0000000000000001';
  const kept = readFileSync(join(copyDir(), name));
  const flipped = Buffer.from(kept);
  flipped[40] = (flipped[40] ?? 0) ^ 1;
  expect(await spoilt((dir) => writeFileSync(join(dir, name), flipped))).toBe('restore-changed');
  expect(await spoilt((dir) => writeFileSync(join(dir, name), kept.subarray(0, 40)))).toBe('restore-damaged');
  expect(await spoilt((dir) => rmSync(join(dir, name)))).toBe('restore-damaged');
  // Records that retention never took, replaced by their hashes: the heads fit, and no record says it.
  const segments = readdirSync(copyDir())
    .filter((one) => one.startsWith('segment-'))
    .sort();
  const [first, second] = segments.map((one) => Number(one.slice(8, 24)));
  const forged = { first: first ?? 0, last: (second ?? 0) - 1 };
  expect(
    await spoilt((dir) => {
      rmSync(join(dir, segments[0] ?? ''));
      const hashes = Buffer.concat(leaves.slice(forged.first - 1, forged.last));
      writeFileSync(join(dir, `leaves-${String(forged.first).padStart(16, '0')}`), hashes);
      writeFileSync(join(dir, 'removed'), `${JSON.stringify({ first: 1, last: forged.last })}\n`);
    }),
  ).toBe('restore-hole');
});

it.skipIf(!(await hasPostgres()))('R-48 R-56: from a PostgreSQL, begun behind a removal', async () => {
  clock.advance(11 * DAY_MS);
  await prune();
  await day(20);
  const url = await makePostgres();
  await copyAll(new DatabaseTarget(() => openPostgres({ url }, 'postgresql')));
  const database = need(await openPostgres({ url }, 'postgresql'));
  await expectRestored(await restoreLog(need(await databaseSource(database)), join(folder, 'new')));
  await database.close();
  await dropPostgres(url);
});
