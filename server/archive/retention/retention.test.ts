/** Retention on a log in a folder: what goes, what stays, and what a crash between leaves. */
import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { nodeLogFiles } from '../../audit/files.ts';
import { AuditLog } from '../../audit/log.ts';
import { AuditDamaged, readRecords, type RawRecord } from '../../audit/reader.ts';
import { REMOVED_FILE, writeRemoved } from '../../audit/removed.ts';
import { decodeRecord, type AuditRecord } from '../../audit/record.ts';
import { writeSnapshot } from '../../audit/snapshot-file.ts';
import { verified } from '../../audit/tools/testing/log-folder.ts';
import { ok, type Result } from '../../../protocol/result.ts';
import type { Range } from '../../audit/removed.ts';
import { need } from '../../store/testing/need.ts';
import { testCode, testSigner } from '../../testing/audit-key.ts';
import { testEntry } from '../../testing/audit-log.ts';
import { personAs } from '../../testing/who.ts';
import { ManualClock } from '../../testing/manual-clock.ts';
import { FolderTarget } from '../copy/folder-target.ts';
import { sealSegments } from '../seal/seal.ts';
import { HoldBook } from './holds.ts';
import { dueOf } from './plan.ts';
import { RetentionOffice } from './office.ts';
import { RetentionPart } from './retention-part.ts';
import type { RemoveStep } from './remove.ts';

const DAYS = { orders: 10, control: 20, sessions: 5, clock: 5 };
const DAY_MS = 86_400_000;
const host = { actor: 'host' };

let folder = '';
let clock = new ManualClock();
let log: AuditLog;
let firstRead = 0;
const auditDir = (): string => join(folder, 'audit');

async function openLog(code = testCode): Promise<AuditLog> {
  firstRead = 0;
  const opened = await AuditLog.open({
    ...{ clock, run: 'test', code, signer: testSigner, segmentBytes: 4000 },
    files: await nodeLogFiles(auditDir()),
    onRecord: ({ seq }) => (firstRead ||= seq),
    restore: () => true,
  });
  return need(opened).log;
}

async function snapshot(): Promise<void> {
  const head = log.head();
  if (head) await writeSnapshot(await nodeLogFiles(auditDir()), testSigner, head, testCode, []);
}

function office(before?: (step: RemoveStep) => void) {
  const part = new RetentionPart({ auditDir: auditDir(), days: DAYS, ...(before ? { before } : {}) });
  const holds = new HoldBook({ clock, log });
  const made = new RetentionOffice({
    ...{ log, clock, holds, covered: () => log.head()?.size ?? 0 },
    ask: (question) => {
      part.head({ size: log.sequence, root: null });
      return part.ask(question);
    },
    forget: () => Promise.resolve(),
  });
  return { holds, office: made, prune: (to: number | null = null) => made.prune({ to }, host) };
}

async function records(): Promise<AuditRecord[]> {
  const all: AuditRecord[] = [];
  for await (const { payload } of readRecords(auditDir())) {
    const record = decodeRecord(payload);
    if (record) all.push(record);
  }
  return all;
}

const said = async (action: string): Promise<AuditRecord[]> =>
  (await records()).filter((record) => record.action === action);
const segments = (): number => readdirSync(auditDir()).filter((name) => name.startsWith('segment-')).length;

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'cwts-retention-'));
  clock = new ManualClock();
  log = await openLog();
  for (let n = 0; n < 50; n++) await log.append(testEntry(n));
  await log.close();
  await snapshot();
  log = await openLog();
});
afterEach(async () => {
  await log.close();
  rmSync(folder, { recursive: true, force: true });
});

it('R-48: a removal before its time is refused with a sentence, and logged', async () => {
  const before = segments();
  clock.advance(9 * DAY_MS);
  expect(await office().prune(1)).toMatchObject({
    error: {
      code: 'retention-early',
      sentence: expect.stringMatching(/stay: their time runs until/) as string,
    },
  });
  expect(await office().prune()).toMatchObject({
    ok: true,
    value: expect.stringMatching(/nothing was/) as string,
  });
  expect(await said('retention.refused')).toMatchObject([{ actor: 'host', details: { to: 1, first: 1 } }]);
  clock.advance(20 * DAY_MS);
  // What is still being written is no whole segment.
  expect(await office().prune(50 + 1)).toMatchObject({ error: { code: 'retention-early' } });
  expect(segments()).toBe(before);
});

it('R-48: past their time whole segments go, logged before; the log reads, opens and verifies on', async () => {
  const before = segments();
  clock.advance(11 * DAY_MS);
  expect(await office().prune()).toMatchObject({ ok: true });
  expect(segments()).toBe(1);
  expect(before).toBeGreaterThan(3);
  const [removal] = await said('retention.removed');
  const last = Number(removal?.details['last']);
  expect(removal).toMatchObject({
    seq: 51,
    details: { first: 1, root: expect.stringMatching(/^[0-9a-f]{64}$/) as string },
  });
  expect(removal?.details['root']).toBe(Buffer.from(await log.rootAt(last)).toString('hex'));
  expect((await records())[0]?.seq).toBe(last + 1);
  expect([await log.payload(1), (await log.payload(51)) !== null]).toEqual([null, true]);
  expect(await log.inclusion(1, 50)).not.toEqual([]);
  await log.close();
  log = await openLog();
  // Behind the snapshot only, and another build takes the same one.
  expect(firstRead).toBe(51);
  await log.append(testEntry(60));
  await log.close();
  const found = await verified({ dir: auditDir() });
  expect([found.isRight, found.notes.join()]).toEqual([
    true,
    expect.stringContaining(`records 1 to ${last} were removed by retention`),
  ]);
  log = await openLog('another+1');
  expect(firstRead).toBe(51);
});

it('R-48: a hold keeps what was recorded in its time, until it is lifted', async () => {
  const before = segments();
  const { holds, prune } = office();
  const now = clock.wallMicros();
  await holds.placeAs({ from: now - 1e9, to: now + 1e9, reason: 'an inquiry' }, host);
  clock.advance(30 * DAY_MS);
  expect(await prune(1)).toMatchObject({
    error: { sentence: expect.stringMatching(/hold .* keeps them/) as string },
  });
  await prune();
  expect(segments()).toBe(before);
  await holds.liftAs(holds.list()[0]?.id ?? '', 'over', host);
  expect(await prune()).toMatchObject({ ok: true });
  expect(segments()).toBeLessThan(before);
});

it('R-48: what a person confirms is what was shown to be due, or nothing; who and why are on record', async () => {
  const before = segments();
  const { holds, office: desk } = office();
  const carla = personAs('carla', 'compliance');
  const shown = async (): Promise<Range[]> => dueOf(need(await desk.plan()).segments);
  const remove = (ranges: Range[]) => desk.remove({ ranges, reason: 'past its time' }, carla);
  const [first] = need(await desk.plan()).segments;
  expect(first).toMatchObject({ first: 1, kept: 'early', leastWall: clock.wallMicros() });
  expect(await shown()).toEqual([]);
  expect(await remove([{ first: 1, last: first?.last ?? 0 }])).toMatchObject({
    error: { code: 'retention-early', sentence: expect.stringContaining('time runs until') as string },
  });
  clock.advance(11 * DAY_MS);
  const due = await shown();
  expect(due).toMatchObject([{ first: 1 }]);
  const last = due[0]?.last ?? 0;
  expect(await remove([{ first: 1, last: last - 1 }])).toMatchObject({
    error: { code: 'retention-changed' },
  });
  const now = clock.wallMicros();
  await holds.placeAs({ from: 0, to: now, reason: 'an inquiry' }, host);
  expect(await remove(due)).toMatchObject({
    error: { code: 'retention-early', sentence: expect.stringMatching(/hold .* keeps them/) as string },
  });
  expect(segments()).toBe(before);
  await holds.liftAs(holds.list()[0]?.id ?? '', 'over', host);
  expect(await remove(due)).toMatchObject({ ok: true });
  expect(segments()).toBeLessThan(before);
  expect(need(await desk.plan()).removed).toEqual(due);
  expect(await said('retention.refused')).toHaveLength(3);
  expect(await said('retention.removed')).toMatchObject([
    { actor: 'carla', role: 'compliance', reason: 'past its time', details: { first: 1, last } },
  ]);
});

it('a plan that takes long is answered with that, and the segments are read once for all who ask', async () => {
  let asked = 0;
  let answer: (judged: Result<unknown>) => void = () => undefined;
  const slow = new RetentionOffice({
    ...{ log, clock, holds: new HoldBook({ clock, log }), covered: () => 0, forget: () => Promise.resolve() },
    ask: () => {
      asked += 1;
      return new Promise((done) => (answer = done));
    },
  });
  const pendingBefore = clock.pending;
  const plans = [slow.plan(), slow.plan()];
  clock.advance(5000);
  expect(await Promise.all(plans)).toMatchObject(plans.map(() => ({ error: { code: 'retention-reading' } })));
  const late = slow.plan();
  answer(ok({ segments: [], removed: [] }));
  expect(await late).toMatchObject({ ok: true });
  expect([asked, clock.pending]).toEqual([1, pendingBefore]);
});

it('R-48: what no snapshot covers stays', async () => {
  const part = new RetentionPart({ auditDir: auditDir(), days: DAYS });
  part.head({ size: log.sequence, root: null });
  clock.advance(30 * DAY_MS);
  const question = { now: clock.wallMicros(), holds: [], covered: 0 };
  expect(await part.ask({ kind: 'judge', question })).toMatchObject({
    value: { segments: expect.arrayContaining([expect.objectContaining({ kept: 'not-covered' })]) as object },
  });
});

it.each(['note', 'remove', 'sync'] as const)(
  'R-48: cut short before %s, the log opens, verifies, and the next try ends it',
  async (step) => {
    const died = (at: RemoveStep): void => {
      if (at === step) throw new Error('died');
    };
    clock.advance(11 * DAY_MS);
    expect(await office(died).prune()).toMatchObject({ ok: false });
    expect(await said('retention.removed')).toHaveLength(1);
    await log.close();
    expect((await verified({ dir: auditDir() })).isRight).toBe(true);
    log = await openLog();
    expect(await office().prune()).toMatchObject({ ok: true });
    expect(segments()).toBeLessThan(3);
    await log.close();
    expect((await verified({ dir: auditDir() })).isRight).toBe(true);
    log = await openLog();
  },
);

it('R-48: nothing goes that the log on disk does not say; a hole that it does not say is damage', async () => {
  const part = new RetentionPart({ auditDir: auditDir(), days: DAYS });
  part.head({ size: log.sequence, root: null });
  const before = segments();
  expect(await part.ask({ kind: 'remove', ranges: [{ first: 1, last: 10 }], after: 0 })).toMatchObject({
    error: { code: 'retention-not-recorded' },
  });
  expect(segments()).toBe(before);
  const first =
    readdirSync(auditDir())
      .filter((name) => name.startsWith('segment-'))
      .sort()[0] ?? '';
  rmSync(join(auditDir(), first));
  await expect(records()).rejects.toThrow(AuditDamaged);
  await log.close();
  expect((await verified({ dir: auditDir() })).isRight).toBe(false);
  // A reader believes the file; who checks the log does not.
  writeFileSync(join(auditDir(), REMOVED_FILE), writeRemoved([{ first: 1, last: 49 }]));
  expect(await records()).not.toEqual([]);
  expect((await verified({ dir: auditDir() })).isRight).toBe(false);
  log = await openLog();
});

it('R-48: sealed segments go too, and sealing goes on behind the hole', async () => {
  const to = join(folder, 'sealed');
  mkdirSync(to);
  need(await sealSegments({ auditDir: auditDir(), to }, 50));
  expect(readdirSync(to)).not.toEqual([]);
  clock.advance(11 * DAY_MS);
  expect(await office().prune()).toMatchObject({ ok: true });
  expect(readdirSync(to)).toEqual([]);
  expect(existsSync(join(auditDir(), REMOVED_FILE))).toBe(true);
  for (let n = 0; n < 30; n++) await log.append(testEntry(n));
  need(await sealSegments({ auditDir: auditDir(), to }, log.sequence));
  // Said again with the next one, so that the older record may go in its turn.
  clock.advance(21 * DAY_MS);
  await log.append(testEntry(99));
  expect(await office().prune()).toMatchObject({ ok: true });
  expect((await said('retention.removed')).at(-1)?.details['first']).toBe(1);
});

it('R-48: a copy and sealing go on behind a hole between two segments that stay', async () => {
  const copy = join(folder, 'copy');
  const to = join(folder, 'sealed');
  for (const dir of [copy, to]) mkdirSync(dir);
  const all: RawRecord[] = [];
  for await (const record of readRecords(auditDir())) all.push(record);
  const target = new FolderTarget(copy);
  need(await target.open(testSigner.verifier));
  await target.append(all.slice(0, 3));
  await target.append(all.slice(9, 12));
  await target.close();
  const seqs = async (): Promise<number[]> => {
    const read: number[] = [];
    for await (const { seq } of readRecords(copy)) read.push(seq);
    return read;
  };
  await expect(seqs()).rejects.toThrow(AuditDamaged);
  expect(await sealSegments({ auditDir: copy, to }, 12)).toMatchObject({ error: { code: 'sealed-wrong' } });
  writeFileSync(join(copy, REMOVED_FILE), writeRemoved([{ first: 4, last: 9 }]));
  expect(await seqs()).toEqual([1, 2, 3, 10, 11, 12]);
  expect(need(await sealSegments({ auditDir: copy, to }, 12))).toBe(1);
  expect(await seqs()).toEqual([1, 2, 3, 10, 11, 12]);
});
