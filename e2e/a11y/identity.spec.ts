import { expect, test } from '../fixtures.ts';
import { AccountPage } from '../pages/account.ts';
import { PeoplePage } from '../pages/people.ts';
import { TicketPage } from '../pages/ticket.ts';
import { Authenticator } from '../harness/authenticator.ts';
import { expectAccessible } from './axe.ts';

test.use({ deskOptions: { instruments: 8 } });

test('the account and its dialogs, a step-up and its refusal', async ({ operator, openConsole }) => {
  const view = await openConsole(operator);
  const { page } = view;
  await Authenticator.beside(page);
  const account = await AccountPage.open(view);
  await expect(account.sessionRows()).toHaveCount(1);
  await expectAccessible(page, 'the account');
  for (const name of ['Change…', 'Replace…', 'New codes…']) {
    await account.factors.getByRole('button', { name }).click();
    await expectAccessible(page, name);
    await page.getByRole('dialog').last().getByRole('button', { name: 'Close' }).click();
  }
  await account.factors.getByRole('button', { name: 'Add a passkey…' }).click();
  await expectAccessible(page, 'adding a passkey');
  await page.getByRole('button', { name: 'Make a passkey' }).click();
  await account.stepUp.expectAsks('Adds the passkey');
  await expectAccessible(page, 'a step-up');
  await account.stepUp.confirm('000000');
  await expect(account.stepUp.refusal).not.toBeEmpty();
  await expectAccessible(page, 'a refused step-up');
});

test('the ticket, and the question for its factor', async ({ operator, openConsole }) => {
  const view = await openConsole(operator);
  const ticket = await TicketPage.open(view, 'BTC-USDT');
  await ticket.fill({ price: '30000.00', size: '0.01' });
  await expectAccessible(view.page, 'the ticket');
  await ticket.submit();
  await ticket.stepUp.expectAsks('Buys 0.01 BTC-USDT');
  await expectAccessible(view.page, 'an order’s factor');
  await ticket.stepUp.confirm('000000');
  await expect(ticket.stepUp.refusal).not.toBeEmpty();
  await expectAccessible(view.page, 'an order’s factor, refused');
});

test('people: every section, its forms, what is shown once', async ({ admin, openConsole }) => {
  const people = await PeoplePage.open(await openConsole(admin));
  const { page } = people.view;
  await expect(people.row('operator')).toBeVisible();
  for (const section of ['Users', 'Sessions', 'Service accounts'] as const) {
    await people.section(section);
    await expect(people.panel.getByRole('row')).not.toHaveCount(1);
    await expectAccessible(page, section);
  }
  await people.section('Restricted');
  await expectAccessible(page, 'Restricted');
  await people.section('Users');
  for (const name of ['New user…', 'Link for operator', 'Change operator', 'Remove operator']) {
    await people.panel.getByRole('button', { name }).click();
    await expectAccessible(page, name);
    await page.getByRole('dialog').last().getByRole('button', { name: 'Close' }).click();
  }
  await people.fill('New user…', { User: 'ann', Name: 'Ann Lee', Role: 'trader' });
  await people.stepUp.confirm(admin.code('admin'));
  await expect(people.shown).toBeVisible();
  await expectAccessible(page, 'a link shown once');
});
