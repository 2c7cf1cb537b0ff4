import { describe, expect, it } from 'vitest';
import { testCode, testSigner } from '../testing/audit-key.ts';
import { openTestLog, testEntry, type OpenedLog } from '../testing/audit-log.ts';
import { FaultyFiles } from '../testing/faulty-files.ts';
import type { AuditRecord } from './record.ts';
import { HeadSigner } from './signer.ts';
import { writeSnapshot } from './snapshot-file.ts';
import { Snapshots, type Fold } from './snapshots.ts';

/** The sum of what was logged: wrong as soon as a record is left out or counted twice. */
class Sum implements Fold {
  total = 0;
  add(record: AuditRecord): void {
    this.total += Number(record.details['n']);
  }
  *save(): Generator {
    yield { total: this.total };
  }
  restore(parts: readonly unknown[]): boolean {
    const [part] = parts as readonly { total?: unknown }[];
    if (typeof part?.total !== 'number') return false;
    this.total = part.total;
    return true;
  }
}

interface Run extends OpenedLog {
  readonly sum: Sum;
  readonly snapshots: Snapshots;
  readonly failed: string[];
}

async function run(files: FaultyFiles, code = testCode, every = 100): Promise<Run> {
  const sum = new Sum();
  const opened = await openTestLog(files, {
    code,
    onRecord: (record) => sum.add(record),
    restore: (parts) => sum.restore(parts),
    segmentBytes: 5000,
  });
  const fold = new Sum();
  fold.restore([...sum.save()]);
  const failed: string[] = [];
  const snapshots = new Snapshots({
    log: opened.log,
    files,
    signer: testSigner,
    code,
    fold,
    seq: opened.recovered.lastSequence,
    newest: opened.recovered.snapshot,
    every,
    failed: (sentence) => failed.push(sentence),
  });
  return { ...opened, sum, snapshots, failed };
}
async function append(log: OpenedLog['log'], from: number, to: number): Promise<void> {
  await Promise.all(Array.from({ length: to - from }, (_, i) => log.append(testEntry(from + i))));
}
const sumTo = (count: number): number => (count * (count - 1)) / 2;
const snapshotsIn = (files: FaultyFiles): string[] =>
  [...files.files.keys()].filter((name) => name.startsWith('snapshot-')).sort();

async function stopped(count: number): Promise<FaultyFiles> {
  const files = new FaultyFiles();
  const { log, snapshots } = await run(files);
  await append(log, 0, count);
  await log.close();
  await snapshots.close();
  return files;
}

describe('a snapshot', () => {
  it('lets a restart read only what is newer, with the same state', async () => {
    const files = await stopped(250);
    expect(snapshotsIn(files)).toEqual(['snapshot-0000000000000250.jsonl']);
    const second = await run(files);
    expect(second.recovered).toMatchObject({ lastSequence: 250, snapshot: 250 });
    expect(second.sum.total).toBe(sumTo(250));
    await append(second.log, 250, 280);
    await second.log.close();
    // Not taken behind the last record: as after a crash.
    const reads: string[] = [];
    const read = files.read;
    files.read = (name) => {
      reads.push(name);
      return read(name);
    };
    const third = await run(files);
    expect(third.recovered).toMatchObject({ lastSequence: 280, snapshot: 250 });
    expect(third.sum.total).toBe(sumTo(280));
    expect(reads.filter((name) => name.startsWith('segment-')).length).toBeLessThan(8);
    expect(Buffer.from(await third.log.rootAt(280))).toEqual(Buffer.from(third.log.head()?.root ?? []));
  });

  it('is taken behind each so many records, and the older ones but one are removed', async () => {
    const files = new FaultyFiles();
    const { log, clock, snapshots } = await run(files);
    for (let round = 0; round < 5; round++) {
      await append(log, round * 120, (round + 1) * 120);
      await clock.advanceAsync(1000);
      await snapshots.settled();
    }
    expect(snapshotsIn(files)).toEqual([
      'snapshot-0000000000000480.jsonl',
      'snapshot-0000000000000600.jsonl',
    ]);
    const again = await run(files.afterPowerCut(0));
    expect(again.recovered.snapshot).toBe(600);
    expect(again.sum.total).toBe(sumTo(600));
  });

  it('R-45: with any byte changed, by another key or of another build is passed over, and said', async () => {
    const whole = await stopped(60);
    const [name = ''] = snapshotsIn(whole);
    const bytes = whole.files.get(name)?.cached ?? Buffer.alloc(0);
    for (let at = 0; at < bytes.length; at++) {
      const files = whole.afterPowerCut(1e9);
      const broken = Buffer.from(bytes);
      broken[at] = (broken[at] ?? 0) ^ 1;
      files.files.set(name, { cached: broken, durable: broken });
      const { recovered, sum, passedOver } = await run(files);
      expect(recovered.snapshot, `byte ${at}`).toBe(0);
      expect(sum.total).toBe(sumTo(60));
      expect(passedOver).toHaveLength(1);
    }
    const other = await run(whole.afterPowerCut(1e9), 'another+build');
    expect(other.recovered.snapshot).toBe(0);
    expect(other.passedOver[0]).toMatch(/written by another build \(test\+0\)/);
    const foreign = whole.afterPowerCut(1e9);
    foreign.files.delete(name);
    const head = { size: 60, root: Buffer.alloc(32) };
    await writeSnapshot(foreign, HeadSigner.generate(), head, testCode, [{ total: 1 }]);
    expect((await run(foreign)).sum.total).toBe(sumTo(60));
  });

  it('R-45: of a state over another root, or ahead of the heads, is passed over', async () => {
    const wrong = await stopped(60);
    wrong.files.delete(snapshotsIn(wrong)[0] ?? '');
    await writeSnapshot(wrong, testSigner, { size: 50, root: Buffer.alloc(32) }, testCode, [{ total: 1 }]);
    const first = await run(wrong);
    expect(first.sum.total).toBe(sumTo(60));
    expect(first.passedOver[0]).toMatch(/does not fit the log's tree/);
    const ahead = await stopped(60);
    ahead.files.delete('tree/level-00');
    const second = await run(ahead);
    expect(second.recovered.snapshot).toBe(0);
    expect(second.sum.total).toBe(sumTo(60));
  });

  it('that a full disk does not take is said, and the log goes on', async () => {
    const files = new FaultyFiles();
    const { log, snapshots, failed } = await run(files);
    await append(log, 0, 10);
    await log.close();
    files.failing.set('create', 'ENOSPC');
    await snapshots.close();
    expect(failed[0]).toMatch(/could not be taken: ENOSPC/);
    files.failing.delete('create');
    expect((await run(files)).sum.total).toBe(sumTo(10));
  });
});
