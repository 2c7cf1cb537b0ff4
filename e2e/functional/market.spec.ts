import type { Locator } from 'playwright/test';
import { expect, test } from '../fixtures.ts';
import { DEMO_INSTRUMENTS } from '../harness/desk.ts';
import { outsideAccount } from '../harness/venue.ts';

/** How many different pictures of an element there were in `times` looks. */
async function pictures(element: Locator, times: number): Promise<number> {
  const seen = new Set<string>();
  for (let i = 0; i < times; i++) seen.add((await element.screenshot()).toString('base64'));
  return seen.size;
}

test.describe('the demo’s whole market', () => {
  test.use({ deskOptions: { instruments: DEMO_INSTRUMENTS } });

  test('prices, book, trades and candles live, as the exchange itself has them', async ({
    desk,
    operator,
    openConsole,
  }) => {
    const view = await openConsole(operator);
    const watch = await view.show('watch');
    await expect(watch).toContainText('64 of 64');
    await expect(watch).toContainText('SIM');

    await test.step('the watch list follows the market', async () => {
      const row = view.row('watch', 'BTC-USDT');
      const seen = new Set<string>();
      await expect
        .poll(async () => seen.add(await row.innerText()).size, { message: 'values of the row' })
        .toBeGreaterThan(3);
      await expect(row.getByRole('gridcell').nth(1)).toHaveText(/^[\d,]+\.\d+$/);
    });

    await test.step('a price on the screen is a price of the exchange', async () => {
      await desk.drill('pause', { paused: true });
      const account = outsideAccount(desk);
      await account.loadMarkets();
      const { bids, asks } = await account.fetchOrderBook('BTC/USDT');
      const cells = view.row('watch', 'BTC-USDT').getByRole('gridcell');
      const number = async (cell: Locator) => Number((await cell.innerText()).replaceAll(',', ''));
      await expect.poll(() => number(cells.nth(1))).toBe(bids[0]?.[0]);
      await expect.poll(() => number(cells.nth(2))).toBe(asks[0]?.[0]);
      await desk.drill('pause', { paused: false });
    });

    await test.step('the book has two sides around its mid', async () => {
      const book = await view.show('book');
      await expect(book.getByRole('rowgroup', { name: 'Bids' }).getByRole('row').first()).toBeVisible();
      await expect(book.getByRole('rowgroup', { name: 'Asks' }).getByRole('row').first()).toBeVisible();
      await expect(book).toContainText('spread');
    });

    await test.step('trades run in', async () => {
      const trades = await view.show('trades');
      await expect(trades.getByRole('row').nth(1)).toBeVisible();
    });

    await test.step('candles stand', async () => {
      const candles = await view.show('candles');
      await expect(candles.locator('canvas').first()).toBeVisible();
      expect(await pictures(candles.locator('canvas').first(), 1)).toBe(1);
      await view.select('ETH-USDT');
      await expect(candles.locator('canvas').first()).toBeVisible();
    });
  });
});

test('the running clock stops with the data, and says so', async ({ desk, operator, openConsole }) => {
  const view = await openConsole(operator);
  await expect.poll(async () => view.clock.innerText()).toMatch(/^\d\d:\d\d:\d\d$/);
  const first = await view.clock.innerText();
  await expect(view.clock).not.toHaveText(first);

  desk.server.signal('SIGSTOP');
  await expect(view.topBar).toContainText(/stopped .* ago/);
  await expect(view.topBar.locator('.figure-clock')).toHaveClass(/stale/);
  desk.server.signal('SIGCONT');
  await expect(view.topBar).not.toContainText(/stopped .* ago/);
});

test.describe('one malformed message', () => {
  test('is counted and does not stop the feed', async ({ desk, operator, openConsole }) => {
    const view = await openConsole(operator);
    const health = await view.show('health');
    for (const text of ['{"stream":"btcusdt@trade","data":{"p":"-1"}}', 'not even JSON', '']) {
      await desk.drill('malformed', { stream: 'btcusdt@trade', text });
    }
    await health.locator('[data-health="feed:sim"]').click();
    const detail = view.page.getByRole('dialog', { name: /^Market data/ });
    await expect(detail).toContainText(/Messages quarantined: [1-9]/);
    await expect(detail).toContainText('not even JSON');
    await view.page.keyboard.press('Escape');
    const feeds = await view.show('feeds');
    await feeds.getByRole('button', { name: /^Quarantined: [1-9]/ }).click();
    const quarantine = view.page.getByRole('dialog', { name: /^Quarantined · sim/ });
    await expect(quarantine.getByRole('row', { name: /^malformed [1-9]/ })).toBeVisible();
    await expect(quarantine).toContainText('not even JSON');
    await view.page.keyboard.press('Escape');
    const row = view.row('watch', 'BTC-USDT');
    const before = await row.innerText();
    await expect.poll(() => row.innerText()).not.toBe(before);
  });

  test('a lost depth message is a gap, resynced from a snapshot', async ({ desk, operator, openConsole }) => {
    const view = await openConsole(operator);
    const candles = await view.show('candles');
    await expect(candles).toContainText('0 gaps');
    await desk.drill('gap', { symbol: 'BTCUSDT' });
    await expect(candles).toContainText(/[1-9]\d* gaps, [1-9]\d* resyncs/);
    await expect(view.row('watch', 'BTC-USDT')).not.toHaveClass(/stale/);
  });
});
