import { expect, test } from '../fixtures.ts';

const WAIT = { timeout: 120_000 };

test('candles of a second, a minute and five minutes; what nobody watched is shaded, named, and filled later', async ({
  desk,
  operator,
  openConsole,
}) => {
  const view = await openConsole(operator);
  await view.select('BTC-USDT');
  const candles = await view.show('candles');
  const chart = candles.getByRole('img');
  await expect(chart).toHaveAccessibleName(/^BTC-USDT, \d+ candles of one minute, 0 gaps, last close/);

  await candles.getByRole('button', { name: '5 min' }).click();
  await expect(chart).toHaveAccessibleName(/candles of five minutes, 0 gaps/);
  await expect(candles.getByRole('heading')).toHaveText('BTC-USDT · 5 min');

  await candles.getByRole('button', { name: '1 s', exact: true }).click();
  await expect(chart).toHaveAccessibleName(/candles of one second, 0 gaps/);

  await test.step('the connection is cut, and REST refuses us: a gap, with why it is not filled', async () => {
    await desk.drill('rate-limit', { status: 418, seconds: 25 });
    await desk.drill('drop', { sockets: 'market' });
    await expect(candles.locator('.candles-note')).toContainText(
      /not watched whole \(shaded\), in 1 gap/,
      WAIT,
    );
    await expect(chart).toHaveAccessibleName(/1 gap,/);
  });

  await test.step('once the exchange answers, its own candles fill the gap', async () => {
    await expect(candles.locator('.candles-note')).toHaveCount(0, WAIT);
    await expect(chart).toHaveAccessibleName(/0 gaps/);
  });
});

test('statistics of the chosen instrument come with their window, their count and how to read them', async ({
  operator,
  openConsole,
}) => {
  const view = await openConsole(operator);
  await view.select('ETH-USDT');
  const statistics = await view.show('statistics');
  await expect(statistics).toHaveAccessibleName('Statistics · ETH-USDT');
  await expect(statistics).toContainText('SIM');
  const volatility = statistics.locator('.statistic').filter({ hasText: 'Realised volatility' });
  await expect(volatility).toContainText(/\d+\.\d % a year.*[1-9]\d* of 300 returns of 1 s/, WAIT);
  const imbalance = statistics.locator('.statistic').filter({ hasText: 'Order-flow imbalance' });
  await expect(imbalance).toContainText(
    /[+−]?[\d\u202f.]+ ETH.*[1-9]\d* changes? of the best prices in 60 s/,
    WAIT,
  );
  const vpin = statistics.locator('.statistic').filter({ hasText: 'VPIN' });
  await expect(vpin).toContainText(/of 50 full buckets of [\d\u202f.]+ ETH/, WAIT);
  await expect(vpin).toContainText('Towards 1');
});
