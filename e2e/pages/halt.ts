import { expect, type Locator, type Page } from 'playwright/test';

/** The halt: the control in the top bar and the drawer that follows the press. */
export class HaltDrawer {
  readonly page: Page;
  readonly control: Locator;
  readonly state: Locator;
  readonly drawer: Locator;
  readonly answer: Locator;
  /** Over everything while no server has acknowledged a press. */
  readonly notDelivered: Locator;

  constructor(page: Page) {
    this.page = page;
    this.control = page.getByRole('button', { name: /^Halt the firm/ });
    this.state = page.getByRole('button', { name: /^Halt state, L3 firm/ });
    this.drawer = page.getByRole('dialog', { name: 'Halt · L3 firm' });
    this.answer = this.drawer.getByRole('alert');
    this.notDelivered = page.getByRole('alert').filter({ hasText: 'HALT NOT DELIVERED' });
  }

  /** Holds the control until it has fired. */
  async press(): Promise<void> {
    await this.control.hover();
    await this.page.mouse.down();
    await expect(this.drawer).toBeVisible();
    await this.page.mouse.up();
  }

  async pressByKeyboard(): Promise<void> {
    await this.page.keyboard.press('Control+Shift+KeyH');
    await expect(this.page.getByRole('alertdialog', { name: 'Halt is armed.' })).toBeVisible();
    await this.page.keyboard.press('Enter');
    await expect(this.drawer).toBeVisible();
  }

  async open(): Promise<void> {
    if (!(await this.drawer.isVisible())) await this.state.click();
    await expect(this.drawer).toBeVisible();
  }

  async cancelAll(code: string): Promise<void> {
    await this.#fillCode(code);
    await this.drawer.getByRole('button', { name: /^Cancel .* confirm zero/ }).click();
  }

  /** Without a code: the factor of this session is young enough. */
  async cancelAllByFreshFactor(): Promise<void> {
    await this.drawer.getByRole('button', { name: /confirm zero, no code needed$/ }).click();
  }

  async cancelAllByPasskey(): Promise<void> {
    const choose = this.drawer.getByRole('button', { name: 'Passkey', exact: true });
    if (await choose.isVisible()) await choose.click();
    await this.drawer.getByRole('button', { name: /^Cancel .* with a passkey$/ }).click();
  }

  async takeBack(code: string, reason: string): Promise<void> {
    await this.#fillCode(code);
    await this.drawer.getByLabel(/^Reason/).fill(reason);
    await this.drawer.getByRole('button', { name: /^Take back/ }).click();
  }

  async release(code: string, reason: string): Promise<void> {
    await this.#fillCode(code);
    await this.drawer.getByLabel(/^Reason/).fill(reason);
    await this.drawer.getByRole('button', { name: /^Release/ }).click();
  }

  async expectState(words: RegExp | string, timeout = 30_000): Promise<void> {
    await expect(this.state).toContainText(words, { timeout });
  }

  #fillCode(code: string): Promise<void> {
    return this.drawer.getByLabel(/6-digit code/).fill(code);
  }
}
