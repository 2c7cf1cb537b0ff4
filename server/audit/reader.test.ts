import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, describe, expect, it } from 'vitest';
import { openTestLog, testEntry } from '../testing/audit-log.ts';
import { FaultyFiles } from '../testing/faulty-files.ts';
import { nodeLogFiles } from './files.ts';
import { AuditDamaged, readRecords, RecordCursor, type RecordRange } from './reader.ts';
import { decodeRecord } from './record.ts';
import { folderSegments, logSegments } from './segment-source.ts';

const folder = mkdtempSync(join(tmpdir(), 'cwts-reader-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

async function logOf(count: number, segmentBytes = 3000): Promise<FaultyFiles> {
  const files = new FaultyFiles();
  const { log } = await openTestLog(files, { segmentBytes });
  for (let n = 1; n <= count; n++) await log.append(testEntry(n));
  await log.close();
  return files;
}
async function read(files: FaultyFiles, range: RecordRange = {}): Promise<number[]> {
  const seen: number[] = [];
  for await (const { seq, payload } of readRecords(logSegments(files), range)) {
    expect(decodeRecord(payload)?.details['n']).toBe(seq);
    seen.push(seq);
  }
  return seen;
}
const upTo = (from: number, to: number): number[] =>
  Array.from({ length: Math.max(0, to - from + 1) }, (_, i) => from + i);

describe('the reader', () => {
  it('gives any range, in order, across segments', async () => {
    const files = await logOf(60);
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: 1, max: 70 }), fc.integer({ min: 0, max: 70 }), async (from, to) => {
        expect(await read(files, { from, to })).toEqual(upTo(from, Math.min(to, 60)));
      }),
      { numRuns: 60 },
    );
    expect(await read(files)).toEqual(upTo(1, 60));
    expect(await read(new FaultyFiles())).toEqual([]);
  });

  it('ends before a torn tail, wherever that is cut', async () => {
    const files = await logOf(5, 1 << 20);
    const [name = ''] = [...files.files.keys()];
    const bytes = files.files.get(name)?.cached ?? Buffer.alloc(0);
    let before = 0;
    for (let length = 0; length <= bytes.length; length++) {
      const part = Buffer.from(bytes.subarray(0, length));
      files.files.set(name, { cached: part, durable: part });
      const seen = await read(files);
      expect(seen).toEqual(upTo(1, seen.length));
      expect(seen.length).toBeGreaterThanOrEqual(before);
      before = seen.length;
    }
    expect(before).toBe(5);
  });

  it('refuses damage that is followed by more, and a segment that is missing', async () => {
    const files = await logOf(60);
    const names = [...files.files.keys()].filter((name) => name.startsWith('segment-')).sort();
    const first = files.files.get(names[0] ?? '')?.cached ?? Buffer.alloc(0);
    first.writeUInt8(first.readUInt8(100) ^ 1, 100);
    await expect(read(files)).rejects.toThrow(AuditDamaged);
    first.writeUInt8(first.readUInt8(100) ^ 1, 100);
    files.files.delete(names[1] ?? '');
    await expect(read(files)).rejects.toThrow(AuditDamaged);
    files.files.delete(names[0] ?? '');
    await expect(read(files)).rejects.toThrow('There is no segment with record 1');
  });

  it('follows a live writer through its segments, and reads each record once', async () => {
    const dir = join(folder, 'live');
    const { log } = await openTestLog((await nodeLogFiles(dir)) as unknown as FaultyFiles, {
      segmentBytes: 2000,
    });
    const cursor = new RecordCursor(folderSegments(dir));
    const seen: number[] = [];
    let next = 1;
    for (let round = 0; round < 30; round++) {
      const appended = Array.from({ length: (round * 7) % 11 }, () => log.append(testEntry(next++)));
      for await (const batch of cursor.batches(log.sequence)) seen.push(...batch.map(({ seq }) => seq));
      await Promise.all(appended);
      expect(seen).toEqual(upTo(1, seen.length));
    }
    for await (const batch of cursor.batches()) seen.push(...batch.map(({ seq }) => seq));
    expect(seen).toEqual(upTo(1, next - 1));
    await cursor.close();
    await log.close();
  });

  it('reads a record larger than what it reads at once', async () => {
    const files = new FaultyFiles();
    const { log } = await openTestLog(files);
    for (let n = 1; n <= 4; n++) {
      await log.append(testEntry(n, { details: { n, filler: 'x'.repeat(1_040_000) } }));
    }
    expect(await read(files)).toEqual([1, 2, 3, 4]);
    expect(await read(files, { from: 3 })).toEqual([3, 4]);
  });
});
