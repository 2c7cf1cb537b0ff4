/** A record is found by its place as it is by reading the log from its beginning. */
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { sealSegments } from '../archive/seal/seal.ts';
import { need } from '../store/testing/need.ts';
import { testCode, testSigner } from '../testing/audit-key.ts';
import { openTestLog, testEntry } from '../testing/audit-log.ts';
import { FaultyFiles } from '../testing/faulty-files.ts';
import { ManualClock } from '../testing/manual-clock.ts';
import { nodeLogFiles } from './files.ts';
import { AuditLog } from './log.ts';
import { AuditDamaged, readRecords } from './reader.ts';
import { MARK_EVERY } from './record-marks.ts';
import { logSegments } from './segment-source.ts';

/** Counts what is read of each file. */
class CountingFiles extends FaultyFiles {
  bytes = 0;
  override readAt = async (name: string, position: number, length: number) => {
    const read = await this.read(name);
    const part = Buffer.from(read.subarray(position, position + length));
    this.bytes += part.length;
    return part;
  };
}

/** Records of very different sizes, one larger than what is read at a time. */
const sizes = fc.array(fc.oneof({ weight: 20, arbitrary: fc.nat(60) }, fc.nat(3000), fc.constant(20_000)), {
  minLength: 1,
  maxLength: 1500,
  size: 'max',
});

it('R-45: a record by its place is the record that a whole reading has there, at any time', () =>
  fc.assert(
    fc.asyncProperty(
      sizes,
      fc.integer({ min: 2000, max: 400_000 }),
      fc.array(fc.record({ at: fc.double({ min: 0, max: 1, noNaN: true }), reopen: fc.boolean() }), {
        maxLength: 6,
      }),
      fc.infiniteStream(fc.double({ min: 0, max: 1, noNaN: true })),
      async (texts, segmentBytes, stops, dice) => {
        const files = new FaultyFiles();
        let { log } = await openTestLog(files, { segmentBytes });
        const ends = [...stops.map(({ at }) => Math.floor(at * texts.length)), texts.length];
        let from = 0;
        for (const [i, end] of ends.sort((a, b) => a - b).entries()) {
          const part = texts.slice(from, end);
          from = end;
          await Promise.all(
            part.map((size, n) => log.append(testEntry(n, { details: { text: 'x'.repeat(size) } }))),
          );
          if (stops[i]?.reopen === true) {
            await log.close();
            ({ log } = await openTestLog(files, { segmentBytes }));
          }
          const naive: string[] = [];
          for await (const { payload } of readRecords(logSegments(files))) naive.push(payload.toString());
          for (let asked = 0; asked < 12 && naive.length > 0; asked++) {
            const index = Math.floor((dice.next().value ?? 0) * naive.length) % naive.length;
            expect((await log.payload(index + 1))?.toString()).toBe(naive[index]);
          }
          expect(await log.payload(naive.length + 1)).toBeNull();
          expect(await log.payload(0)).toBeNull();
        }
        await log.close();
      },
    ),
    { numRuns: 40 },
  ));

it('a record is found by reading some records, not its segment', async () => {
  const files = new CountingFiles();
  const count = 20 * MARK_EVERY;
  const first = await openTestLog(files);
  await Promise.all(Array.from({ length: count }, (_, n) => first.log.append(testEntry(n))));
  const asks = [count, count - 1, MARK_EVERY, MARK_EVERY + 1, 1, 10 * MARK_EVERY - 1];
  files.bytes = 0;
  for (const seq of asks) await first.log.payload(seq);
  // What its writer passed needs no walk, not even the first time.
  expect(files.bytes).toBeLessThanOrEqual(asks.length * (128 << 10));
  await first.log.close();
  const { log } = await openTestLog(files);
  await log.payload(count);
  files.bytes = 0;
  for (const seq of asks) await log.payload(seq);
  expect(files.bytes).toBeLessThanOrEqual(asks.length * (128 << 10));
});

it('a segment whose frame lengths were changed gives no other record for the one asked', async () => {
  const files = new FaultyFiles();
  const first = await openTestLog(files);
  for (let n = 0; n < 30; n++) await first.log.append(testEntry(n));
  const file = files.files.get('segment-0000000000000001.log');
  if (!file) throw new Error('no segment');
  const bytes = Buffer.from(file.cached);
  // The second frame swallows the third: all behind it seem to be one earlier.
  const two = 16 + 8 + bytes.readUInt32LE(16);
  const length = bytes.readUInt32LE(two);
  bytes.writeUInt32LE(length + 8 + bytes.readUInt32LE(two + 8 + length), two);
  const after = await openTestLog(files);
  file.cached = bytes;
  await expect(after.log.payload(20)).rejects.toThrow(AuditDamaged);
  expect(await after.log.payload(1)).not.toBeNull();
});

let folder = '';
beforeEach(() => void (folder = mkdtempSync(join(tmpdir(), 'cwts-places-'))));
afterEach(() => rmSync(folder, { recursive: true, force: true }));

it('R-45: records of sealed segments are found too, while they are being sealed as well', async () => {
  const auditDir = join(folder, 'audit');
  const to = join(folder, 'sealed');
  mkdirSync(to);
  const open = async (): Promise<AuditLog> =>
    need(
      await AuditLog.open({
        clock: new ManualClock(),
        files: await nodeLogFiles(auditDir),
        run: 'test',
        code: testCode,
        signer: testSigner,
        segmentBytes: 100_000,
      }),
    ).log;
  const log = await open();
  // Groups, so that segments hold more records than lie between two marks.
  for (let group = 0; group < 20; group++) {
    await Promise.all(Array.from({ length: 150 }, (_, n) => log.append(testEntry(n))));
  }
  const naive: string[] = [];
  for await (const { payload } of readRecords(auditDir)) naive.push(payload.toString());
  const asks = Array.from({ length: 300 }, (_, i) => 1 + ((i * 997) % naive.length));
  for (const seq of asks.slice(0, 50)) expect((await log.payload(seq))?.toString()).toBe(naive[seq - 1]);
  const sealing = sealSegments({ auditDir, to }, naive.length);
  for (const seq of asks) expect((await log.payload(seq))?.toString()).toBe(naive[seq - 1]);
  expect(need(await sealing)).toBeGreaterThan(3);
  const read = await Promise.all(asks.map((seq) => log.payload(seq)));
  expect(read.map(String)).toEqual(asks.map((seq) => naive[seq - 1]));
  await log.close();
});
