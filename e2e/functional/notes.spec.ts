import { expect, test } from '../fixtures.ts';
import { AuditPage } from '../pages/audit.ts';
import { NotesPage } from '../pages/notes.ts';

test.use({ deskOptions: { store: 'embedded' } });

test('notes and a hand-over: seen at once by the other, kept in the audit log', async ({
  operator,
  second,
  openConsole,
}) => {
  const ours = await NotesPage.open(await openConsole(operator));
  const view = await openConsole(second);
  const theirs = await NotesPage.open(view);

  await test.step('a note comes live', async () => {
    await ours.write('Maker looks slow on ETH.\nAsked the venue.');
    await expect(theirs.notes.first()).toContainText('Maker looks slow on ETH.');
    await expect(theirs.notes.first()).toContainText('operator');
  });

  await test.step('a hand-over with what stands', async () => {
    await ours.view.halt.press();
    await ours.view.halt.expectState('blocked, not cancelled');
    await ours.view.page.keyboard.press('Escape');
    await ours.beginHandover();
    await expect(ours.text).toHaveValue(/Halt, L3 firm: .*blocked/i);
    await ours.handOver();
    await expect(theirs.notes.first()).toContainText('Hand-over');
    await expect(theirs.notes.first()).toContainText('Open orders:');
    await expect(theirs.notes).toHaveCount(2);
  });

  await test.step('they are there after a reload, and in the audit log, proven', async () => {
    await view.page.reload();
    await view.waitUntilLive();
    await expect(theirs.notes).toHaveCount(2);
    const audit = await AuditPage.open(view);
    await audit.search('action:note. ETH');
    await audit.open('note.added');
    await expect(audit.record).toContainText('Maker looks slow on ETH.');
    await audit.expectProven();
  });
});
