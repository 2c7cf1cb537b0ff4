import { expect, type BrowserContext, type Locator, type Page } from 'playwright/test';
import type { Person, Site } from '../harness/person.ts';
import { HaltDrawer } from './halt.ts';

/** The panels by what their titles say, whatever instrument is shown in them. */
const TITLES = {
  watch: /^Watch/,
  candles: /· (1 s|1 min|5 min)$|^Candles/,
  book: /^Book/,
  trades: /^Trades/,
  statistics: /^Statistics/,
  correlation: /^Correlation/,
  orders: /^Orders|^Positions/,
  limits: /^Limits/,
  alarms: /^Alarms/,
  health: /^Health/,
  feeds: /^Feeds/,
  structure: /^Structure/,
  cascade: /^Cascade/,
  contagion: /^Quantum-inspired contagion/,
  leadlag: /^Lead-lag/,
  risk: /^Risk of the book/,
  horizons: /^Horizons/,
  history: /^History/,
} as const;
export type PanelName = keyof typeof TITLES;
export const PANEL_NAMES = Object.keys(TITLES) as PanelName[];

/** The correlation panel's name once its first window is whole: all instruments, 512 s or nearly. */
export const FULL_WINDOW = /64 × (5\d\d|4\d\d) × 1 s/;

/** The console as a person sees it: the bar that never leaves, banners, panels, the halt. */
export class ConsolePage {
  readonly page: Page;
  readonly topBar: Locator;
  readonly banners: Locator;
  readonly clock: Locator;
  readonly palette: Locator;
  readonly halt: HaltDrawer;

  constructor(page: Page) {
    this.page = page;
    this.topBar = page.getByLabel('Always in sight');
    this.banners = page.getByRole('status', { name: 'State of the console' });
    this.clock = page.getByTestId('path-clock');
    this.palette = page.getByRole('combobox', { name: /^Find a command/ });
    this.halt = new HaltDrawer(page);
  }

  /** Signs the person in, in that window, and opens the console. */
  static async open(context: BrowserContext, person: Person, site: Site): Promise<ConsolePage> {
    await person.signIn(context);
    const page = await context.newPage();
    await page.goto(site.console);
    const view = new ConsolePage(page);
    await view.waitUntilLive();
    return view;
  }

  /** The first frame of data is on the screen. */
  async waitUntilLive(): Promise<void> {
    await expect(this.clock).toHaveText(/^\d\d:\d\d:\d\d$/);
    await expect(this.topBar).toContainText('connected');
  }

  /** What comes once after login stands: candles, the heatmap from a full window, the hour's changes. */
  async settle(): Promise<void> {
    await expect(this.panel('candles').locator('canvas').first()).toBeVisible();
    await expect(this.panel('correlation')).toHaveAccessibleName(/× 1 s$/);
    await expect(this.panel('watch').locator('.change').filter({ hasText: '–' })).toHaveCount(0, {
      timeout: 60_000,
    });
    await this.page.evaluate(() => document.fonts.ready.then(() => null));
  }

  /**
   * Every health row is ok and every alarm acknowledged: a machine that was busy while everything
   * started leaves a late event loop behind, which a picture of the healthy screen should not have.
   */
  async allWell(): Promise<void> {
    const health = await this.show('health');
    // No time server is configured in a demo: whether its clock keeps UTC is honestly unknown.
    const troubled = '[data-health]:not([data-state="ok"], [data-health="clock"])';
    await expect(health.locator(troubled)).toHaveCount(0, { timeout: 120_000 });
    const alarms = await this.show('alarms');
    const waiting = alarms.getByRole('button', { name: /^Acknowledge/ });
    while ((await waiting.count()) > 0) {
      const left = await waiting.count();
      await waiting.first().click();
      await this.page.getByRole('button', { name: /^Acknowledge as/ }).click();
      await expect(waiting).toHaveCount(left - 1);
    }
    await expect(alarms).toContainText('No alarms.');
    const notices = this.page.getByRole('button', { name: 'Dismiss' });
    while ((await notices.count()) > 0) await notices.first().click();
    // What the pointer was last on is not lit up.
    await this.page.mouse.move(0, 0);
  }

  panel(name: PanelName): Locator {
    return this.page.getByRole('main').getByRole('region', { name: TITLES[name] }).first();
  }

  /** A table's row by the text in it. */
  row(panel: PanelName, text: string | RegExp): Locator {
    return this.panel(panel).getByRole('row').filter({ hasText: text });
  }

  /** Runs a command of the palette by its whole name. */
  async run(command: string): Promise<void> {
    await this.page.keyboard.press('Control+k');
    await this.palette.fill(command);
    await this.page.getByRole('option', { name: command }).first().click();
  }

  async show(panel: PanelName): Promise<Locator> {
    const shown = this.panel(panel);
    if (!(await shown.isVisible())) await this.run(`Show panel: ${paletteName(panel)}`);
    await expect(shown).toBeVisible();
    return shown;
  }

  async select(instrument: string): Promise<void> {
    const shown = new RegExp(instrument);
    // The palette goes to another one only.
    const name = await this.panel('candles').getByRole('heading').first().textContent();
    if (!shown.test(name ?? '')) await this.run(`Go to ${instrument}`);
    await expect(this.panel('candles')).toHaveAccessibleName(shown);
  }
}

const paletteName = (panel: PanelName): string =>
  panel === 'leadlag' ? 'Lead-lag' : `${panel[0]?.toUpperCase() ?? ''}${panel.slice(1)}`;
