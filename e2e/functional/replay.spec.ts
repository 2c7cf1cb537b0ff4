import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { expect, test } from '../fixtures.ts';
import { ROOT } from '../harness/root.ts';
import { StrategyClient } from '../harness/strategy.ts';

const captures = resolve(ROOT, process.env['CWTS_CAPTURES'] ?? '../shared/data');
const BINANCE = join(captures, 'ws-binance/spot_btcusdt_20240808.gz');
const DEMO = join(ROOT, 'config/captures/sim-60s.jsonl.gz');

test.describe('a real Binance capture', () => {
  test.use({ deskOptions: { replay: { file: BINANCE, speed: 10 } } });
  test.beforeEach(() => {
    if (process.env['CI'] !== undefined) expect(existsSync(BINANCE), `CI must have ${BINANCE}`).toBe(true);
    test.skip(!existsSync(BINANCE), `the captures are not here (CWTS_CAPTURES is ${captures})`);
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
  test.use({ deskOptions: { replay: { file: DEMO, speed: 100 } } });

  test('ends in a state that is shown', async ({ operator, openConsole }) => {
    const view = await openConsole(operator);
    await expect(view.banners).toContainText('The replay ended', { timeout: 60_000 });
    await expect(view.banners).toContainText('the last of the capture');
    await expect(view.row('watch', 'BTC-USDT').getByRole('gridcell').nth(1)).toHaveText(/\d/);
  });
});
