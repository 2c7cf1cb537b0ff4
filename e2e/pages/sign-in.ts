import { expect, type Locator, type Page } from 'playwright/test';
import type { Desk } from '../harness/desk.ts';

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
