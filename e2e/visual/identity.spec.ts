import type { Page } from 'playwright/test';
import { expect, test } from '../fixtures.ts';
import { Authenticator } from '../harness/authenticator.ts';
import { AccountPage } from '../pages/account.ts';
import { PeoplePage } from '../pages/people.ts';
import { TicketPage } from '../pages/ticket.ts';
import { SignInPage } from '../pages/sign-in.ts';
import { expectPicture } from './picture.ts';

test.skip(process.env['CWTS_GOLDENS'] !== '1', 'goldens belong to Debian’s Chromium (/usr/bin/chromium)');

const card = (page: Page) => page.getByRole('main');

test.use({ deskOptions: { still: true, instruments: 8 } });

test('enrolling: the ways, the authenticator, the recovery codes', async ({ desk, operator, openWindow }) => {
  const page = await (await openWindow()).newPage();
  const signIn = new SignInPage(page);
  await signIn.open(desk.link('operator'));
  await expectPicture(card(page), 'enrol-ways.png');
  await page.getByRole('button', { name: /^Password and authenticator app/ }).click();
  const secret = page.getByTestId('totp-secret');
  operator.keepSecret((await secret.textContent()) ?? '');
  const qr = page.getByRole('img', { name: /QR code/ });
  await expectPicture(card(page), 'enrol-authenticator.png', [qr, secret]);
  await signIn.chooseFactors(operator.password, operator.code('login'));
  await expect(signIn.recoveryCodes).toHaveCount(10);
  await expectPicture(card(page), 'recovery-codes.png', [page.getByRole('list', { name: 'Recovery codes' })]);
});

test('enrolling with a passkey', async ({ desk, openWindow }) => {
  const page = await (await openWindow()).newPage();
  await Authenticator.beside(page);
  await new SignInPage(page).open(desk.link('operator'));
  await page.getByRole('button', { name: /^Passkey/ }).click();
  await expectPicture(card(page), 'enrol-passkey.png');
});

test('the account, and a step-up', async ({ operator, openConsole }) => {
  const view = await openConsole(operator);
  await Authenticator.beside(view.page);
  const account = await AccountPage.open(view);
  await account.addPasskey('Desk key', operator.code('account'));
  await expect(account.sessionRows()).toHaveCount(1);
  await expectPicture(account.dialog, 'account.png');
  await account.factors.getByRole('button', { name: 'Remove the passkey Desk key' }).click();
  await account.stepUp.expectAsks('Desk key');
  await expectPicture(account.stepUp.dialog, 'step-up-passkey.png');
  await account.stepUp.dialog.getByRole('button', { name: '6-digit code' }).click();
  await account.stepUp.confirm('000000');
  await expect(account.stepUp.refusal).not.toBeEmpty();
  await expectPicture(account.stepUp.dialog, 'step-up-refused.png');
});

test('an order by hand: the ticket, and its factor', async ({ operator, openConsole }) => {
  const view = await openConsole(operator);
  const ticket = await TicketPage.open(view, 'BTC-USDT');
  await ticket.fill({ price: '30000.00', size: '0.01' });
  await expectPicture(ticket.form, 'ticket.png');
  await ticket.submit();
  await ticket.stepUp.expectAsks('Buys 0.01 BTC-USDT');
  await expectPicture(ticket.stepUp.dialog, 'ticket-factor.png');
});

test('people', async ({ admin, openConsole }) => {
  const people = await PeoplePage.open(await openConsole(admin));
  await expect(people.row('operator')).toBeVisible();
  await expectPicture(people.panel, 'people-users.png');
  await people.fill('New user…', { User: 'ann', Name: 'Ann Lee', Role: 'trader' });
  await expectPicture(people.stepUp.dialog, 'people-step-up.png');
  await people.stepUp.confirm(admin.code('admin'));
  await expect(people.shown).toBeVisible();
  const dialog = people.view.page.getByRole('dialog');
  await expectPicture(dialog, 'people-shown-once.png', [dialog.getByText(/^The link of/).last()]);
  await people.takeShown();
  await people.section('Service accounts');
  await expect(people.panel.getByRole('row')).not.toHaveCount(1);
  await expectPicture(people.panel, 'people-accounts.png');
  await people.section('Sessions');
  await expect(people.row('this one')).toBeVisible();
  await expectPicture(people.panel, 'people-sessions.png');
});
