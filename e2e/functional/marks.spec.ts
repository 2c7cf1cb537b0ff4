import type { Locator } from 'playwright/test';
import { expect, test } from '../fixtures.ts';
import { Desk } from '../harness/desk.ts';
import { FuturesVenue, withFuturesVenue } from '../harness/futures-venue.ts';
import { Person } from '../harness/person.ts';
import { StrategyClient } from '../harness/strategy.ts';
import { ConsolePage } from '../pages/console.ts';

/** A machine that is busy with the start of everything is not well at once. */
const WELL = { timeout: 90_000 };

/** How many different texts a row had until there were more than two. */
async function moves(row: Locator): Promise<void> {
  const seen = new Set<string>();
  await expect.poll(async () => seen.add(await row.innerText()).size).toBeGreaterThan(2);
}

/** Seconds since the mark was told. */
const ageOf = async (mark: Locator): Promise<number> =>
  Number(/told ([\d.]+) (ms|s) ago/.exec(await mark.innerText())?.slice(1, 2)[0] ?? Number.NaN);

test('a venue’s marks are seen with their age; their connection dead, they alone are old, and it is said which', async ({
  openWindow,
}) => {
  const venue = await new FuturesVenue().start();
  const desk = await Desk.start({ instruments: 8, config: withFuturesVenue(venue) });
  try {
    const view = await ConsolePage.open(await openWindow(), new Person('operator', desk), desk);
    const watch = await view.show('watch');
    const here = watch.getByRole('row', { name: /^BTC-USDT sim/ });
    const there = watch.getByRole('row', { name: /^BTC-USDT-PERP futures/ });
    const health = await view.show('health');
    const tile = health.locator('[data-health="feed:futures"]');
    const statistics = await view.show('statistics');
    const mark = statistics.locator('.statistic').filter({ hasText: 'Mark and funding' });
    const lines = view.page.getByRole('dialog').locator('[data-line-state]');

    await test.step('the mark, its index and funding, and when it was told', async () => {
      await expect(tile).toHaveAttribute('data-state', 'ok', WELL);
      await moves(there);
      await view.select('BTC-USDT-PERP · futures');
      await expect(mark).toContainText(/6\d\s?\d{3}\.\d\d? USDT/);
      await expect(mark).toContainText(/told [\d.]+ m?s ago · index 6.* · funding \+0\.0100 % at \d\d:00:00/);
      await expect(mark).not.toHaveClass(/stale/);
      await view.select('BTC-USDT · sim');
      await expect(mark, 'a spot venue has none').toHaveCount(0);
      await view.select('BTC-USDT-PERP · futures');
    });

    await test.step('its health names both connections and what each carries', async () => {
      await tile.click();
      await expect(lines).toContainText([/^1, 3 books: live/, /^2, 3 marks: live/]);
      await view.page.keyboard.press('Escape');
    });

    await test.step('the marks’ connection is dead: they are old, and nothing else is', async () => {
      venue.silence('/market/stream', true);
      await expect(tile).toHaveAttribute('data-state', 'degraded');
      await expect(view.banners).toContainText(
        /Feed futures: (stale|down) in part\. 1 of 2 connections, the one with the marks of 3 instruments:/,
      );
      await expect(view.panel('alarms')).toContainText(
        'Market data of futures, connection 2 of 2 with the marks of 3 instruments, is',
      );
      await expect(mark).toContainText('last known: the venue’s marks do not come');
      await expect(mark).toHaveClass(/stale/);
      const age = await ageOf(mark);
      await expect.poll(() => ageOf(mark)).toBeGreaterThan(age + 2);
      await expect(statistics.locator('.stale')).toHaveCount(1);
      for (const row of [there, here]) {
        await expect(row).not.toHaveClass(/stale/);
        await moves(row);
      }
      await expect(view.panel('trades').locator('.stale')).toHaveCount(0);
      const placed = await new StrategyClient(desk).place({ symbol: 'BTCUSDT', size: '0.01' });
      expect(placed, 'an order where the market is live').toMatchObject({ ok: true });
    });

    await test.step('back: the next mark is of now again', async () => {
      venue.silence('/market/stream', false);
      await expect(tile).toHaveAttribute('data-state', 'ok', WELL);
      await expect(mark).not.toContainText('last known');
      await expect(mark).not.toHaveClass(/stale/);
    });

    await test.step('the books’ connection is dead: the books are old, and the marks are of now', async () => {
      venue.silence('/public/stream', true);
      await expect(view.banners).toContainText(
        '1 of 2 connections, the one with the books of 3 instruments:',
      );
      await expect(there).toHaveClass(/stale/);
      await expect(here).not.toHaveClass(/stale/);
      await expect(mark).not.toContainText('last known');
      await expect(mark).not.toHaveClass(/stale/);
      await expect(statistics.locator('.stale')).toHaveCount(3);
    });
  } finally {
    await desk.stop();
    await venue.stop();
  }
});
