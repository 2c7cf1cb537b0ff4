import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import type { Locator } from 'playwright/test';
import { expect, test } from '../fixtures.ts';
import { unplugServer } from '../harness/inspector.ts';
import { ROOT } from '../harness/root.ts';
import { ReplayBar } from '../pages/replay.ts';
import { StrategyClient } from '../harness/strategy.ts';

const captures = resolve(ROOT, process.env['CWTS_CAPTURES'] ?? '../shared/data');
const NAMES = ['spot_btcusdt', 'usdm_btcusdt', 'cm_btcusd_perp'];
const NIGHT = NAMES.map((name) => join(captures, `ws-binance/${name}_20240808.gz`));
const [SPOT = ''] = NIGHT;
const DEMO = join(ROOT, 'config/captures/sim-60s.jsonl.gz');

function skipWithout(file: string): void {
  if (process.env['CI'] !== undefined) expect(existsSync(file), `CI must have ${file}`).toBe(true);
  test.skip(!existsSync(file), `the captures are not here (CWTS_CAPTURES is ${captures})`);
}

/** Of the first time of day in a text. */
function secondsOf(text: string): number {
  const [, hours, minutes, seconds] = /(\d\d):(\d\d):(\d\d)/.exec(text) ?? [];
  return Number(hours) * 3600 + Number(minutes) * 60 + Number(seconds);
}

/** How many different texts a row had until there were more than two. */
async function moves(row: Locator): Promise<void> {
  const seen = new Set<string>();
  await expect.poll(async () => seen.add(await row.innerText()).size).toBeGreaterThan(2);
}

test.describe('three real captures of one night, merged', () => {
  test.use({ deskOptions: { replay: { files: NIGHT, speed: 5 } } });
  test.beforeEach(() => skipWithout(SPOT));

  test('are one live desk under the operator’s hand', async ({ desk, operator, openConsole }) => {
    const view = await openConsole(operator);
    const { page } = view;
    const bar = new ReplayBar(page);
    const watch = await view.show('watch');
    await expect(watch).toContainText('3 of 3');
    const rows = ['BTC-USDT binance-spot', /BTC-USDT.* binance-usdm/, /BTC-USD.* binance-coinm/].map((name) =>
      watch.getByRole('row', { name }),
    );

    await test.step('each venue moves on its own row, and every screen says REPLAY', async () => {
      for (const row of rows) await moves(row);
      await expect(view.topBar).toContainText('REPLAY');
      await expect(bar.bar).toContainText('playing 5×');
      await expect(bar.bar).toContainText('3 recordings');
      const health = await view.show('health');
      for (const id of ['binance-spot', 'binance-usdm', 'binance-coinm'])
        await expect(health.locator(`[data-health="feed:${id}"]`)).toHaveAttribute('data-state', 'ok');
    });

    await test.step('names, venues and prices are read whole, however narrow the list', async () => {
      const list = watch.getByRole('grid', { name: 'Instruments' });
      for (const width of [300, 320, 349, 360, 376, 400, 440, 441, 480, 501, 560, 601, 700, 761, 881]) {
        const cut = await list.evaluate((element, px) => {
          element.style.width = `${px}px`;
          const cells = [...element.querySelectorAll('.watch-row > :nth-child(-n + 4)')];
          return cells.filter((cell) => cell.scrollWidth > cell.clientWidth).map((cell) => cell.textContent);
        }, width);
        expect(cut, `at ${width} px`).toEqual([]);
      }
      await list.evaluate((element) => element.style.removeProperty('width'));
    });

    await test.step('Space pauses: nothing moves, nothing looks broken', async () => {
      await page.keyboard.press('Escape');
      await page.mouse.click(2, 2);
      await page.keyboard.press('Space');
      await expect(bar.bar).toContainText('paused');
      const clock = await bar.clock.innerText();
      const health = await view.show('health');
      await expect(health.locator('[data-health="feed:binance-spot"]')).toHaveAttribute('data-state', 'ok');
      for (const row of rows) await expect(row).not.toHaveClass(/stale/);
      expect(await bar.clock.innerText()).toBe(clock);
      await expect(page.getByText(/^Feed binance-/)).toHaveCount(0);
    });

    await test.step('the arrows move it, paused as it is', async () => {
      const before = await bar.seconds();
      await page.locator('body').press('ArrowRight');
      await expect.poll(() => bar.seconds()).toBe(before + 5);
      await page.locator('body').press('Shift+ArrowRight');
      await expect.poll(() => bar.seconds()).toBe(before + 35);
      await expect(bar.bar).toContainText('paused');
    });

    await test.step('back to the start: books are built anew and no later trade is left', async () => {
      const trades = await view.show('trades');
      await bar.line.press('Home');
      await expect(bar.bar).not.toContainText('going to');
      await expect(trades).toContainText('No trade since');
      await expect(page.getByText(/^Feed binance-/), 'a replay that stands still is no fault').toHaveCount(0);
      await bar.button('Play').click();
      for (const row of rows) await moves(row);
      await expect(trades.getByRole('row').nth(1)).toBeVisible();
      await bar.button('Pause').click();
      await expect(bar.bar).toContainText('paused');
      // By the venue's clock, which the recorder's was a little behind.
      const latest = secondsOf(await trades.getByRole('row').nth(1).innerText());
      expect(latest).toBeLessThan((await bar.seconds()) + 3);
    });

    await test.step('as fast as it can be read to the end, and once more', async () => {
      await bar.button('max').click();
      await bar.button('Play').click();
      await expect(bar.bar).toContainText('ended', { timeout: 120_000 });
      await expect(view.banners).toContainText('The replay ended');
      await bar.button('5×').click();
      await bar.button('Play again from the start').click();
      await expect(bar.bar).toContainText('playing 5×', { timeout: 30_000 });
      for (const row of rows) await moves(row);
      await expect(page.getByText('The replay ended')).toHaveCount(0);
    });

    const reply = await new StrategyClient(desk).place({
      symbol: 'BTCUSDT',
      size: '0.001',
      price: '50000.00',
    });
    expect(reply).toMatchObject({ ok: false });
  });
});

test.describe('one of three replayed venues is gone', () => {
  test.use({ deskOptions: { replay: { files: NIGHT, speed: 1 }, inspect: true } });
  test.beforeEach(() => skipWithout(SPOT));

  test('it is seen on its own row and named by the alarm, while the others go on', async ({
    desk,
    operator,
    openConsole,
  }) => {
    const view = await openConsole(operator);
    const watch = await view.show('watch');
    const [spot, usdm, coinm] = ['binance-spot', 'binance-usdm', 'binance-coinm'].map((venue) =>
      watch.getByRole('row', { name: new RegExp(`^BTC-USD.* ${venue}`) }),
    );
    if (!spot || !usdm || !coinm) throw new Error('there are three venues');
    for (const row of [spot, usdm, coinm]) await moves(row);
    await unplugServer(desk.server, 'feeds-thread', 1);
    await expect(usdm).toHaveClass(/stale/);
    await expect(view.banners).toContainText(/Feed binance-usdm: (stale|down)/);
    await expect(view.panel('alarms')).toContainText('Market data of binance-usdm');
    await expect(view.banners).not.toContainText(/Feed binance-(spot|coinm)/);
    for (const row of [spot, coinm]) {
      await expect(row).not.toHaveClass(/stale/);
      await moves(row);
    }
    await expect(new ReplayBar(view.page).bar).toContainText('playing 1×');
  });
});

test.describe('a real Binance capture', () => {
  test.use({ deskOptions: { replay: { files: [SPOT], speed: 10 } } });
  test.beforeEach(() => {
    skipWithout(SPOT);
  });

  test('is shown like a live market, marked REPLAY, and orders are refused', async ({
    desk,
    operator,
    openConsole,
  }) => {
    const view = await openConsole(operator);
    await expect(view.topBar).toContainText('REPLAY');
    const row = view.row('watch', 'BTC-USDT');
    await expect(row.getByRole('gridcell').nth(1)).toHaveText(/^6[01],?\d{3}\.\d\d$/);
    const before = await row.innerText();
    await expect.poll(() => row.innerText()).not.toBe(before);
    const book = await view.show('book');
    await expect(book.getByRole('rowgroup', { name: 'Bids' }).getByRole('row').nth(5)).toBeVisible();

    const reply = await new StrategyClient(desk).place({
      symbol: 'BTCUSDT',
      size: '0.001',
      price: '50000.00',
    });
    expect(reply).toMatchObject({ ok: false });
    if (!reply.ok) expect(reply.sentence).toMatch(/replay|recorded|capture/i);
  });
});

test.describe('the repository’s own capture', () => {
  test.use({ deskOptions: { replay: { files: [DEMO], speed: 100 } } });

  test('ends in a state that is shown', async ({ operator, openConsole }) => {
    const view = await openConsole(operator);
    await expect(view.banners).toContainText('The replay ended', { timeout: 60_000 });
    await expect(view.banners).toContainText('the last of the capture');
    await expect(view.row('watch', 'BTC-USDT').getByRole('gridcell').nth(1)).toHaveText(/\d/);
  });
});
