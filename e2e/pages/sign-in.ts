import { expect, type Locator, type Page } from 'playwright/test';

/** The pages before the console: a one-time link, and signing in with a code. */
export class SignInPage {
  readonly page: Page;
  readonly code: Locator;
  readonly refusal: Locator;

  constructor(page: Page) {
    this.page = page;
    this.code = page.getByLabel('Code from your authenticator');
    this.refusal = page.getByRole('alert');
  }

  /** Opens a one-time link; the secret that it shows, once. */
  async openLink(url: string): Promise<string> {
    await this.page.goto(url);
    await expect(this.page.getByRole('heading', { level: 1 })).toContainText('Welcome');
    return (await this.page.getByTestId('totp-secret').textContent()) ?? '';
  }

  async enterCode(code: string): Promise<void> {
    await this.code.fill(code);
    await this.page.getByRole('button', { name: 'Open the console' }).click();
  }

  async signIn(user: string, code: string): Promise<void> {
    await this.page.getByLabel('User').fill(user);
    await this.code.fill(code);
    await this.page.getByRole('button', { name: 'Sign in' }).click();
  }
}
