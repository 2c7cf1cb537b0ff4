import { expect, type Locator } from 'playwright/test';
import type { ConsolePage } from './console.ts';
import { StepUpPage } from './step-up.ts';

/** The order ticket of the chosen instrument. */
export class TicketPage {
  readonly view: ConsolePage;
  readonly form: Locator;
  readonly stepUp: StepUpPage;

  private constructor(view: ConsolePage) {
    this.view = view;
    this.form = view.page.getByRole('form', { name: /^Order ticket/ });
    this.stepUp = new StepUpPage(view.page);
  }

  static async open(view: ConsolePage, instrument: string): Promise<TicketPage> {
    await view.select(instrument);
    const panel = await view.show('orders');
    await panel.getByRole('button', { name: 'Ticket' }).click();
    const ticket = new TicketPage(view);
    await expect(ticket.form).toHaveAccessibleName(new RegExp(instrument));
    return ticket;
  }

  async fill({
    side = 'buy',
    type = 'limit',
    price,
    size,
    reduceOnly = false,
  }: {
    readonly side?: 'buy' | 'sell';
    readonly type?: 'limit' | 'market';
    readonly price?: string;
    readonly size: string;
    readonly reduceOnly?: boolean;
  }): Promise<void> {
    await this.form.getByRole('button', { name: side, exact: true }).click();
    await this.form.getByLabel('Type').selectOption(type);
    if (price !== undefined) await this.form.getByLabel('price').fill(price);
    await this.form.getByLabel('size').fill(size);
    await this.form.getByRole('checkbox', { name: 'reduce only' }).setChecked(reduceOnly);
  }

  /** From the keyboard, as who types sizes does. */
  async submit(): Promise<void> {
    await this.form.getByLabel('size').press('Enter');
  }

  async expectSays(words: string | RegExp): Promise<void> {
    await expect(this.form).toContainText(words);
  }
}
