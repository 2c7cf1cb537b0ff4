import { expect, type Locator, type Page } from 'playwright/test';

/** The dialog that says in words what will be done, and asks for a factor. */
export class StepUpPage {
  readonly page: Page;
  readonly dialog: Locator;
  readonly code: Locator;
  readonly refusal: Locator;

  constructor(page: Page) {
    this.page = page;
    this.dialog = page
      .getByRole('dialog')
      .filter({ has: page.getByRole('button', { name: 'Let it be' }) })
      .last();
    this.code = this.dialog.getByLabel('Your 6-digit code');
    this.refusal = this.dialog.getByRole('alert');
  }

  async expectAsks(words: string | RegExp): Promise<void> {
    await expect(this.dialog).toContainText(words);
  }

  /** Confirms with a code; the dialog is gone once it was accepted. */
  async confirm(code: string): Promise<void> {
    const byCode = this.dialog.getByRole('button', { name: '6-digit code' });
    if (!(await this.code.isVisible())) await byCode.click();
    await this.code.fill(code);
    await this.code.press('Enter');
  }

  async confirmByPasskey(): Promise<void> {
    const choose = this.dialog.getByRole('button', { name: 'Passkey', exact: true });
    if (await choose.isVisible()) await choose.click();
    await this.dialog.getByRole('button', { name: /with a passkey$/ }).click();
  }
}
