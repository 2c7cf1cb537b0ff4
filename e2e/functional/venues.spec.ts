import type { Locator } from 'playwright/test';
import { expect, test } from '../fixtures.ts';
import type { VenueId } from '../../protocol/units.ts';
import { StrategyClient } from '../harness/strategy.ts';

test.use({ deskOptions: { instruments: 8, otherInstruments: 4 } });

/** A machine that is busy with the start of everything is not well at once. */
const WELL = { timeout: 90_000 };

/** How many different texts a row had until there were more than two. */
async function moves(row: Locator): Promise<void> {
  const seen = new Set<string>();
  await expect.poll(async () => seen.add(await row.innerText()).size).toBeGreaterThan(2);
}

test('two venues on one console: each is named, looked at and filtered by; one killed leaves the other live', async ({
  desk,
  operator,
  openConsole,
}) => {
  const strategy = new StrategyClient(desk);
  const view = await openConsole(operator);
  const watch = await view.show('watch');
  await expect(watch).toContainText('12 of 12');
  const here = watch.getByRole('row', { name: /^BTC-USDT sim/ });
  const there = watch.getByRole('row', { name: /^BTC-USDT other/ });

  await test.step('both follow their own market', async () => {
    await expect(watch.getByRole('columnheader', { name: 'Venue' })).toBeVisible();
    for (const row of [here, there]) await moves(row);
  });

  await test.step('the filter and the palette find an instrument by its venue', async () => {
    const filter = watch.getByRole('searchbox', { name: 'Filter instruments' });
    await filter.fill('other');
    await expect(watch).toContainText('4 of 12');
    await filter.fill('');
    await view.select('BTC-USDT · other');
  });

  await test.step('book, trades and candles are that venue’s, and there is no account at it', async () => {
    const book = await view.show('book');
    await expect(book).toHaveAccessibleName('Book · BTC-USDT · other');
    await expect(book.getByRole('rowgroup', { name: 'Bids' }).getByRole('row').first()).toBeVisible();
    const trades = await view.show('trades');
    await expect(trades).toHaveAccessibleName('Trades · BTC-USDT · other');
    await expect(trades.getByRole('row').nth(1)).toBeVisible();
    await expect(view.panel('candles').locator('canvas').first()).toBeVisible();
    const orders = await view.show('orders');
    await orders.getByRole('button', { name: 'Ticket' }).click();
    await expect(orders).toContainText('There is no account at this venue');
    const order = { symbol: 'BTCUSDT', size: '0.01' };
    const elsewhere = { ...order, venue: 'other' as VenueId };
    expect(await strategy.place(elsewhere)).toMatchObject({ code: 'no-account' });
    expect(await strategy.place(order)).toMatchObject({ ok: true });
  });

  await test.step('the correlation is of all instruments of both', async () => {
    await expect(view.panel('correlation')).toHaveAccessibleName(/^Correlation · 12 × /, WELL);
  });

  const health = await view.show('health');
  const tile = (id: string): Locator => health.locator(`[data-health="feed:${id}"]`);
  for (const id of ['sim', 'other']) await expect(tile(id)).toHaveAttribute('data-state', 'ok', WELL);

  await test.step('each venue’s data says how good it is, and what it cannot reveal', async () => {
    const feeds = await view.show('feeds');
    const feed = feeds.getByRole('region', { name: 'Feed of other' });
    await expect(feed).toContainText('proven by capture');
    await expect(feed).toContainText(/clock [+−][\d.]+ ms ± \d/);
    const book = feed.getByRole('row', { name: /^book/ });
    await expect(book).toContainText(/ms.*n \d.*chain.*chain.*chain.*not verifiable/);
    await expect(feed.getByRole('row', { name: /^trades/ })).toContainText(/not verifiable.*trade id/);
  });

  await test.step('the other exchange killed: only its rows go stale, the alarm names it', async () => {
    await desk.other.stop('SIGKILL');
    await expect(tile('other')).toHaveAttribute('data-state', /degraded|down/);
    await expect(there).toHaveClass(/stale/);
    await expect(view.banners).toContainText(/Feed other: (stale|down)/);
    await expect(view.panel('alarms')).toContainText('Market data of other');
    await expect(here).not.toHaveClass(/stale/);
    await moves(here);
    await expect(tile('sim')).toHaveAttribute('data-state', 'ok');
    const placed = await strategy.place({ symbol: 'BTCUSDT', size: '0.01' });
    expect(placed, 'an order where the market is live').toMatchObject({ ok: true });
  });

  await test.step('back: its rows are live again, without a restart of anything', async () => {
    await desk.startOther();
    await expect(tile('other')).toHaveAttribute('data-state', 'ok', WELL);
    await expect(there).not.toHaveClass(/stale/);
    await moves(there);
  });
});

test.describe('a venue that comes later', () => {
  test.use({ deskOptions: { instruments: 8, otherInstruments: 4, otherIsLate: true } });

  test('its rows are added while consoles look, and the others stay as they are', async ({
    desk,
    operator,
    openConsole,
  }) => {
    const view = await openConsole(operator);
    const watch = await view.show('watch');
    await expect(watch).toContainText('8 of 8');
    await expect(watch.getByRole('columnheader', { name: 'Venue' })).toBeHidden();
    await view.select('ETH-USDT');
    await desk.startOther();
    await expect(watch).toContainText('12 of 12', WELL);
    await moves(watch.getByRole('row', { name: /^BTC-USDT other/ }));
    await expect(view.panel('book')).toHaveAccessibleName(/ETH-USDT · sim/);
  });
});
