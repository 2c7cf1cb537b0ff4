import type { Page } from 'playwright/test';
import { expect, test } from '../fixtures.ts';
import { Person } from '../harness/person.ts';
import { AccountPage } from '../pages/account.ts';
import { ConsolePage } from '../pages/console.ts';
import { PeoplePage } from '../pages/people.ts';
import { SignInPage } from '../pages/sign-in.ts';

test.use({ deskOptions: { instruments: 8 } });

const cookieOf = async (page: Page): Promise<string> =>
  (await page.context().cookies()).map(({ value }) => value).join();

test('a person changes password, authenticator and codes; each factor brings another cookie, the data goes on', async ({
  desk,
  operator,
  openConsole,
}) => {
  const view = await openConsole(operator);
  const { page } = view;
  const account = await AccountPage.open(view);
  const later = new Person('operator', desk);
  const given = await cookieOf(page);

  await account.factors.getByRole('button', { name: 'Change…' }).click();
  await page.getByLabel(/^The new password/).fill(later.password);
  await page.getByRole('button', { name: 'Go on' }).click();
  await account.stepUp.expectAsks('Your new password replaces');
  await account.stepUp.confirm(operator.code('account'));
  await expect(account.stepUp.dialog).toHaveCount(0);
  await expect.poll(() => cookieOf(page)).not.toBe(given);

  await account.factors.getByRole('button', { name: 'Replace…' }).click();
  later.keepSecret((await page.getByTestId('totp-secret').textContent()) ?? '');
  // Not the code that signs in afterwards.
  await page.getByLabel('A code of the new authenticator').fill(later.code('account'));
  await page.getByRole('button', { name: 'Go on' }).click();
  await account.stepUp.confirm(operator.code('account'));
  await expect(account.stepUp.dialog).toHaveCount(0);

  await account.factors.getByRole('button', { name: 'New codes…' }).click();
  await page.getByRole('button', { name: 'Make ten new codes' }).click();
  await account.stepUp.confirm(later.code('account'));
  await expect(page.getByTestId('recovery-code')).toHaveCount(10);
  const [recovery = ''] = await page.getByTestId('recovery-code').allTextContents();
  await page.getByRole('checkbox', { name: /^I have kept/ }).check();
  await page.getByRole('button', { name: 'Done' }).click();
  await expect(account.factors).toContainText('10 of 10 left');
  // The socket of the first cookie is still there.
  await expect(view.topBar).toContainText('connected');
  await account.close();

  await view.run('Sign out');
  const door = new SignInPage(page);
  await door.signIn('operator', operator.password, later.code('login'));
  await expect(door.refusal).toBeVisible();
  await door.signInByRecoveryCode('operator', later.password, recovery);
  await view.waitUntilLive();
});

test('an administrator resets a person: their sessions end, and the link makes all factors anew', async ({
  desk,
  operator,
  admin,
  openConsole,
  openWindow,
}) => {
  const view = await openConsole(operator);
  const people = await PeoplePage.open(await openConsole(admin));
  await people.panel.getByRole('button', { name: 'Link for operator' }).click();
  const form = people.view.page.getByRole('dialog').last();
  await form.getByRole('radio', { name: /^To begin anew/ }).check();
  await form.getByLabel('Reason (it goes into the record)').fill('Lost phone.');
  await form.getByRole('button', { name: 'Go on' }).click();
  await people.stepUp.expectAsks('every session of operator ends');
  await people.stepUp.confirm(admin.code('admin'));
  const link = await people.takeShown();

  const anew = new Person('operator', desk);
  const page = await (await openWindow()).newPage();
  const door = new SignInPage(page);
  await door.enrol(link, anew);
  await new ConsolePage(page).waitUntilLive();
  await expect(view.page.getByRole('heading', { name: 'Sign in' })).toBeVisible();
  await new SignInPage(view.page).signIn('operator', operator.password, operator.code('login'));
  await expect(new SignInPage(view.page).refusal).toBeVisible();
});
