import { expect, type Locator, type Page } from 'playwright/test';
import type { Desk } from '../harness/desk.ts';
import type { Person } from '../harness/person.ts';

/** The pages before the console: a one-time link with its recovery codes, and signing in. */
export class SignInPage {
  readonly page: Page;
  readonly user: Locator;
  readonly password: Locator;
  readonly newPassword: Locator;
  readonly code: Locator;
  readonly passkey: Locator;
  readonly refusal: Locator;
  readonly recoveryCodes: Locator;

  constructor(page: Page) {
    this.page = page;
    this.user = page.getByLabel('User');
    this.password = page.getByLabel('Password', { exact: true });
    this.newPassword = page.getByLabel(/^A new password/);
    this.code = page.getByLabel('Code from your authenticator');
    this.passkey = page.getByRole('button', { name: 'Sign in with a passkey' });
    this.refusal = page.getByRole('alert').and(page.locator(':not(:empty)'));
    this.recoveryCodes = page.getByTestId('recovery-code');
  }

  /** Opens a one-time link: the page that greets its person. */
  async open(url: string): Promise<void> {
    await this.page.goto(url);
    await expect(this.page.getByRole('heading', { level: 1 })).toContainText('Welcome');
  }

  /** Opens a one-time link and chooses the authenticator; the secret that it shows, once. */
  async openLink(url: string): Promise<string> {
    await this.open(url);
    await this.page.getByRole('button', { name: /^Password and authenticator app/ }).click();
    return (await this.page.getByTestId('totp-secret').textContent()) ?? '';
  }

  /** Of somebody who has an authenticator: their code opens the console. */
  async enterCode(code: string): Promise<void> {
    await this.code.fill(code);
    await this.page.getByRole('button', { name: 'Open the console', exact: true }).click();
  }

  async chooseFactors(password: string, code: string): Promise<void> {
    await this.newPassword.fill(password);
    await this.code.fill(code);
    await this.page.getByRole('button', { name: 'Finish' }).click();
  }

  /** Makes a passkey with the browser's authenticator; the recovery codes are then in sight. */
  async makePasskey(name?: string): Promise<void> {
    await this.page.getByRole('button', { name: /^Passkey/ }).click();
    if (name !== undefined) await this.page.getByLabel('Its name, for your list').fill(name);
    await this.page.getByRole('button', { name: 'Make a passkey' }).click();
  }

  /** Reads the ten codes, says that they are kept, and goes on to the console. */
  async keepRecoveryCodes(): Promise<string[]> {
    await expect(this.recoveryCodes).toHaveCount(10);
    const codes = await this.recoveryCodes.allTextContents();
    await this.page.getByRole('checkbox', { name: /^I have kept/ }).check();
    await this.page.getByRole('button', { name: 'Open the console' }).click();
    return codes;
  }

  /** A whole enrolment by password and authenticator; the recovery codes. */
  async enrol(url: string, person: Person): Promise<string[]> {
    person.keepSecret(await this.openLink(url));
    await this.chooseFactors(person.password, person.code('login'));
    return this.keepRecoveryCodes();
  }

  async signIn(user: string, password: string, code: string): Promise<void> {
    await this.user.fill(user);
    await this.password.fill(password);
    await this.code.fill(code);
    await this.page.getByRole('button', { name: 'Sign in', exact: true }).click();
  }

  async signInByRecoveryCode(user: string, password: string, code: string): Promise<void> {
    await this.user.fill(user);
    await this.password.fill(password);
    const change = this.page.getByRole('button', { name: 'Use a recovery code' });
    if (await change.isVisible()) await change.click();
    await this.page.getByLabel('Recovery code', { exact: true }).fill(code);
    await this.page.getByRole('button', { name: 'Sign in', exact: true }).click();
  }

  /** Opens a console whose server dies between the page with its fonts and the page's first question. */
  async openUnderDyingServer(desk: Desk): Promise<void> {
    const { page } = this;
    await page.route('**/auth/session', async (route) => {
      if (desk.server.running) {
        await page.evaluate(() =>
          Promise.all([...document.fonts].map((font) => font.load())).then(() => null),
        );
        await desk.server.stop('SIGKILL');
      }
      await route.continue();
    });
    await page.goto(desk.console);
    await expect(page.getByRole('heading', { name: 'The server cannot be reached' })).toBeVisible();
  }
}
