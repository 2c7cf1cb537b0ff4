import { expect, type Locator } from 'playwright/test';
import type { ConsolePage } from './console.ts';
import { StepUpPage } from './step-up.ts';

/** One's own account: factors and sessions. */
export class AccountPage {
  readonly view: ConsolePage;
  readonly dialog: Locator;
  readonly factors: Locator;
  readonly sessions: Locator;
  readonly stepUp: StepUpPage;

  constructor(view: ConsolePage) {
    this.view = view;
    this.dialog = view.page.getByRole('dialog', { name: 'Account' });
    this.factors = this.dialog.getByRole('region', { name: 'Your factors' });
    this.sessions = this.dialog.getByRole('region', { name: 'Your sessions' });
    this.stepUp = new StepUpPage(view.page);
  }

  static async open(view: ConsolePage): Promise<AccountPage> {
    const account = new AccountPage(view);
    await view.topBar.getByRole('button', { name: /Open your account/ }).click();
    await expect(account.factors).toBeVisible();
    return account;
  }

  /** Adds a passkey with the browser's authenticator; a code confirms it. */
  async addPasskey(name: string, code: string): Promise<void> {
    const { page } = this.view;
    await this.factors.getByRole('button', { name: 'Add a passkey…' }).click();
    await page.getByLabel('Its name, for your list').fill(name);
    await page.getByRole('button', { name: 'Make a passkey' }).click();
    await this.stepUp.expectAsks(`Adds the passkey “${name}”`);
    await this.stepUp.confirm(code);
    await expect(this.factors).toContainText(name);
  }

  sessionRows(): Locator {
    return this.sessions.getByRole('listitem');
  }

  async close(): Promise<void> {
    await this.dialog.getByRole('button', { name: 'Close' }).click();
    await expect(this.dialog).toHaveCount(0);
  }
}
