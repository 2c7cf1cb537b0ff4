import { join } from 'node:path';
import { expect, test } from '../fixtures.ts';
import { ROOT } from '../harness/root.ts';
import { ReplayBar } from '../pages/replay.ts';
import { expectPicture } from './picture.ts';

test.skip(process.env['CWTS_GOLDENS'] !== '1', 'goldens belong to Debian’s Chromium (/usr/bin/chromium)');

const DEMO = join(ROOT, 'config/captures/sim-60s.jsonl.gz');
test.use({ deskOptions: { replay: { files: [DEMO, DEMO], speed: 1 } } });

test('the bar of a replay: paused at a place, and at its end', async ({ operator, openConsole }) => {
  const view = await openConsole(operator);
  const bar = new ReplayBar(view.page);
  await bar.button('Pause').click();
  await bar.line.press('Home');
  const start = await bar.start();
  await expect.poll(() => bar.seconds()).toBe(start);
  for (let step = 1; step <= 4; step++) {
    await bar.line.press('ArrowRight');
    await expect.poll(() => bar.seconds()).toBe(start + step * 5);
  }
  await view.page.mouse.move(0, 0);
  await bar.line.blur();
  await expectPicture(bar.bar, 'replay-paused.png');
  await bar.button('max').click();
  await bar.button('Play').click();
  await expect(bar.bar).toContainText('ended', { timeout: 60_000 });
  await view.page.mouse.move(0, 0);
  await bar.button('Play again from the start').blur();
  await expectPicture(bar.bar, 'replay-ended.png');
});
