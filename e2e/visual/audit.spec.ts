import { expect, test } from '../fixtures.ts';
import { incident, notes, reports } from '../harness/recorded-incident.ts';
import { compliant } from '../harness/desk.ts';
import { RecordedLog } from '../harness/recorded-log.ts';
import { answerRetention } from '../harness/recorded-retention.ts';
import { AuditPage } from '../pages/audit.ts';
import { NotesPage } from '../pages/notes.ts';
import { ReportsPage } from '../pages/reports.ts';
import { RetentionPage } from '../pages/retention.ts';
import { expectPicture } from './picture.ts';

test.skip(process.env['CWTS_GOLDENS'] !== '1', 'goldens belong to Debian’s Chromium (/usr/bin/chromium)');

test.use({ deskOptions: { still: true, config: compliant } });

test('the audit panel: a record, its proof, the incident, a log that does not follow', async ({
  second,
  openWindow,
  desk,
}) => {
  const context = await openWindow();
  const log = new RecordedLog(incident());
  await log.answer(context);
  const audit = await AuditPage.signIn(context, second, desk);

  await test.step('the list and a record that is proven', async () => {
    await audit.search('action:halt.');
    await audit.open('halt.press');
    await audit.expectProven();
    await expect(audit.row('halt.press')).toContainText('proven at head');
    await expectPicture(audit.panel, 'audit-record.png');
  });

  await test.step('the incident in order', async () => {
    await audit.record.getByRole('button', { name: 'Close' }).click();
    await audit.show('Timeline');
    await expect(audit.timeline).toContainText('re-read: zero open orders');
    await expectPicture(audit.panel, 'audit-timeline.png');
  });

  await test.step('what the proofs rest on', async () => {
    await audit.show('Proofs');
    await expect(audit.proofs).toContainText('Its signature holds');
    await expectPicture(audit.panel, 'audit-proofs.png');
  });

  await test.step('a record that was changed', async () => {
    const { seq } = log.records.find(({ action }) => action === 'halt.press') ?? { seq: 0 };
    log.tampered = seq;
    await audit.show('Records');
    await audit.search('action:halt.');
    await audit.open('halt.press');
    await expect(audit.proof).toContainText('Proof failed: leaf');
    await expect(audit.row('halt.press')).toContainText('FAILED: leaf');
    await expectPicture(audit.panel, 'audit-failed.png');
    log.tampered = null;
  });

  await test.step('the store is down', async () => {
    log.refusal = { code: 'store-down', sentence: 'The database of the search does not answer.' };
    await audit.search('action:halt.');
    await expect(audit.panel).toContainText('does not answer');
    await expectPicture(audit.panel, 'audit-store-down.png');
    log.refusal = null;
  });

  await test.step('a head that went back', async () => {
    log.headSize -= 3;
    await expect(audit.alarm).toBeVisible();
    await expectPicture(audit.alarm, 'audit-alarm.png');
    await audit.alarm.getByRole('button', { name: 'Show both heads…' }).click();
    const dialog = audit.view.page.getByRole('dialog', { name: 'The audit log does not follow' });
    await expectPicture(dialog, 'audit-both-heads.png');
  });
});

test('the log book, the reports, and what is kept', async ({ second, openWindow, desk }) => {
  const context = await openWindow();
  await new RecordedLog(incident()).answer(context);
  await context.route('**/api/notes', (route) => route.fulfill({ json: { ok: true, notes: notes() } }));
  await context.route('**/api/reports', (route) => route.fulfill({ json: { ok: true, reports: reports() } }));
  await answerRetention(context);
  const audit = await AuditPage.signIn(context, second, desk);
  const { view } = audit;
  const book = new NotesPage(view);
  await expect(book.notes).toHaveCount(3);
  await expectPicture(book.panel, 'notes.png');
  const list = new ReportsPage(view);
  await list
    .report('Halt of')
    .getByText(/deliveries done/)
    .click();
  await expectPicture(list.panel, 'reports.png');
  const retention = await RetentionPage.open(audit);
  await expect(retention.segments).toContainText('may go');
  await expectPicture(audit.panel, 'retention.png');
});
