import { expect, test } from '../fixtures.ts';
import { armGpu, loseGpu } from '../harness/gpu.ts';
import { blockThread } from '../harness/inspector.ts';
import { startMaker } from '../harness/maker.ts';
import { ConsolePage } from '../pages/console.ts';

/** Rows of the health panel, by id; `degraded` and `down` are what a person calls red. */
function tile(view: ConsolePage, id: string) {
  return view.panel('health').locator(`[data-health="${id}"]`);
}
const RED = /degraded|down/;
/** A machine that is busy with the start of everything is not well at once. */
const WELL = { timeout: 90_000 };

test.describe('the exchange', () => {
  test('killed in mid-stream: feed and orders go red, an alarm stays; back: green, the alarm waits for a name', async ({
    desk,
    operator,
    openConsole,
  }) => {
    const view = await openConsole(operator);
    await view.show('health');
    await expect(tile(view, 'feed:sim')).toHaveAttribute('data-state', 'ok', WELL);
    await expect(tile(view, 'venue:sim')).toHaveAttribute('data-state', 'ok', WELL);

    await desk.exchange.program.stop('SIGKILL');
    await expect(tile(view, 'feed:sim')).toHaveAttribute('data-state', RED);
    await expect(tile(view, 'venue:sim')).toHaveAttribute('data-state', RED);
    await expect(view.row('watch', 'BTC-USDT')).toHaveClass(/stale/);
    await expect(view.banners).toContainText(/Feed sim: (stale|down)/);
    const alarms = await view.show('alarms');
    const alarm = alarms.getByRole('listitem').filter({ hasText: 'Market data of sim' });
    await expect(alarm).toContainText('standing');

    await desk.startExchange();
    await expect(tile(view, 'feed:sim')).toHaveAttribute('data-state', 'ok', WELL);
    await expect(tile(view, 'venue:sim')).toHaveAttribute('data-state', 'ok', WELL);
    await expect(view.row('watch', 'BTC-USDT')).not.toHaveClass(/stale/);
    await expect(alarm, 'latched').toContainText('cleared');

    await alarm.getByRole('button', { name: /^Acknowledge/ }).click();
    await view.page.getByLabel(/^Comment/).fill('The exchange was restarted.');
    await view.page.getByRole('button', { name: 'Acknowledge as Operator' }).click();
    await expect(alarm).toHaveCount(0);
  });

  test('silent while its connection lives: stale within seconds, not shown as live', async ({
    desk,
    operator,
    openConsole,
  }) => {
    const view = await openConsole(operator);
    await view.show('health');
    await expect(tile(view, 'feed:sim')).toHaveAttribute('data-state', 'ok', WELL);
    desk.exchange.program.signal('SIGSTOP');
    await expect(tile(view, 'feed:sim')).toHaveAttribute('data-state', RED);
    await expect(view.row('watch', 'BTC-USDT')).toHaveClass(/stale/);
    desk.exchange.program.signal('SIGCONT');
    await expect(tile(view, 'feed:sim')).toHaveAttribute('data-state', 'ok', WELL);
  });
});

test.describe('a thread of the server that does not run', () => {
  test.use({ deskOptions: { inspect: true } });

  test('the control thread blocked: its row is red and says by how much', async ({
    desk,
    operator,
    openConsole,
  }) => {
    const view = await openConsole(operator);
    await view.show('health');
    await expect(tile(view, 'control')).toHaveAttribute('data-state', 'ok', WELL);
    await blockThread(desk.server, 'main', 1_500);
    await expect(tile(view, 'control')).toHaveAttribute('data-state', RED);
    await expect(view.panel('alarms')).toContainText(/The control thread ran [\d,]+ ms late/);
    await expect(tile(view, 'control')).toHaveAttribute('data-state', 'ok', WELL);
  });

  test('the relay thread blocked: its row is red, nothing old looks live', async ({
    desk,
    operator,
    openConsole,
  }) => {
    const view = await openConsole(operator);
    await view.show('health');
    await expect(tile(view, 'relay')).toHaveAttribute('data-state', 'ok', WELL);
    const blocked = blockThread(desk.server, 'relay', 2_500);
    await expect(view.topBar).toContainText(/stopped .* ago/);
    await blocked;
    await expect(tile(view, 'relay')).toHaveAttribute('data-state', RED);
    await expect(tile(view, 'relay')).toHaveAttribute('data-state', 'ok', WELL);
  });
});

test('a strategy that leaves its orders behind: its row is red', async ({ desk, operator, openConsole }) => {
  const view = await openConsole(operator);
  await view.show('health');
  const maker = startMaker(desk);
  await expect(view.panel('orders').getByRole('row').nth(5)).toBeVisible();
  await maker.stop('SIGKILL');
  await expect(tile(view, 'strategies')).toHaveAttribute('data-state', RED);
});

test('the page’s own main thread blocked: the page’s row is red', async ({ operator, openConsole }) => {
  const view = await openConsole(operator);
  await view.show('health');
  await expect(tile(view, 'page')).toHaveAttribute('data-state', 'ok', WELL);
  await view.page.evaluate(() => {
    const until = performance.now() + 1_500;
    while (performance.now() < until);
  });
  await expect(tile(view, 'page')).toHaveAttribute('data-state', RED);
});

test('the GPU destroyed again and again: its row is red, the CPU goes on', async ({
  desk,
  operator,
  openWindow,
}) => {
  const context = await openWindow();
  await armGpu(context);
  const view = await ConsolePage.open(context, operator, desk);
  await view.show('health');
  await expect(tile(view, 'gpu')).toHaveAttribute('data-state', 'ok', WELL);
  await loseGpu(view.page, 'always');
  await expect(tile(view, 'gpu')).toHaveAttribute('data-state', RED);
  await expect(view.banners).toContainText('GPU lost');
  await expect(view.panel('correlation')).toContainText(/WASM|TypeScript/);
});
