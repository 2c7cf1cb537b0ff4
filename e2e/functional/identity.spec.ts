import { expect, test } from '../fixtures.ts';
import { ConsolePage } from '../pages/console.ts';
import { SignInPage } from '../pages/sign-in.ts';

test('a link enrols once, by password and authenticator; both sign in afterwards', async ({
  desk,
  operator,
  openWindow,
}) => {
  const page = await (await openWindow()).newPage();
  const signIn = new SignInPage(page);
  operator.keepSecret(await signIn.openLink(desk.link('operator')));
  await expect(page.getByRole('img', { name: /QR code/ })).toBeVisible();

  // A password that is refused does not use the code up.
  const code = operator.code('login');
  await test.step('a wrong code, and a password that everybody knows, are refused in words', async () => {
    await signIn.chooseFactors(operator.password, '000000');
    await expect(signIn.refusal).toContainText('not right');
    await signIn.chooseFactors('password1234', code);
    await expect(signIn.refusal).toContainText('lists that guessers try first');
  });

  await test.step('ten recovery codes are shown, and kept, before the console', async () => {
    await signIn.chooseFactors(operator.password, code);
    const codes = await signIn.keepRecoveryCodes();
    expect(new Set(codes).size).toBe(10);
  });
  const view = new ConsolePage(page);
  await view.waitUntilLive();
  await expect(view.topBar).toContainText('Operator');
  expect(page.url(), 'the token left the address').toBe(`${desk.console}/`);

  const other = new SignInPage(await (await openWindow()).newPage());
  await other.page.goto(desk.link('operator'));
  await expect(other.page.getByRole('heading', { level: 1 })).toHaveText('This link cannot be used');
  await expect(other.refusal).toContainText('was used');

  await other.page.getByRole('button', { name: 'Sign in instead' }).click();
  await other.signIn('operator', operator.password, operator.usedCode('login'));
  await expect(other.refusal).not.toBeEmpty();
  await other.signIn('operator', 'not the password at all', operator.code('login'));
  await expect(other.refusal).not.toBeEmpty();
  await other.signIn('operator', operator.password, operator.code('login'));
  await new ConsolePage(other.page).waitUntilLive();
});

test('a recovery code signs in once', async ({ desk, operator, openWindow }) => {
  const first = new SignInPage(await (await openWindow()).newPage());
  const [code = ''] = await first.enrol(desk.link('operator'), operator);
  await new ConsolePage(first.page).waitUntilLive();

  const second = new SignInPage(await (await openWindow()).newPage());
  await second.page.goto(desk.console);
  await second.signInByRecoveryCode('operator', operator.password, code);
  await new ConsolePage(second.page).waitUntilLive();

  const third = new SignInPage(await (await openWindow()).newPage());
  await third.page.goto(desk.console);
  await third.signInByRecoveryCode('operator', operator.password, code);
  await expect(third.refusal).not.toBeEmpty();
});

test('whoever guesses waits, and sees for how long', async ({ desk, openWindow }) => {
  const signIn = new SignInPage(await (await openWindow()).newPage());
  await signIn.page.goto(desk.console);
  const button = signIn.page.getByRole('button', { name: /^Sign in$|^Try again in/ });
  for (let guesses = 0; guesses < 8; guesses++) {
    if (/Try again/.test((await button.textContent()) ?? '')) break;
    await signIn.signIn('operator', 'a guess of twelve', '123456');
    await expect(signIn.refusal).not.toBeEmpty();
  }
  await expect(button).toHaveText(/^Try again in \d+ s$/);
  await expect(button).toBeDisabled();
  await expect(button).toHaveText('Sign in');
  await expect(button).toBeEnabled();
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
