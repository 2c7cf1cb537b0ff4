/** A verification beside the writer of the log. */
import { afterAll, expect, it } from 'vitest';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { SystemClock } from '../../clock.ts';
import { testCode, testSigner } from '../../testing/audit-key.ts';
import { testEntry } from '../../testing/audit-log.ts';
import { nodeLogFiles } from '../files.ts';
import { AuditLog } from '../log.ts';
import { verified } from './testing/log-folder.ts';

const dir = mkdtempSync(join(tmpdir(), 'cwts-audit-live-'));
afterAll(() => rmSync(dir, { recursive: true, force: true }));

it('R-45: a log is right at every moment of its growing, segments and heads turning meanwhile', async () => {
  const opened = await AuditLog.open({
    clock: new SystemClock(),
    files: await nodeLogFiles(dir),
    run: 'live',
    code: testCode,
    signer: testSigner,
    segmentBytes: 20_000,
  });
  if (!opened.ok) throw new Error(opened.error.sentence);
  const { log } = opened.value;
  let isOver = false;
  let n = 0;
  const writer = async (): Promise<void> => {
    // Every other one is a control action: a head at once.
    while (!isOver) await log.append(testEntry(n++, n % 2 === 0 ? {} : { action: 'halt.press' }));
  };
  const writers = Array.from({ length: 8 }, () => writer());
  const lengths: number[] = [];
  for (let i = 0; i < 25 || log.sequence < 2000; i++) {
    const found = await verified({ dir }, { reencode: i % 2 === 0 });
    // Before its first head nothing is proven, and it says so.
    if (found.newest === null) continue;
    expect(found).toMatchObject({ isRight: true, faults: [], wrong: null });
    lengths.push(found.records);
  }
  isOver = true;
  await Promise.all(writers);
  await log.close();
  expect(lengths).toEqual([...lengths].sort((a, b) => a - b));
  expect(await verified({ dir })).toMatchObject({
    isRight: true,
    records: log.sequence,
    anchored: log.sequence,
  });
});
