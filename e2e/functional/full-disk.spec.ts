import { expect, test } from '../fixtures.ts';
import { fillDisk, mayMount } from '../harness/disk.ts';
import { StrategyClient } from '../harness/strategy.ts';
import { countOpenOrders, outsideAccount } from '../harness/venue.ts';

test.skip(!mayMount(), 'only root may mount a small disk here, and only a small one can be filled');
test.use({ deskOptions: { diskMb: 8 } });

/** Far under the market, so that nothing fills. */
const order = { symbol: 'BTCUSDT', size: '0.001', price: '30000.00' } as const;

test('R-17 R-57 the audit log’s disk full: its row is red, orders are refused, a halt works; room again: all is well', async ({
  desk,
  operator,
  openConsole,
}) => {
  const view = await openConsole(operator);
  const health = await view.show('health');
  const tile = health.locator('[data-health="audit"]');
  await expect(tile).toHaveAttribute('data-state', 'ok', { timeout: 90_000 });
  const strategy = new StrategyClient(desk);
  expect(await strategy.place(order)).toMatchObject({ ok: true });
  const account = outsideAccount(desk);

  const makeRoom = fillDisk(desk.dataDir);
  await test.step('an order that cannot be written down does not leave', async () => {
    // The last page of the log's file may have room for a few records more.
    await expect.poll(() => strategy.place(order)).toMatchObject({ ok: false });
    const open = await countOpenOrders(account);
    const refused = await strategy.place(order);
    expect(refused).toMatchObject({ ok: false });
    if (!refused.ok) expect(refused.sentence).toMatch(/audit log/i);
    expect(await countOpenOrders(account), 'no bytes left for the exchange').toBe(open);
  });
  await expect(tile).toHaveAttribute('data-state', 'down');
  await expect(tile).toContainText(/full/);
  await expect(view.panel('alarms')).toContainText('free the disk');

  await test.step('a halt needs no disk', async () => {
    await view.halt.press();
    await view.halt.expectState('blocked, not cancelled');
    await view.halt.cancelAll(operator.code('halt'));
    await view.halt.expectState('zero confirmed');
    expect(await countOpenOrders(account)).toBe(0);
  });

  makeRoom();
  await expect(tile).toHaveAttribute('data-state', 'ok', { timeout: 90_000 });
});
