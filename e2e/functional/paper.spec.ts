import { expect, test } from '../fixtures.ts';
import { StrategyClient } from '../harness/strategy.ts';

// A second exchange plays the live market: it cannot be told from one.
test.use({ deskOptions: { profile: 'paper', instruments: 8 } });

test('data wears LIVE, orders and positions wear PAPER, and a taking order fills against the live book', async ({
  desk,
  operator,
  openConsole,
}) => {
  const view = await openConsole(operator);
  await expect(view.topBar).toContainText('LIVE data');
  await expect(view.topBar).toContainText('PAPER orders');
  await expect(await view.show('watch')).toContainText('LIVE');
  const orders = await view.show('orders');
  await expect(orders).toContainText('PAPER');

  const strategy = new StrategyClient(desk);
  const reply = await strategy.place({ symbol: 'BTCUSDT', size: '0.01', timeInForce: 'IOC' });
  expect(reply, JSON.stringify(reply)).toMatchObject({ ok: true });
  await view.run('Show panel: Orders');
  await orders.getByRole('button', { name: /Positions/ }).click();
  await expect(orders.getByRole('row').filter({ hasText: 'BTC-USDT' })).toContainText('0.01');
});
