import { join } from 'node:path';
import { expect, test } from '../fixtures.ts';
import { ROOT } from '../harness/root.ts';
import { ReplayBar } from '../pages/replay.ts';
import { expectAccessible } from './axe.ts';

const DEMO = join(ROOT, 'config/captures/sim-60s.jsonl.gz');
test.use({ deskOptions: { replay: { files: [DEMO, DEMO], speed: 1 } } });

test('a replay: its bar while it plays and paused, quarantining an instrument', async ({
  operator,
  openConsole,
}) => {
  const view = await openConsole(operator);
  const bar = new ReplayBar(view.page);
  await expect(bar.bar).toContainText('playing 1×');
  await expectAccessible(view.page, 'a replay that plays');
  await bar.line.focus();
  await view.page.keyboard.press('Space');
  await expect(bar.bar).toContainText('paused');
  await expectAccessible(view.page, 'a paused replay');
  await (await view.show('health')).locator('[data-health="feed:binance-spot"]').click();
  await view.page.getByRole('button', { name: 'Quarantine…' }).click();
  await expect(view.page.getByRole('dialog', { name: 'Quarantine an instrument' })).toBeVisible();
  await expectAccessible(view.page, 'quarantining an instrument');
});
