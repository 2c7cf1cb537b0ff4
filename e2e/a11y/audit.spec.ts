import { expect, test } from '../fixtures.ts';
import { incident } from '../harness/recorded-incident.ts';
import { RecordedLog } from '../harness/recorded-log.ts';
import { AuditPage } from '../pages/audit.ts';
import { NotesPage } from '../pages/notes.ts';
import { ReportsPage } from '../pages/reports.ts';
import { THEMES } from '../steady.ts';
import { expectAccessible } from './axe.ts';

for (const theme of THEMES) {
  test.describe(theme, () => {
    test.use({ theme });

    test('audit, log book, reports: every state', async ({ second, openWindow, desk }) => {
      const context = await openWindow();
      const log = new RecordedLog(incident());
      await log.answer(context);
      const audit = await AuditPage.signIn(context, second, desk);
      const { page } = audit.view;
      await expectAccessible(page, 'the preset Compliance');
      await audit.search('action:halt.');
      await audit.open('halt.press');
      await audit.expectProven();
      await expectAccessible(page, 'a proven record');
      await audit.show('Timeline');
      await expect(audit.timeline).toContainText('halt.press');
      await expectAccessible(page, 'the timeline');
      await audit.show('Proofs');
      await audit.proofs.getByRole('button', { name: /^Verify the last/ }).click();
      await expect(audit.proofs).toContainText('Done.');
      await expectAccessible(page, 'proofs');
      await audit.show('Records');
      log.tampered = log.records.find(({ action }) => action === 'halt.press')?.seq ?? null;
      await audit.search('actr:nobody');
      await expect(audit.panel).toContainText('There is no field actr');
      await expectAccessible(page, 'a query that is none');
      await audit.search('action:halt.');
      await expect(audit.row('halt.press')).toContainText('FAILED');
      await expectAccessible(page, 'a record that failed');
      log.refusal = { code: 'store-down', sentence: 'The database of the search does not answer.' };
      await audit.search('action:halt.');
      await expect(audit.panel).toContainText('does not answer');
      await expectAccessible(page, 'the store is down');
      log.headSize -= 3;
      await audit.alarm.getByRole('button', { name: 'Show both heads…' }).click();
      await expectAccessible(page, 'a log that does not follow');
      await page.keyboard.press('Escape');

      const notes = await NotesPage.open(audit.view);
      await notes.beginHandover();
      await expectAccessible(page, 'a hand-over being written');
      const reports = await ReportsPage.open(audit.view);
      await reports.panel.getByRole('button', { name: 'Make a report' }).click();
      await expectAccessible(page, 'a report being asked for');
    });
  });
}
