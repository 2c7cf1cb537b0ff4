import { formatPrice } from '../../protocol/instrument.ts';
import { expect, test } from '../fixtures.ts';
import { StrategyClient } from '../harness/strategy.ts';
import { StepUpPage } from '../pages/step-up.ts';

test.use({ deskOptions: { instruments: 8 } });

test('an instrument quarantined by hand: its row, the gate, and a factor to lift it', async ({
  desk,
  operator,
  openConsole,
}) => {
  const strategy = new StrategyClient(desk);
  const order = { symbol: 'BTCUSDT', size: '0.01' } as const;
  const view = await openConsole(operator);
  const watch = await view.show('watch');
  const btc = watch.getByRole('row', { name: /^BTC-USDT/ });
  const eth = watch.getByRole('row', { name: /^ETH-USDT/ });
  await expect(btc).not.toHaveClass(/stale/);
  expect(await strategy.place({ ...order, side: 'buy' })).toMatchObject({ ok: true });
  const health = await view.show('health');
  const dialog = view.page.getByRole('dialog');

  await test.step('placed with a reason: only its row is hatched, the banner and the feed say who and why', async () => {
    await health.locator('[data-health="feed:sim"]').click();
    await dialog.getByRole('button', { name: 'Quarantine…' }).click();
    await dialog.getByRole('combobox', { name: /^Instrument of/ }).selectOption('BTC-USDT');
    await dialog.getByRole('textbox', { name: /reason/i }).fill('prints far from everybody');
    await dialog.getByRole('button', { name: 'Quarantine it' }).click();
    // The form goes once it was accepted.
    await expect(dialog).toHaveCount(1);
    await expect(dialog).toContainText('BTC-USDT, by operator');
    await expect(dialog).toContainText('is quarantined: a person said so');
    await view.page.keyboard.press('Escape');
    await expect(view.banners).toContainText('BTC-USDT · sim is quarantined by operator');
    await expect(btc).toHaveClass(/stale/);
    await expect(eth).not.toHaveClass(/stale/);
  });

  await test.step('what raises risk is refused by name, elsewhere it is not', async () => {
    expect(await strategy.place({ ...order, side: 'buy' })).toMatchObject({
      ok: false,
      code: 'reference-price',
    });
    expect(await strategy.place({ symbol: 'ETHUSDT', size: '0.01' })).toMatchObject({ ok: true });
    const { quote, instrument } = await strategy.quote('BTCUSDT');
    const price = formatPrice(quote.bid, instrument);
    expect(
      await strategy.place({ ...order, side: 'sell', price, reduceOnly: true }),
      'what takes back goes by the last known price',
    ).toMatchObject({ ok: true });
  });

  await test.step('lifted with a factor: it is live again', async () => {
    await health.locator('[data-health="feed:sim"]').click();
    await dialog.getByRole('button', { name: 'Lift the quarantine of BTC-USDT' }).click();
    await dialog.getByRole('textbox', { name: /reason/i }).fill('looked at it');
    await dialog.getByRole('button', { name: 'Go on' }).click();
    await new StepUpPage(view.page).confirm(operator.code('admin'));
    await expect(dialog).toHaveCount(1);
    await expect(dialog).toContainText('Instruments quarantined by hand: 0');
    await view.page.keyboard.press('Escape');
    await expect(btc).not.toHaveClass(/stale/);
    expect(await strategy.place({ ...order, side: 'buy' })).toMatchObject({ ok: true });
  });
});
