import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { parseCheckpoint, signedAtOf } from '../../protocol/checkpoint.ts';
import { verifyConsistency, verifyInclusion } from '../../protocol/merkle.ts';
import { testSigner } from '../testing/audit-key.ts';
import { openTestLog, testEntry } from '../testing/audit-log.ts';
import { FaultyFiles } from '../testing/faulty-files.ts';
import { hashLeaf } from './hash.ts';
import { readHeads } from './head-files.ts';
import { HeadSigner } from './signer.ts';

const sha = (bytes: Uint8Array): Uint8Array => createHash('sha256').update(bytes).digest();
const notesOf = (files: FaultyFiles): readonly string[] =>
  readHeads(files.files.get('heads.log')?.durable ?? Buffer.alloc(0)).notes;
const press = testEntry(0, { action: 'halt.press' });

describe('R-45: signed heads', () => {
  it('come within a second of an order’s record, at once with a control action’s', async () => {
    const files = new FaultyFiles();
    const { log, clock } = await openTestLog(files);
    expect(log.head()).toBeNull();
    await log.append(testEntry(1));
    await clock.advanceAsync(999);
    expect(log.head()).toBeNull();
    await clock.advanceAsync(1);
    expect(log.head()).toMatchObject({ size: 1 });
    await log.appendNow(press).durable;
    await clock.advanceAsync(0);
    expect(log.head()).toMatchObject({ size: 2 });
    expect(notesOf(files)).toHaveLength(2);
    // Nothing new, nothing signed.
    await clock.advanceAsync(60_000);
    expect(notesOf(files)).toHaveLength(2);
    expect(clock.pending).toBe(0);
  });

  it('are notes by the log’s key over what is on disk, and prove records and each other', async () => {
    const files = new FaultyFiles();
    const { log, clock } = await openTestLog(files);
    for (let n = 0; n < 300; n++) await log.append(testEntry(n, n % 50 === 0 ? { action: 'note.add' } : {}));
    await clock.advanceAsync(1000);
    const heads = notesOf(files).map((note) => {
      const head = testSigner.headOf(note);
      if (!head.ok) throw new Error(head.error.sentence);
      return head.value;
    });
    expect(heads.length).toBeGreaterThanOrEqual(6);
    const last = heads.at(-1);
    expect(last?.checkpoint).toBe(log.head()?.checkpoint);
    expect(files.files.get('checkpoint')?.cached.toString()).toBe(last?.checkpoint);
    if (!last) return;
    for (const { size, root } of heads) {
      const proof = await log.consistency(size, last.size);
      const parts = { from: size, fromRoot: root, to: last.size, toRoot: last.root, proof };
      expect(verifyConsistency(sha, parts)).toBe(true);
    }
    for (const seq of [1, 2, 150, 256, 257, 300]) {
      const leaf = hashLeaf((await log.payload(seq)) ?? Buffer.alloc(0));
      const proof = await log.inclusion(seq, last.size);
      const { size, root } = last;
      expect(verifyInclusion(sha, { leaf, index: seq - 1, size, root, proof }), String(seq)).toBe(true);
    }
    expect(await log.payload(301)).toBeNull();
    const parsed = parseCheckpoint(last.checkpoint);
    expect(parsed.ok && signedAtOf(parsed.value)).toBe(last.signedAt);
    expect(HeadSigner.generate().headOf(last.checkpoint)).toMatchObject({
      ok: false,
      error: { code: 'head-foreign' },
    });
  });

  it('wait for a disk that can’t take them, and hold up no record', async () => {
    const files = new FaultyFiles();
    const { log, clock } = await openTestLog(files);
    files.failing.set('create', 'ENOSPC');
    await log.append(press);
    await clock.advanceAsync(3000);
    expect(log.head()).toBeNull();
    expect(log.headTrouble()).toBe('the disk is full');
    await log.append(testEntry(2));
    expect(log.writable()).toBe(true);
    files.failing.delete('create');
    await clock.advanceAsync(1000);
    expect(log.head()).toMatchObject({ size: 2 });
    expect(log.headTrouble()).toBeNull();
  });

  it('never speak of a record that a power cut would take', async () => {
    const files = new FaultyFiles();
    const { log, clock } = await openTestLog(files);
    await log.append(press);
    await clock.advanceAsync(0);
    files.failing.set('datasync', 'EIO');
    void log.appendNow(press);
    await clock.advanceAsync(0);
    expect(log.head()).toMatchObject({ size: 1 });
    const cut = files.afterPowerCut(10_000);
    const again = await openTestLog(cut);
    expect(again.log.sequence).toBeGreaterThanOrEqual(again.log.head()?.size ?? 0);
  });

  it('a torn end of heads.log is cut and gone on behind', async () => {
    const files = new FaultyFiles();
    const first = await openTestLog(files);
    for (let n = 0; n < 3; n++) await first.log.append({ ...press, scope: String(n) });
    await first.log.close();
    const whole = files.files.get('heads.log')?.cached ?? Buffer.alloc(0);
    const notes = notesOf(files).length;
    for (const left of [1, 7, 8, 100]) {
      const torn = files.afterPowerCut(1e9);
      torn.files.delete('checkpoint');
      const bytes = Buffer.concat([whole, whole.subarray(16, 16 + left)]);
      torn.files.set('heads.log', { cached: bytes, durable: Buffer.from(bytes) });
      const { log, clock } = await openTestLog(torn);
      expect(log.head()).toMatchObject({ size: 3 });
      await log.append(press);
      await clock.advanceAsync(0);
      expect(notesOf(torn)).toHaveLength(notes + 1);
    }
  });

  it('R-52: a clock that steps back changes no order, and the record keeps what it said', async () => {
    const files = new FaultyFiles();
    const { log, clock } = await openTestLog(files, { clockError: () => 5n });
    await log.append(testEntry(1));
    clock.stepWall(-3_600_000);
    await log.append(testEntry(2));
    await log.close();
    const { records } = await openTestLog(files);
    expect(records.map(({ seq, wallError }) => [seq, wallError])).toEqual([
      [1, '5'],
      [2, '5'],
    ]);
    const [a, b] = records.map(({ wall, mono }) => ({ wall: BigInt(wall), mono: BigInt(mono) }));
    expect(a && b && b.wall < a.wall && b.mono >= a.mono).toBe(true);
  });
});
