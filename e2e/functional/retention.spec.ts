import { retentionPlanReplySchema } from '../../protocol/retention.ts';
import { expect, test } from '../fixtures.ts';
import { compliant } from '../harness/desk.ts';
import { AuditPage } from '../pages/audit.ts';
import { RetentionPage } from '../pages/retention.ts';

test.use({ deskOptions: { instruments: 8, config: compliant } });

test('R-48: a hold is placed, seen by others, and lifted with a factor; what is not due is not removed', async ({
  admin,
  second,
  openConsole,
}) => {
  const audit = await AuditPage.open(await openConsole(second));
  const retention = await RetentionPage.open(audit);
  const reason = 'Reason (it goes into the record)';
  await expect(retention.holds).toContainText('There is no hold.');
  await expect(retention.segments).toContainText('still being written: nothing of it goes');
  await expect(retention.button('Remove what is due…')).toBeDisabled();

  await test.step('placed by days, without a factor', async () => {
    await retention.button('Place a hold…').click();
    const days = { 'First day': '2026-02-01', 'Last day': '2026-01-31', [reason]: 'An inquiry' };
    await retention.fill(days, 'Keep them');
    await expect(retention.form).toContainText('The last day lies before the first.');
    await retention.fill({ 'Last day': '' }, 'Keep them');
    await expect(retention.holds.getByRole('row', { name: /An inquiry/ })).toContainText(
      'from 2026-02-01 on, without end',
    );
  });

  await test.step('an administrator sees it and may not lift it', async () => {
    const theirs = await RetentionPage.open(await AuditPage.open(await openConsole(admin)));
    await expect(theirs.holds).toContainText('An inquiry');
    await expect(theirs.button(/^Lift the hold/)).toBeDisabled();
    await expect(theirs.button('Place a hold…')).toBeDisabled();
  });

  await test.step('lifted with a factor', async () => {
    await retention.button(/^Lift the hold/).click();
    await retention.fill({ [reason]: 'It is over' }, 'Go on');
    await retention.stepUp.expectAsks('second placed the hold: An inquiry');
    await retention.stepUp.confirm(second.code('admin'));
    await expect(retention.holds).toContainText('There is no hold.');
  });

  await test.step('a removal of what the server does not find due is refused, with its factor spent', async () => {
    // What a page shows that has not heard of a change yet.
    await audit.view.page.context().route('**/api/retention/plan', async (route) => {
      const plan = retentionPlanReplySchema.parse(await (await route.fetch()).json());
      const due = { first: 1, last: 9, leastWall: 0, mostWall: 1, until: 2, kept: 'due', because: 'x' };
      await route.fulfill({ json: { ...plan, segments: [due] } });
    });
    await audit.show('Proofs');
    await RetentionPage.open(audit);
    await expect(retention.segments).toContainText('past its time: may go');
    await retention.button('Remove what is due…').click();
    await retention.fill({ [reason]: 'Past its time' }, 'Go on');
    await retention.stepUp.expectAsks('Records 1–9 (1 segment) go from this log for good');
    await retention.stepUp.confirm(second.code('admin'));
    await expect(retention.stepUp.refusal).toContainText('Nothing was removed');
  });
});
