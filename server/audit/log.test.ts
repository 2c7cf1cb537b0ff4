import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { testCode, testSigner } from '../testing/audit-key.ts';
import { FaultyFiles } from '../testing/faulty-files.ts';
import { ManualClock } from '../testing/manual-clock.ts';
import { AuditBroken, AuditLog, type AuditState } from './log.ts';
import type { AuditEntry, AuditRecord } from './record.ts';
import type { Recovered } from './recover.ts';

const KEYED = { code: testCode, signer: testSigner };
const segmentsOf = (files: FaultyFiles) =>
  [...files.files.keys()].filter((name) => /^segment-\d+\.log$/.test(name)).sort();

const entry = (n: number, filler = ''): AuditEntry => ({
  actor: 'operator',
  action: 'order.place',
  scope: `order:${n}`,
  details: { n, filler, notional: 12345678901234567890n },
});

interface Opened {
  log: AuditLog;
  records: AuditRecord[];
  recovered: Recovered;
  clock: ManualClock;
}

async function open(files: FaultyFiles, segmentBytes = 1 << 20): Promise<Opened> {
  const clock = new ManualClock();
  const records: AuditRecord[] = [];
  const opened = await AuditLog.open({
    clock,
    files,
    run: 'test',
    ...KEYED,
    segmentBytes,
    onRecord: (record) => records.push(record),
  });
  if (!opened.ok) throw new Error(opened.error.sentence);
  return { ...opened.value, records, clock };
}
const refusal = async (files: FaultyFiles) => {
  const opened = await AuditLog.open({ ...KEYED, clock: new ManualClock(), files, run: 'test' });
  return opened.ok ? 'accepted' : opened.error.sentence;
};
const numbers = (records: readonly AuditRecord[]) => records.map((record) => record.details['n']);

describe('the log', () => {
  it('gives back every record in order, across segments and restarts', async () => {
    const files = new FaultyFiles();
    for (let restart = 0; restart < 3; restart++) {
      const { log, records } = await open(files, 700);
      expect(numbers(records)).toEqual(Array.from({ length: restart * 10 }, (_, i) => i));
      for (let i = 0; i < 10; i++) await log.append(entry(restart * 10 + i));
      await log.close();
    }
    const { records } = await open(files, 700);
    expect(records.map((record) => record.seq)).toEqual(Array.from({ length: 30 }, (_, i) => i + 1));
    expect(records[0]).toMatchObject({
      v: 2,
      run: 'test',
      actor: 'operator',
      flags: [],
      details: { notional: '12345678901234567890' },
    });
    expect(segmentsOf(files).length).toBeGreaterThan(5);
  });

  it('commits what arrives together in one sync', async () => {
    const files = new FaultyFiles();
    const { log } = await open(files);
    const groups: number[] = [];
    log.onSync((_, records) => groups.push(records));
    const before = files.syncs;
    await Promise.all(Array.from({ length: 200 }, (_, i) => log.append(entry(i))));
    expect(files.syncs - before).toBeLessThanOrEqual(2);
    expect(groups.reduce((a, b) => a + b)).toBe(200);
  });

  it('R-47: acknowledges nothing that a power cut would lose', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.nat(300), { minLength: 1, maxLength: 30 }),
        fc.nat(2000),
        fc.nat(30),
        async (fillers, extra, pause) => {
          const files = new FaultyFiles();
          const { log } = await open(files, 900);
          let acknowledged = 0;
          for (const [i, filler] of fillers.entries()) {
            void log.append(entry(i, 'x'.repeat(filler))).then(() => (acknowledged += 1));
            if (i % 3 === 0) await new Promise((resolve) => setImmediate(resolve));
          }
          for (let i = 0; i < pause; i++) await new Promise((resolve) => setImmediate(resolve));
          const cut = files.afterPowerCut(extra);
          const survived = acknowledged;
          const { records } = await open(cut);
          expect(records.length).toBeGreaterThanOrEqual(survived);
          expect(numbers(records)).toEqual(Array.from({ length: records.length }, (_, i) => i));
          await log.close();
        },
      ),
      { numRuns: 60 },
    );
  });

  it('cuts a torn tail at each byte, keeps the bytes beside it, and goes on', async () => {
    const whole = new FaultyFiles();
    const first = await open(whole);
    await first.log.append(entry(0));
    await first.log.append(entry(1));
    await first.log.close();
    const [name = '', contents] = [...whole.files][0] ?? [];
    const bytes = contents?.cached ?? Buffer.alloc(0);
    const half = (await open(whole)).recovered.tail?.length ?? 0;
    expect(half).toBe(bytes.length);
    for (let length = 0; length < bytes.length; length++) {
      const files = new FaultyFiles();
      const part = Buffer.from(bytes.subarray(0, length));
      files.files.set(name, { cached: part, durable: part });
      const { log, records, recovered } = await open(files);
      expect(records.length).toBeLessThan(2);
      if (recovered.torn)
        expect(files.files.get(recovered.torn.keptAs)?.cached.length).toBe(recovered.torn.bytes);
      await log.append(entry(7));
      await log.close();
      expect(numbers((await open(files)).records)).toEqual([...numbers(records), 7]);
    }
  });

  it('refuses a log whose older segment or header was changed, and names it', async () => {
    const files = new FaultyFiles();
    const { log } = await open(files, 400);
    for (let i = 0; i < 9; i++) await log.append(entry(i));
    await log.close();
    const names = segmentsOf(files);
    const oldest = files.files.get(names[0] ?? '');
    if (!oldest) throw new Error('no segment');
    const good = Buffer.from(oldest.cached);
    oldest.cached[40] = (oldest.cached[40] ?? 0) ^ 1;
    expect(await refusal(files)).toMatch(/segment-0+1\.log is damaged at byte 16/);
    oldest.cached = Buffer.from(good);
    oldest.cached[7] = 57;
    expect(await refusal(files)).toMatch(/has log format 9, this version reads 2/);
    oldest.cached = good;
    const second = files.files.get(names[1] ?? '');
    files.files.delete(names[1] ?? '');
    expect(await refusal(files)).toMatch(/has no record \d+/);
    if (second) files.files.set(names[1] ?? '', second);
    expect(await refusal(files)).toBe('accepted');
  });

  it('refuses only the record that can’t be written down', async () => {
    const { log } = await open(new FaultyFiles());
    const loop: Record<string, unknown> = {};
    loop['loop'] = loop;
    await expect(log.append({ ...entry(1), details: loop })).rejects.toBeInstanceOf(AuditBroken);
    await expect(log.append(entry(1, 'x'.repeat(2 << 20)))).rejects.toBeInstanceOf(AuditBroken);
    await log.append(entry(2));
    expect(log.writable()).toBe(true);
  });
});

describe('R-17, R-57: a log that can’t be written', () => {
  it.each([
    [
      'a full disk',
      'the disk is full',
      (files: FaultyFiles) => (files.room = 30),
      (files: FaultyFiles) => (files.room = Infinity),
    ],
    [
      'a failing sync',
      'the disk reports an error',
      (files: FaultyFiles) => files.failing.set('datasync', 'EIO'),
      (files: FaultyFiles) => files.failing.delete('datasync'),
    ],
    [
      'a read-only disk',
      'the disk is read-only',
      (files: FaultyFiles) => files.failing.set('write', 'EROFS'),
      (files: FaultyFiles) => files.failing.delete('write'),
    ],
  ])('%s: refuses orders, spools halts, mends itself', async (_name, cause, breakIt, mendIt) => {
    const files = new FaultyFiles();
    const { log, clock } = await open(files);
    const states: AuditState['kind'][] = [];
    log.onState((state) => states.push(state.kind));
    await log.append(entry(0));
    breakIt(files);
    await expect(log.append(entry(1))).rejects.toThrow(cause);
    expect(log.writable()).toBe(false);
    await expect(log.append(entry(2))).rejects.toBeInstanceOf(AuditBroken);

    let durable = false;
    void log.appendNow({ ...entry(3), action: 'halt.press' }).durable.then(() => (durable = true));
    await clock.advanceAsync(3000);
    expect(durable).toBe(false);
    expect(log.state()).toMatchObject({ kind: 'broken', spooled: 1 });

    mendIt(files);
    await clock.advanceAsync(1000);
    await log.append(entry(4));
    expect(durable).toBe(true);
    expect(states).toContain('broken');
    expect(log.writable()).toBe(true);
    await log.close();
    const { records } = await open(files.afterPowerCut(0));
    expect(numbers(records)).toEqual([0, 3, 4]);
    expect(records[1]?.flags).toEqual(['spooled']);
  });

  it('counts what its memory has no room for, and always keeps a halt', async () => {
    const files = new FaultyFiles();
    const opened = await AuditLog.open({
      ...KEYED,
      clock: new ManualClock(),
      files,
      run: 'test',
      spoolRecords: 3,
    });
    if (!opened.ok) throw new Error(opened.error.sentence);
    const { log } = opened.value;
    files.failing.set('write', 'EIO');
    await expect(log.append(entry(0))).rejects.toThrow();
    for (let i = 0; i < 5; i++) log.appendNow({ ...entry(i), action: 'order.change' });
    log.appendNow({ ...entry(9), action: 'halt.press' });
    expect(log.state()).toMatchObject({ kind: 'broken', spooled: 4, lost: 2 });
  });

  it('mends also when a first segment or a rotation failed half way', async () => {
    const files = new FaultyFiles();
    const { log, clock } = await open(files, 200);
    await log.append(entry(0));
    // Its head is written now, and takes no room from what follows.
    await clock.advanceAsync(1000);
    files.failing.set('create', 'ENOSPC');
    await expect(log.append(entry(1))).rejects.toThrow('full');
    await clock.advanceAsync(1000);
    files.failing.delete('create');
    files.room = 20;
    await clock.advanceAsync(1000);
    expect(log.writable()).toBe(true);
    await expect(log.append(entry(2))).rejects.toThrow('full');
    files.failing.set('create', 'ENOSPC');
    await clock.advanceAsync(2000);
    files.failing.delete('create');
    files.room = Infinity;
    await clock.advanceAsync(1000);
    await log.append(entry(3));
    expect(numbers((await open(files.afterPowerCut(0))).records)).toEqual([0, 3]);
  });
});
