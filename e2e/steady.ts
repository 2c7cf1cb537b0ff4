/**
 * The one place that fixes what would differ between two runs: seeds, clocks, motion, the window.
 */
import { expect, type BrowserContextOptions, type Locator } from 'playwright/test';

/** The market's seed: the same orders, trades and correlations in every run. */
export const SEED = 7;
/** Where the exchange's and the server's clocks start in pictures. */
export const EPOCH = '2026-01-05T12:00:00Z';

export const THEMES = ['dark', 'light'] as const;
export type Theme = (typeof THEMES)[number];

export const CHROMIUM_ARGUMENTS = [
  '--headless=new',
  '--no-sandbox',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
  '--enable-unsafe-webgpu',
  '--use-webgpu-adapter=swiftshader',
  // Text is drawn alike whatever screen the machine has.
  '--force-color-profile=srgb',
  '--font-render-hinting=none',
  '--disable-lcd-text',
];

/** What every page of the suite is opened with. */
export function steadyContext(theme: Theme = 'dark'): BrowserContextOptions {
  return {
    viewport: { width: 1600, height: 1000 },
    deviceScaleFactor: 1,
    locale: 'en-GB',
    timezoneId: 'UTC',
    colorScheme: theme,
    reducedMotion: 'reduce',
  };
}

/** What is masked keeps one size, so that nothing beside it moves. */
const WIDTHS = `
.topbar .figure { flex: none; inline-size: 160px; min-inline-size: 0; overflow: hidden; }
.record-proof [data-mask] { display: inline-block; inline-size: 12em; overflow: hidden; white-space: nowrap; }
.not-delivered [data-mask], .plain [data-mask="age"] { display: inline-block; inline-size: 3em; overflow: hidden; white-space: nowrap; }
`;

/**
 * Compares an element with its golden. What still moves when everything is fixed says so itself
 * (`data-mask`: running clocks, ages, round trips) and is covered; `alsoMoves` is covered too.
 */
export async function expectPicture(
  element: Locator,
  name: string,
  alsoMoves: readonly Locator[] = [],
): Promise<void> {
  // Past the page's own policy, which lets no style element in.
  await element.page().evaluate((css) => {
    const sheet = new CSSStyleSheet();
    sheet.replaceSync(css);
    document.adoptedStyleSheets = [sheet];
  }, WIDTHS);
  await expect
    .soft(element)
    .toHaveScreenshot(name, { mask: [element.locator('[data-mask]'), ...alsoMoves], maskColor: '#808890' });
}
