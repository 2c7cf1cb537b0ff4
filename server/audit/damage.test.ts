import fc from 'fast-check';
import { expect, describe, it } from 'vitest';
import { testCode, testSigner } from '../testing/audit-key.ts';
import { FaultyFiles } from '../testing/faulty-files.ts';
import { ManualClock } from '../testing/manual-clock.ts';
import { AuditLog } from './log.ts';
import type { AuditEntry, AuditRecord } from './record.ts';

const entry = (n: number, more: Partial<AuditEntry> = {}): AuditEntry => ({
  actor: 'operator',
  action: 'order.place',
  scope: `order:${n}`,
  details: { n },
  ...more,
});

async function open(
  files: FaultyFiles,
  spoolRecords = 100,
): Promise<{ log: AuditLog; clock: ManualClock; records: AuditRecord[] }> {
  const clock = new ManualClock();
  const records: AuditRecord[] = [];
  const onRecord = (record: AuditRecord): void => void records.push(record);
  const opened = await AuditLog.open({
    clock,
    files,
    run: 'test',
    code: testCode,
    signer: testSigner,
    spoolRecords,
    onRecord,
  });
  if (!opened.ok) throw new Error(opened.error.code);
  return { log: opened.value.log, clock, records };
}

/** One segment of `count` records, and where each record's frame begins. */
async function segmentOf(count: number): Promise<{ bytes: Buffer; name: string; starts: number[] }> {
  const files = new FaultyFiles();
  const { log } = await open(files);
  const [name = ''] = [...files.files.keys()];
  const length = (): number => files.files.get(name)?.cached.length ?? 0;
  const starts: number[] = [];
  for (let n = 0; n < count; n++) {
    starts.push(length());
    await log.append(entry(n));
  }
  await log.close();
  return { bytes: files.files.get(name)?.cached ?? Buffer.alloc(0), name, starts };
}

function holding(name: string, bytes: Buffer): FaultyFiles {
  const files = new FaultyFiles();
  files.files.set(name, { cached: Buffer.from(bytes), durable: Buffer.from(bytes) });
  return files;
}

describe('R-47: damage in the newest segment', () => {
  it('with a whole record behind it is refused, and nothing is cut', async () => {
    const { bytes, name, starts } = await segmentOf(6);
    const last = starts.at(-1) ?? 0;
    await fc.assert(
      fc.asyncProperty(
        fc.integer({ min: 16, max: last - 1 }),
        fc.integer({ min: 1, max: 255 }),
        async (at, flip) => {
          const broken = Buffer.from(bytes);
          broken[at] = (broken[at] ?? 0) ^ flip;
          const files = holding(name, broken);
          await expect(open(files)).rejects.toThrow('audit-damaged');
          expect([...files.files.keys()]).toEqual([name]);
          expect(files.files.get(name)?.cached).toEqual(broken);
        },
      ),
      { numRuns: 200 },
    );
  });

  it('in the last record is a torn tail: it was the end of a write', async () => {
    const { bytes, name, starts } = await segmentOf(6);
    for (let at = starts.at(-1) ?? 0; at < bytes.length; at++) {
      const broken = Buffer.from(bytes);
      broken[at] = (broken[at] ?? 0) ^ 1;
      const { records } = await open(holding(name, broken));
      expect(records.map((record) => record.seq)).toEqual([1, 2, 3, 4, 5]);
    }
  });
});

describe('what can’t be written down whole', () => {
  it('R-57: is shortened when it lowers risk, keeps what matters, and never throws', async () => {
    const files = new FaultyFiles();
    const { log } = await open(files);
    const loop: Record<string, unknown> = {};
    loop['loop'] = loop;
    const details = { state: { phase: 'blocked' }, reason: 'why', large: 'x'.repeat(2 << 20), loop };
    await log.appendNow(entry(1, { action: 'halt.press', details })).durable;
    await log.append(entry(2));
    const { records } = await open(files);
    expect(records.map(({ action }) => action)).toEqual(['halt.press', 'order.place']);
    expect(records[0]).toMatchObject({
      flags: ['shortened'],
      details: { state: { phase: 'blocked' }, reason: 'why', left: ['large', 'loop'] },
    });
  });

  it('is counted as lost when nothing of it can be', async () => {
    const files = new FaultyFiles();
    const { log } = await open(files);
    const lost: number[] = [];
    log.onLost((count) => lost.push(count));
    log.appendNow(entry(1, { scope: 'x'.repeat(2 << 20) }));
    await log.append(entry(2));
    expect(lost).toEqual([1]);
    await log.close();
    const { records } = await open(files);
    expect(records.map(({ action }) => action).sort()).toEqual(['audit.lost', 'order.place']);
  });
});

it('R-17: what the spool had no room for is said by the mended log itself, once', async () => {
  const files = new FaultyFiles();
  const { log, clock } = await open(files, 3);
  const lost: number[] = [];
  log.onLost((count) => lost.push(count));
  files.failing.set('write', 'EIO');
  await expect(log.append(entry(0))).rejects.toThrow();
  for (let n = 1; n <= 5; n++) log.appendNow(entry(n, { action: 'order.change' }));
  expect(log.state()).toMatchObject({ spooled: 3, lost: 2 });
  expect(lost).toEqual([]);
  files.failing.delete('write');
  await clock.advanceAsync(1000);
  await log.append(entry(6));
  expect(lost).toEqual([2]);
  await log.close();
  const { records } = await open(files.afterPowerCut(0));
  expect(records.filter(({ action }) => action === 'audit.lost')).toMatchObject([
    { actor: 'server', details: { count: 2 } },
  ]);
  expect(records.map(({ details }) => details['n'])).toEqual([1, 2, 3, undefined, 6]);
});
