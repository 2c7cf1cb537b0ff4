import { expect, type Locator } from 'playwright/test';
import type { ConsolePage } from './console.ts';
import { StepUpPage } from './step-up.ts';

/** The panel of users, sessions, service accounts and the restricted list. */
export class PeoplePage {
  readonly view: ConsolePage;
  readonly panel: Locator;
  readonly stepUp: StepUpPage;
  readonly shown: Locator;

  constructor(view: ConsolePage) {
    this.view = view;
    this.panel = view.page.getByRole('main').getByRole('region', { name: 'People' });
    this.stepUp = new StepUpPage(view.page);
    this.shown = view.page.getByTestId('shown-once');
  }

  static async open(view: ConsolePage): Promise<PeoplePage> {
    const people = new PeoplePage(view);
    await view.run('Layout preset: People');
    await expect(people.panel).toBeVisible();
    return people;
  }

  async section(name: 'Users' | 'Sessions' | 'Service accounts' | 'Restricted'): Promise<void> {
    await this.panel.getByRole('button', { name, exact: true }).click();
  }

  row(text: string | RegExp): Locator {
    return this.panel.getByRole('row').filter({ hasText: text });
  }

  /** Opens a form by its button; its fields are filled by their labels, then the step-up dialog asks. */
  async fill(button: string | RegExp, fields: Readonly<Record<string, string>>, go = 'Go on'): Promise<void> {
    const { page } = this.view;
    await this.panel.getByRole('button', { name: button }).click();
    const form = page.getByRole('dialog').last();
    for (const [label, value] of Object.entries(fields)) {
      const field = form.getByLabel(label);
      if ((await field.evaluate((element) => element.tagName)) === 'SELECT') await field.selectOption(value);
      else await field.fill(value);
    }
    await form.getByRole('button', { name: go, exact: true }).click();
  }

  /** What was shown once; it is put away. */
  async takeShown(): Promise<string> {
    const secret = (await this.shown.textContent()) ?? '';
    await this.view.page.getByRole('button', { name: /put it away$/ }).click();
    await expect(this.shown).toHaveCount(0);
    return secret;
  }
}
