import { expect, type BrowserContext, type Locator } from 'playwright/test';
import type { Person, Site } from '../harness/person.ts';
import { ConsolePage } from './console.ts';

/** The audit panel: search, the record beside it, the timeline, proofs; and the alarm over every screen. */
export class AuditPage {
  readonly view: ConsolePage;
  readonly panel: Locator;
  readonly query: Locator;
  readonly records: Locator;
  readonly record: Locator;
  readonly proof: Locator;
  readonly timeline: Locator;
  readonly proofs: Locator;
  readonly alarm: Locator;

  constructor(view: ConsolePage) {
    const { page } = view;
    this.view = view;
    this.panel = page.getByRole('main').getByRole('region', { name: 'Audit', exact: true });
    this.query = this.panel.getByRole('searchbox', { name: 'Search the audit log' });
    this.records = this.panel.getByRole('grid', { name: 'Audit records' });
    this.record = this.panel.getByRole('region', { name: /^Record \d+$/ });
    this.proof = this.record.getByRole('status', { name: 'Proof' });
    this.timeline = this.panel.getByRole('region', { name: 'Timeline' });
    this.proofs = this.panel.getByRole('region', { name: 'Proofs' });
    this.alarm = page.getByRole('alert').filter({ hasText: 'THE AUDIT LOG DOES NOT FOLLOW' });
  }

  /** Opens the preset in which the audit panel is the largest. */
  static async open(view: ConsolePage): Promise<AuditPage> {
    const audit = new AuditPage(view);
    await view.run('Layout preset: Compliance');
    await expect(audit.panel).toBeVisible();
    return audit;
  }

  /** In a window of the test's own. */
  static async signIn(context: BrowserContext, person: Person, site: Site): Promise<AuditPage> {
    return AuditPage.open(await ConsolePage.open(context, person, site));
  }

  /** By the keyboard alone: `/`, the words, Enter. */
  async search(typed: string): Promise<void> {
    await this.view.page.keyboard.press('/');
    await expect(this.query).toBeFocused();
    await this.query.fill(typed);
    await this.query.press('Enter');
  }

  row(text: string | RegExp): Locator {
    return this.records.getByRole('row').filter({ hasText: text });
  }

  async open(text: string | RegExp): Promise<void> {
    await this.row(text).first().click();
    await expect(this.record).toBeVisible();
  }

  async show(name: 'Records' | 'Timeline' | 'Proofs' | 'Retention'): Promise<void> {
    await this.panel.getByRole('group', { name: 'Show', exact: true }).getByRole('button', { name }).click();
  }

  async expectProven(): Promise<void> {
    await expect(this.proof).toContainText(/Proven at head \d+/);
  }
}
