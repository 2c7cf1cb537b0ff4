import { expect, it } from 'vitest';
import { openTestLog, testEntry } from '../testing/audit-log.ts';
import { FaultyFiles } from '../testing/faulty-files.ts';
import { auditRow } from './rows.ts';

it('R-45: a head that can’t be written while the log can is said by the row, until it is', async () => {
  const files = new FaultyFiles();
  const { log, clock } = await openTestLog(files);
  const row = () =>
    auditRow({ broken: null, headTrouble: log.headTrouble(), records: log.sequence, syncs: { figures: [], lateMs: null } });
  files.failing.set('create', 'ENOSPC');
  await log.append(testEntry(0, { action: 'halt.press' }));
  await clock.advanceAsync(1000);
  expect(log.writable()).toBe(true);
  expect(row()).toMatchObject({
    state: 'degraded',
    sentence: 'Records are written, but signed heads are not: the disk is full.',
  });
  files.failing.delete('create');
  await clock.advanceAsync(1000);
  expect(row().state).toBe('ok');
});
