import { expect, type Locator } from 'playwright/test';
import type { AuditPage } from './audit.ts';
import { StepUpPage } from './step-up.ts';

/** What the log keeps, under Audit: rules, holds, segments. */
export class RetentionPage {
  readonly region: Locator;
  readonly rules: Locator;
  readonly holds: Locator;
  readonly segments: Locator;
  readonly form: Locator;
  readonly stepUp: StepUpPage;

  constructor({ panel, view: { page } }: AuditPage) {
    this.region = panel.getByRole('region', { name: 'Retention', exact: true });
    this.rules = this.region.getByRole('region', { name: 'Rules' });
    this.holds = this.region.getByRole('region', { name: 'Holds' });
    this.segments = this.region.getByRole('region', { name: 'Segments' });
    this.form = page.getByRole('dialog').last();
    this.stepUp = new StepUpPage(page);
  }

  static async open(audit: AuditPage): Promise<RetentionPage> {
    const retention = new RetentionPage(audit);
    await audit.show('Retention');
    await expect(retention.rules).toContainText('2192 days');
    return retention;
  }

  button(name: string | RegExp): Locator {
    return this.region.getByRole('button', { name });
  }

  /** A form's fields by their labels, and its button. */
  async fill(fields: Readonly<Record<string, string>>, go: string): Promise<void> {
    for (const [label, value] of Object.entries(fields)) await this.form.getByLabel(label).fill(value);
    await this.form.getByRole('button', { name: go, exact: true }).click();
  }
}
