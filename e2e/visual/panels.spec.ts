import { expect, test } from '../fixtures.ts';
import { DEMO_INSTRUMENTS, type Desk } from '../harness/desk.ts';
import { StrategyClient } from '../harness/strategy.ts';
import { PANEL_NAMES, type PanelName } from '../pages/console.ts';
import { expectPicture, expectPictureWhile, expectWindowPicture } from './picture.ts';

test.skip(process.env['CWTS_GOLDENS'] !== '1', 'goldens belong to Debian’s Chromium (/usr/bin/chromium)');

/** Orders that rest far from the market, on both sides, the same in every run. */
const RESTING = [
  { symbol: 'BTCUSDT', side: 'buy', size: '0.05000', price: '61000.00' },
  { symbol: 'BTCUSDT', side: 'sell', size: '0.02500', price: '64500.00' },
  { symbol: 'ETHUSDT', side: 'buy', size: '1.2000', price: '2500.00' },
  { symbol: 'ETHUSDT', side: 'sell', size: '0.8000', price: '2700.00' },
  { symbol: 'BNBUSDT', side: 'buy', size: '2.000', price: '530.000' },
] as const;

/** Orders that nobody minds would be a strategy's row in red ten seconds later. */
const WELL: readonly PanelName[] = ['health', 'alarms'];

/** One has a picture of its own, with several venues; figures of the newest bars differ each second, in width too. */
const ELSEWHERE: readonly PanelName[] = [
  'feeds',
  'statistics',
  'structure',
  'cascade',
  'contagion',
  'leadlag',
  'risk',
  'horizons',
  'history',
];

/** A candle and the change of an hour are of the minute in which they are looked at. */
const TIMED: readonly PanelName[] = ['candles', 'watch'];

async function placeResting(desk: Desk): Promise<void> {
  const strategy = new StrategyClient(desk);
  for (const order of RESTING) expect(await strategy.place(order)).toMatchObject({ ok: true });
}

test.use({ deskOptions: { still: true, instruments: DEMO_INSTRUMENTS } });

test('every panel', async ({ desk, operator, openConsole }) => {
  const view = await openConsole(operator);
  await view.settle();
  // Two seconds of the seeded market, so that there are trades; then everything stands again.
  await desk.drill('step', { seconds: 2 });
  const trades = await view.show('trades');
  await expect(trades.getByRole('row')).not.toHaveCount(1);
  // First what the minute is part of: the clock goes on.
  for (const name of TIMED) await expectPicture(await view.show(name), `${name}.png`);
  await test.step('while nobody trades and all is well', async () => {
    const well = () => view.allWell();
    for (const name of WELL) await expectPictureWhile(well, await view.show(name), `${name}.png`);
    await expectPictureWhile(well, view.topBar, 'topbar.png');
  });
  await placeResting(desk);
  const orders = await view.show('orders');
  await expect(orders.getByRole('row').filter({ hasText: 'working' })).toHaveCount(RESTING.length);
  // An order counts for a second; this waits until all of them were counted and none is any more.
  const limits = await view.show('limits');
  await expect(limits).toContainText(/3137 of 10 M/);
  await expect(limits).toContainText(/(?<!\d)0 of 100 \/s/);
  // Clustered, one second more may change the order of rows that are alike.
  await view.panel('correlation').getByRole('button', { name: 'Clustered' }).click();
  for (const name of PANEL_NAMES.filter((each) => ![...WELL, ...TIMED, ...ELSEWHERE].includes(each))) {
    await expectPicture(await view.show(name), `${name}.png`);
  }
});

test('signing in', async ({ desk, openWindow }) => {
  const page = await (await openWindow()).newPage();
  await page.goto(desk.console);
  await expect(page.getByRole('heading', { name: 'Sign in' })).toBeVisible();
  await expectWindowPicture(page, 'sign-in.png');
});
