import { join } from 'node:path';
import { expect, test } from '../fixtures.ts';
import { DEMO_INSTRUMENTS } from '../harness/desk.ts';
import { ROOT } from '../harness/root.ts';
import { startMaker } from '../harness/maker.ts';

test.skip(process.env['CWTS_GOLDENS'] !== '1', 'goldens belong to Debian’s Chromium (/usr/bin/chromium)');

test.use({ deskOptions: { instruments: DEMO_INSTRUMENTS } });

/** The README's picture: a live desk with a strategy at work. Taken in every run, kept by `--update`. */
test('the whole console at work', async ({ desk, operator, openConsole }, info) => {
  const maker = startMaker(desk);
  const view = await openConsole(operator);
  await view.settle();
  await expect(view.panel('orders').getByRole('row').nth(10)).toBeVisible({ timeout: 30_000 });
  await view.allWell();
  const kept = info.config.updateSnapshots === 'all';
  const path = kept ? join(ROOT, 'docs/console-dark.png') : info.outputPath('console-dark.png');
  const picture = await view.page.screenshot({ path });
  expect(picture.length).toBeGreaterThan(100_000);
  await maker.stop();
});
