/**
 * The one place that fixes what would differ between two runs: seeds, clocks, motion, the window.
 */
import type { BrowserContextOptions } from 'playwright/test';

/** The market's seed: the same orders, trades and correlations in every run. */
export const SEED = 7;
/** Where the exchange's and the server's clocks start in pictures. */
export const EPOCH = '2026-01-05T12:00:00Z';

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
export function steadyContext(): BrowserContextOptions {
  return {
    viewport: { width: 1600, height: 1000 },
    deviceScaleFactor: 1,
    locale: 'en-GB',
    timezoneId: 'UTC',
    colorScheme: 'dark',
    reducedMotion: 'reduce',
  };
}
