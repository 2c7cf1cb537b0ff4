import { expect, test } from '../fixtures.ts';
import { Authenticator } from '../harness/authenticator.ts';
import { AccountPage } from '../pages/account.ts';
import { ConsolePage } from '../pages/console.ts';
import { SignInPage } from '../pages/sign-in.ts';

test('a passkey enrols, signs in alone, and cancels everything in a halt', async ({ desk, openWindow }) => {
  const page = await (await openWindow()).newPage();
  const device = await Authenticator.beside(page);
  const signIn = new SignInPage(page);
  const view = new ConsolePage(page);

  await test.step('enrolment: made by a touch, no password, recovery codes', async () => {
    await signIn.open(desk.link('operator'));
    await signIn.makePasskey('My laptop');
    await signIn.keepRecoveryCodes();
    await view.waitUntilLive();
    expect(await device.count()).toBe(1);
  });

  await test.step('signing in: one button, no name', async () => {
    await view.run('Sign out');
    await expect(signIn.passkey).toBeVisible();
    await signIn.passkey.click();
    await view.waitUntilLive();
    await expect(view.topBar).toContainText('Operator');
  });

  await test.step('the account knows it by its name', async () => {
    const account = await AccountPage.open(view);
    await expect(account.factors).toContainText('My laptop');
    const remove = account.factors.getByRole('button', { name: 'Remove the passkey My laptop' });
    await expect(remove, 'the last way in cannot be removed').toBeDisabled();
    await account.close();
  });

  await test.step('a halt: fresh from signing in, cancelling needs no further factor', async () => {
    await view.halt.press();
    await view.halt.expectState('blocked, not cancelled');
    await view.halt.cancelAllByFreshFactor();
    await view.halt.expectState('zero confirmed');
  });
});

test('a step-up by passkey signs that act; a device that does not know its owner is refused', async ({
  operator,
  openConsole,
}) => {
  const view = await openConsole(operator);
  const device = await Authenticator.beside(view.page);
  const account = await AccountPage.open(view);
  await account.addPasskey('Desk key', operator.code('account'));

  await test.step('not verified: nothing is done, and it is said', async () => {
    await device.recognises(false);
    await account.factors.getByRole('button', { name: 'New codes…' }).click();
    await view.page.getByRole('button', { name: 'Make ten new codes' }).click();
    await account.stepUp.confirmByPasskey();
    await expect(account.stepUp.refusal).toContainText('could not verify you');
  });

  await test.step('verified: done', async () => {
    await device.recognises(true);
    await account.stepUp.confirmByPasskey();
    await expect(view.page.getByTestId('recovery-code')).toHaveCount(10);
    await view.page.getByRole('checkbox', { name: /^I have kept/ }).check();
    await view.page.getByRole('button', { name: 'Done' }).click();
    await expect(account.factors).toContainText('10 of 10 left');
  });

  await test.step('taking a halt back: a passkey in the drawer, with the reason in what it signs', async () => {
    await account.close();
    await view.halt.press();
    await view.halt.expectState('blocked, not cancelled');
    await view.halt.drawer.getByRole('button', { name: 'Passkey', exact: true }).click();
    await view.halt.drawer.getByLabel(/^Reason/).fill('Pressed in a drill.');
    await view.halt.drawer.getByRole('button', { name: /^Take back/ }).click();
    await view.halt.expectState(/· trading$/);
  });
});

test('a passkey that the browser offers in its list signs in without the button', async ({
  desk,
  openWindow,
}) => {
  const page = await (await openWindow()).newPage();
  await Authenticator.beside(page, { autofill: true });
  const signIn = new SignInPage(page);
  await signIn.open(desk.link('operator'));
  await signIn.makePasskey();
  await signIn.keepRecoveryCodes();
  const view = new ConsolePage(page);
  await view.waitUntilLive();
  const again = page.waitForResponse('**/auth/passkey/finish');
  await view.run('Sign out');
  expect((await again).ok()).toBe(true);
  await view.waitUntilLive();
});

test('a passkey that does not know its owner signs nobody in', async ({ desk, openWindow }) => {
  const page = await (await openWindow()).newPage();
  const device = await Authenticator.beside(page);
  const signIn = new SignInPage(page);
  await signIn.open(desk.link('operator'));
  await signIn.makePasskey();
  await signIn.keepRecoveryCodes();
  const view = new ConsolePage(page);
  await view.waitUntilLive();
  await device.recognises(false);
  await view.run('Sign out');
  await signIn.passkey.click();
  await expect(signIn.refusal).toContainText('could not verify you');
});
