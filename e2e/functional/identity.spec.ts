import { expect, test } from '../fixtures.ts';
import { ConsolePage } from '../pages/console.ts';
import { SignInPage } from '../pages/sign-in.ts';

test('a link enrols once, signs in, and says so the second time', async ({ desk, operator, openWindow }) => {
  const page = await (await openWindow()).newPage();
  const signIn = new SignInPage(page);
  operator.keepSecret(await signIn.openLink(desk.link('operator')));
  await expect(page.getByRole('img', { name: /QR code/ })).toBeVisible();

  await signIn.enterCode('000000');
  await expect(signIn.refusal).toContainText('not right');
  await signIn.enterCode(operator.code('login'));
  const view = new ConsolePage(page);
  await view.waitUntilLive();
  await expect(view.topBar).toContainText('Operator');
  expect(page.url(), 'the token left the address').toBe(`${desk.console}/`);

  const other = new SignInPage(await (await openWindow()).newPage());
  await other.page.goto(desk.link('operator'));
  await expect(other.page.getByRole('heading', { level: 1 })).toHaveText('This link cannot be used');
  await expect(other.refusal).toContainText('was used');

  await other.page.getByRole('button', { name: 'Sign in with a code instead' }).click();
  await other.signIn('operator', operator.usedCode('login'));
  await expect(other.refusal).toContainText('used already');
  await other.signIn('operator', operator.code('login'));
  await new ConsolePage(other.page).waitUntilLive();
});

test('the session’s cookie is out of reach of scripts and of other sites', async ({
  operator,
  openConsole,
}) => {
  const view = await openConsole(operator);
  const cookies = await view.page.context().cookies();
  expect(cookies).toHaveLength(1);
  expect(cookies[0]).toMatchObject({ name: 'cwts_session', httpOnly: true, sameSite: 'Strict', path: '/' });
  expect(await view.page.evaluate(() => document.cookie)).toBe('');
});

test('signing out ends the console in every window of that session', async ({ operator, openConsole }) => {
  const view = await openConsole(operator);
  await view.run('Sign out');
  await expect(view.page.getByRole('heading', { name: 'Sign in' })).toBeVisible();
  await view.page.reload();
  await expect(view.page.getByRole('heading', { name: 'Sign in' })).toBeVisible();
});
