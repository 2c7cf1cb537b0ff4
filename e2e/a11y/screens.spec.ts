import { expect, test } from '../fixtures.ts';
import { DEMO_INSTRUMENTS } from '../harness/desk.ts';
import { PANEL_NAMES } from '../pages/console.ts';
import { SignInPage } from '../pages/sign-in.ts';
import { expectAccessible } from './axe.ts';

test.use({ deskOptions: { instruments: DEMO_INSTRUMENTS } });

test('before the console: a link, a spent link, signing in', async ({ desk, operator, openWindow }) => {
  const page = await (await openWindow()).newPage();
  const signIn = new SignInPage(page);
  await signIn.open(desk.link('operator'));
  await expectAccessible(page, 'the ways to enrol');
  await page.getByRole('button', { name: /^Passkey/ }).click();
  await expectAccessible(page, 'enrolling with a passkey');
  await page.getByRole('button', { name: 'Choose another way' }).click();
  await page.getByRole('button', { name: /^Password and authenticator app/ }).click();
  operator.keepSecret((await page.getByTestId('totp-secret').textContent()) ?? '');
  await signIn.chooseFactors(operator.password, '000000');
  await expect(signIn.refusal).not.toBeEmpty();
  await expectAccessible(page, 'a refused code');
  await signIn.code.fill(operator.code('login'));
  await page.getByRole('button', { name: 'Finish' }).click();
  await expect(signIn.recoveryCodes).toHaveCount(10);
  await expectAccessible(page, 'the recovery codes');
  await page.goto('about:blank');
  await page.goto(`${desk.console}/enrol#token=spent`);
  await expect(page.getByRole('heading', { name: 'This link cannot be used' })).toBeVisible();
  await expectAccessible(page, 'a spent link');
  const stranger = await (await openWindow()).newPage();
  await stranger.goto(desk.console);
  await expect(stranger.getByRole('heading', { name: 'Sign in' })).toBeVisible();
  await expectAccessible(stranger, 'signing in');
});

test('the console: every panel, dialogs, the halt, stale data', async ({ desk, operator, openConsole }) => {
  const view = await openConsole(operator);
  for (const preset of ['Risk', 'Trader', 'Incident', 'Wall']) {
    await view.run(`Layout preset: ${preset}`);
    await expectAccessible(view.page, preset);
  }
  await view.run('Layout preset: Risk');
  for (const name of PANEL_NAMES) await view.show(name);

  await view.page.keyboard.press('?');
  await expect(view.page.getByRole('dialog', { name: 'Keyboard' })).toBeVisible();
  await expectAccessible(view.page, 'the list of shortcuts');
  await view.page.keyboard.press('Escape');
  await view.page.keyboard.press('Control+k');
  await expect(view.palette).toBeFocused();
  await expectAccessible(view.page, 'the command palette');
  await view.page.keyboard.press('Escape');

  desk.server.signal('SIGSTOP');
  await view.halt.press();
  await expect(view.halt.notDelivered).toContainText(/Sent \d{2,} times/);
  await expectAccessible(view.page, 'halt not delivered');
  desk.server.signal('SIGCONT');
  await view.halt.expectState('blocked, not cancelled');
  await expect(view.halt.notDelivered).toHaveCount(0);
  await expectAccessible(view.page, 'blocked, not cancelled');
  await view.halt.cancelAll(operator.code('halt'));
  await view.halt.expectState('zero confirmed');
  await expectAccessible(view.page, 'halted');

  await desk.server.stop('SIGKILL');
  await expect(view.banners).toContainText('Server unreachable');
  await expectAccessible(view.page, 'no server: everything stale');
});

test('a server that dies under a page that was just loaded', async ({ desk, openWindow }) => {
  const signIn = new SignInPage(await (await openWindow()).newPage());
  await signIn.openUnderDyingServer(desk);
  await expectAccessible(signIn.page, 'no server from the start');
});
