import { expect, type Locator } from 'playwright/test';
import type { ConsolePage } from './console.ts';

/** Signed reports: the list, opening one, making one. */
export class ReportsPage {
  readonly view: ConsolePage;
  readonly panel: Locator;
  readonly reports: Locator;

  constructor(view: ConsolePage) {
    this.view = view;
    this.panel = view.page.getByRole('main').getByRole('region', { name: 'Reports', exact: true });
    this.reports = this.panel.getByRole('region', { name: 'Reports list' });
  }

  static async open(view: ConsolePage): Promise<ReportsPage> {
    const reports = new ReportsPage(view);
    await view.run('Show panel: Reports');
    await expect(reports.panel).toBeVisible();
    return reports;
  }

  report(text: string | RegExp): Locator {
    return this.reports.locator('.report').filter({ hasText: text });
  }

  async make(about: string, reason: string): Promise<void> {
    await this.panel.getByRole('button', { name: 'Make a report' }).click();
    await this.panel.getByLabel('Halt').fill(about);
    await this.panel.getByLabel(/^Reason/).fill(reason);
    await this.panel.getByRole('button', { name: 'Make the report' }).click();
  }
}
