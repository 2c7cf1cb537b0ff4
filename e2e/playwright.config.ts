// Four projects: `npm run e2e -- functional|visual|a11y|performance`. `scripts/e2e.mjs` runs the first
// three beside each other and the last alone: what is measured there is the product, not its neighbours.
import { join } from 'node:path';
import { defineConfig } from 'playwright/test';
import { CHROMIUM_ARGUMENTS } from './steady.ts';

const here = import.meta.dirname;
const inCi = process.env['CI'] !== undefined;
const json = process.env['CWTS_E2E_JSON'];
const alone = process.env['CWTS_E2E_ALONE'] === '1';

export default defineConfig({
  testDir: here,
  testMatch: '**/*.spec.ts',
  snapshotPathTemplate: join(here, 'goldens/{arg}{ext}'),
  // Each test has its own exchange and server, and waits for them now and then: two fill two cores,
  // a third makes them late and none sooner.
  fullyParallel: true,
  workers: alone ? 1 : 2,
  retries: inCi ? 1 : 0,
  forbidOnly: inCi,
  // Bounds are for what never comes, not for a slow machine: everything is waited for by its event.
  timeout: 240_000,
  expect: {
    timeout: 30_000,
    toHaveScreenshot: { maxDiffPixelRatio: 0.001, animations: 'disabled', caret: 'hide', scale: 'css' },
  },
  reporter: [
    ['list'],
    ['html', { outputFolder: join(here, alone ? '.report-alone' : '.report'), open: 'never' }],
    ...(json === undefined ? [] : [['json', { outputFile: json }] as const]),
  ],
  use: {
    trace: inCi ? 'on-first-retry' : 'retain-on-failure',
    screenshot: 'only-on-failure',
    launchOptions: {
      executablePath: process.env['CWTS_CHROMIUM'] ?? '/usr/bin/chromium',
      args: CHROMIUM_ARGUMENTS,
    },
  },
  projects: ['functional', 'visual', 'a11y', 'performance'].map((name) => ({
    name,
    testDir: join(here, name),
    outputDir: join(here, '.results', name),
    // A recorder in the page would be measured with it.
    ...(name === 'performance' ? { use: { trace: 'off', screenshot: 'off' } as const } : {}),
  })),
});
