import { expect, type Locator } from 'playwright/test';
import type { ConsolePage } from './console.ts';

/** The operator's log: notes, hand-overs, and the form for both. */
export class NotesPage {
  readonly view: ConsolePage;
  readonly panel: Locator;
  readonly notes: Locator;
  readonly text: Locator;

  constructor(view: ConsolePage) {
    this.view = view;
    this.panel = view.page.getByRole('main').getByRole('region', { name: 'Log book', exact: true });
    this.notes = this.panel.getByRole('region', { name: 'Notes' }).getByRole('listitem');
    this.text = this.panel.getByRole('textbox');
  }

  static async open(view: ConsolePage): Promise<NotesPage> {
    const notes = new NotesPage(view);
    await view.run('Show panel: Log book');
    await expect(notes.panel).toBeVisible();
    return notes;
  }

  async write(text: string): Promise<void> {
    await this.panel.getByRole('button', { name: 'Add a note' }).click();
    await this.text.fill(text);
    await this.text.press('Control+Enter');
    await expect(this.text).toHaveCount(0);
  }

  /** Opens the hand-over form with what stands now in it. */
  async beginHandover(): Promise<void> {
    await this.panel.getByRole('button', { name: 'Hand over', exact: true }).click();
    await this.panel.getByRole('button', { name: 'Insert what stands now' }).click();
  }

  async handOver(): Promise<void> {
    await this.panel.getByRole('button', { name: /^Hand over as/ }).click();
    await expect(this.text).toHaveCount(0);
  }
}
