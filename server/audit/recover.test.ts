import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { testSigner } from '../testing/audit-key.ts';
import { openTestLog, testEntry } from '../testing/audit-log.ts';
import { FaultyFiles } from '../testing/faulty-files.ts';
import { encodeFrame, HEADER_BYTES, readFrames } from './frame.ts';
import { REMOVED_FILE, writeRemoved } from './removed.ts';
import { firstSequenceOf } from './segment-name.ts';
import { HeadSigner } from './signer.ts';

const COUNT = 300;

/** A log of 300 records in several segments, closed, with a head over all of them. */
async function closedLog(segmentBytes = 20_000): Promise<FaultyFiles> {
  const files = new FaultyFiles();
  const { log } = await openTestLog(files, { segmentBytes });
  await Promise.all(Array.from({ length: COUNT / 2 }, (_, n) => log.append(testEntry(n))));
  for (let n = COUNT / 2; n < COUNT; n++) await log.append(testEntry(n));
  await log.close();
  return files;
}
const copy = (files: FaultyFiles): FaultyFiles => files.afterPowerCut(1e9);
const segments = (files: FaultyFiles): string[] =>
  [...files.files.keys()].filter((name) => name.startsWith('segment-')).sort();
const bytesOf = (files: FaultyFiles, name: string): Buffer =>
  files.files.get(name)?.cached ?? Buffer.alloc(0);
const put = (files: FaultyFiles, name: string, bytes: Buffer): void => {
  files.files.set(name, { cached: Buffer.from(bytes), durable: Buffer.from(bytes) });
};
const contentsOf = (files: FaultyFiles): string =>
  [...files.files].map(([name, { cached }]) => `${name} ${cached.toString('hex')}`).join();
const codeOf = (files: FaultyFiles): Promise<string> =>
  openTestLog(files).then(
    () => 'accepted',
    (error: unknown) => (error as Error).message.split(':')[0] ?? '',
  );

describe('R-45: a start', () => {
  it('refuses a log that is shorter than its newest signed head, wherever it was cut', async () => {
    const whole = await closedLog();
    const names = segments(whole);
    const last = names.at(-1) ?? '';
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: 0, max: names.length - 1 }), fc.nat(), async (index, at) => {
        const files = copy(whole);
        const name = names[index] ?? '';
        const length = bytesOf(files, name).length;
        put(files, name, bytesOf(files, name).subarray(0, HEADER_BYTES + (at % (length - HEADER_BYTES))));
        for (const later of names.slice(index + 1)) files.files.delete(later);
        const before = contentsOf(files);
        expect(await codeOf(files)).toBe('audit-truncated');
        expect(contentsOf(files)).toBe(before);
      }),
      { numRuns: 40 },
    );
    const without = copy(whole);
    for (const name of names) without.files.delete(name);
    expect(await codeOf(without)).toBe('audit-truncated');
    put(without, last, Buffer.alloc(3));
    expect(await codeOf(without)).not.toBe('accepted');
  });

  it('refuses a record that was changed with its checksum, and one that was taken out', async () => {
    const whole = await closedLog();
    const [first = ''] = segments(whole);
    const edit = (change: (payloads: Buffer[]) => Buffer[]): FaultyFiles => {
      const files = copy(whole);
      const bytes = bytesOf(files, first);
      const payloads = change([...readFrames(bytes).payloads]);
      put(files, first, Buffer.concat([bytes.subarray(0, HEADER_BYTES), ...payloads.map(encodeFrame)]));
      return files;
    };
    expect(await codeOf(edit((payloads) => payloads))).toBe('accepted');
    const changed = edit((payloads) =>
      payloads.map((one, i) => (i === 7 ? Buffer.from(String(one).replace('operator', 'somebody')) : one)),
    );
    expect(await codeOf(changed)).toBe('audit-damaged');
    // With the tree's files away, the signed head still tells.
    changed.files.delete('tree/level-00');
    changed.files.delete('tree/level-08');
    expect(await codeOf(changed)).toBe('audit-damaged');
    expect(await codeOf(edit((payloads) => payloads.filter((_, i) => i !== 7)))).toBe('audit-damaged');
    expect(await codeOf(edit(([a, b, ...rest]) => [b, a, ...rest].filter((one) => one !== undefined)))).toBe(
      'audit-damaged',
    );
  });

  it('makes the tree’s files anew when they are missing or short, and refuses those that disagree', async () => {
    const whole = await closedLog();
    const good = { leaves: bytesOf(whole, 'tree/level-00'), tiles: bytesOf(whole, 'tree/level-08') };
    expect([good.leaves.length, good.tiles.length]).toEqual([32 * COUNT, 32]);
    for (const left of [null, 0, 31, 32 * 100 + 5, 32 * 299]) {
      const files = copy(whole);
      files.files.delete('tree/level-08');
      if (left === null) files.files.delete('tree/level-00');
      else put(files, 'tree/level-00', good.leaves.subarray(0, left));
      const { log } = await openTestLog(files);
      await log.append(testEntry(COUNT));
      await log.close();
      expect(
        bytesOf(files, 'tree/level-00')
          .subarray(0, 32 * COUNT)
          .equals(good.leaves),
      ).toBe(true);
      expect(bytesOf(files, 'tree/level-08').equals(good.tiles)).toBe(true);
    }
    for (const [name, bytes] of [
      ['tree/level-00', good.leaves],
      ['tree/level-08', good.tiles],
    ] as const) {
      const files = copy(whole);
      const broken = Buffer.from(bytes);
      broken[17] = (broken[17] ?? 0) ^ 1;
      put(files, name, broken);
      expect(await codeOf(files)).toBe('audit-damaged');
    }
  });

  it('refuses heads and checkpoints that its key did not sign, and another key', async () => {
    const whole = await closedLog();
    const other = HeadSigner.generate();
    await expect(openTestLog(copy(whole), { signer: other })).rejects.toThrow('audit-key-wrong');
    const files = copy(whole);
    files.files.delete('verifier');
    await expect(openTestLog(files, { signer: other })).rejects.toThrow('audit-damaged');
    const forged = copy(whole);
    const head = testSigner.sign(COUNT, Buffer.alloc(32, 1), 1 as never);
    forged.files.delete('heads.log');
    put(forged, 'checkpoint', Buffer.from(head.checkpoint));
    expect(await codeOf(forged)).toBe('audit-damaged');
  });

  it('R-48: behind records that retention removed it needs a snapshot, and says so', async () => {
    const files = copy(await closedLog());
    const [first = '', second = ''] = segments(files);
    files.files.delete(first);
    expect(await codeOf(copy(files))).toBe('audit-damaged');
    const last = (firstSequenceOf(second) ?? 0) - 1;
    put(files, REMOVED_FILE, Buffer.from(writeRemoved([{ first: 1, last }])));
    expect(await codeOf(files)).toBe('audit-no-snapshot');
  });

  it('names a newer format, a newer record and the format before', async () => {
    const whole = await closedLog();
    const [first = ''] = segments(whole);
    const as = async (format: string): Promise<string> => {
      const files = copy(whole);
      const bytes = Buffer.from(bytesOf(files, first));
      bytes.write(format, 7, 'latin1');
      put(files, first, bytes);
      return openTestLog(files).then(
        () => 'accepted',
        (error: unknown) => (error as Error).message,
      );
    };
    expect(await as('3')).toMatch(/^audit-newer: .*has log format 3, this version reads 2/);
    expect(await as('1')).toMatch(/^audit-older: .*npm run reset/);
    const files = copy(whole);
    const bytes = bytesOf(files, first);
    const payloads = readFrames(bytes).payloads.map((one) =>
      Buffer.from(String(one).replace('"v":2', '"v":3')),
    );
    put(files, first, Buffer.concat([bytes.subarray(0, HEADER_BYTES), ...payloads.map(encodeFrame)]));
    expect(await codeOf(files)).toBe('audit-newer');
  });

  it('after a power cut at any moment opens again, with every record that was acknowledged', async () => {
    await fc.assert(
      fc.asyncProperty(fc.nat(60), fc.nat(3000), fc.nat(12), async (turns, extra, rounds) => {
        let files = new FaultyFiles();
        let acknowledged = 0;
        for (let round = 0; round <= rounds % 4; round++) {
          const { log, clock, records } = await openTestLog(files, { segmentBytes: 3000 });
          expect(records.length).toBeGreaterThanOrEqual(acknowledged);
          acknowledged = records.length;
          const before = files;
          const isPowered = (): boolean => files === before;
          for (let n = 0; n < 12; n++) {
            const entry = testEntry(n, n % 4 === 0 ? { action: 'halt.press' } : {});
            log.append(entry).then(
              () => (acknowledged += isPowered() ? 1 : 0),
              () => undefined,
            );
            if (n % 5 === 0) await new Promise((resolve) => setImmediate(resolve));
          }
          clock.advance(1000);
          for (let i = 0; i < turns; i++) await new Promise((resolve) => setImmediate(resolve));
          files = files.afterPowerCut(extra);
        }
        const { records, log } = await openTestLog(files);
        expect(records.length).toBeGreaterThanOrEqual(acknowledged);
        expect(log.head()?.size ?? 0).toBeLessThanOrEqual(records.length);
      }),
      { numRuns: 60 },
    );
  });
});
