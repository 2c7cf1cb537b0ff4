/** Sealing moves segments elsewhere, compressed; nothing is lost wherever it is cut short. */
import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { nodeLogFiles } from '../../audit/files.ts';
import { AuditLog } from '../../audit/log.ts';
import { readRecords } from '../../audit/reader.ts';
import { need } from '../../store/testing/need.ts';
import { testCode, testSigner } from '../../testing/audit-key.ts';
import { testEntry } from '../../testing/audit-log.ts';
import { ManualClock } from '../../testing/manual-clock.ts';
import { sealSegments, type SealStep } from './seal.ts';

let folder = '';
const auditDir = (): string => join(folder, 'audit');
const to = (): string => join(folder, 'sealed');

async function openLog(): Promise<{ log: AuditLog; seqs: number[] }> {
  const seqs: number[] = [];
  const opened = await AuditLog.open({
    clock: new ManualClock(),
    files: await nodeLogFiles(auditDir()),
    run: 'test',
    code: testCode,
    signer: testSigner,
    segmentBytes: 4000,
    onRecord: ({ seq }) => seqs.push(seq),
  });
  return { log: need(opened).log, seqs };
}

async function payloads(): Promise<string[]> {
  const all: string[] = [];
  for await (const { payload } of readRecords(auditDir())) all.push(payload.toString());
  return all;
}

const plain = (): string[] => readdirSync(auditDir()).filter((name) => /^segment-.*\.log$/.test(name));

let before: string[] = [];
beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'cwts-seal-'));
  mkdirSync(to());
  const { log } = await openLog();
  for (let n = 0; n < 50; n++) await log.append(testEntry(n));
  await log.close();
  before = await payloads();
  expect(plain().length).toBeGreaterThan(3);
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

it('R-45: sealed segments read, open, prove and go on as before; the newest stays', async () => {
  const count = plain().length;
  expect(need(await sealSegments({ auditDir: auditDir(), to: to() }, 50))).toBe(count - 1);
  expect(plain()).toHaveLength(1);
  expect(readdirSync(to())).toHaveLength(count - 1);
  expect(await payloads()).toEqual(before);
  const { log, seqs } = await openLog();
  expect(seqs).toEqual(before.map((_, i) => i + 1));
  expect((await log.payload(3))?.toString()).toBe(before[2]);
  await log.append(testEntry(51));
  await log.close();
  expect(await payloads()).toHaveLength(51);
  expect(need(await sealSegments({ auditDir: auditDir(), to: to() }, 51))).toBe(0);
});

const STEPS: readonly SealStep[] = ['name', 'write', 'sync', 'verify', 'rename', 'sync-folder', 'remove'];
it.each(STEPS)('R-45: cut short before %s nothing is lost, and the next try ends it', async (step) => {
  const died = new Error('died');
  const options = { auditDir: auditDir(), to: to() };
  let steps = 0;
  // In the second segment where there is one: the first is sealed then.
  const die = (at: SealStep): void => {
    if (at === step && (step === 'name' || ++steps === 2)) throw died;
  };
  await expect(sealSegments({ ...options, before: die }, 50)).rejects.toThrow(died);
  expect(await payloads()).toEqual(before);
  const { log, seqs } = await openLog();
  expect(seqs).toHaveLength(50);
  await log.close();
  need(await sealSegments(options, 50));
  expect(await payloads()).toEqual(before);
  expect(plain()).toHaveLength(1);
  expect(readdirSync(to()).filter((name) => name.endsWith('.new'))).toEqual([]);
});

it('a draft that does not read back, a damaged segment and a folder that is gone are refused', async () => {
  const options = { auditDir: auditDir(), to: to() };
  const spoil = (step: SealStep): void => {
    const draft = readdirSync(to()).find((name) => name.endsWith('.new'));
    if (step === 'verify' && draft) writeFileSync(join(to(), draft), 'x');
  };
  expect(await sealSegments({ ...options, before: spoil }, 50)).toMatchObject({
    error: { code: 'sealed-wrong' },
  });
  expect(await payloads()).toEqual(before);
  expect(await sealSegments({ ...options, to: join(folder, 'none') }, 50)).toMatchObject({
    error: { code: 'sealed-gone' },
  });
  expect(existsSync(join(folder, 'none'))).toBe(false);
  writeFileSync(join(auditDir(), plain()[0] ?? ''), 'x');
  expect(await sealSegments(options, 50)).toMatchObject({ error: { code: 'sealed-wrong' } });
});
