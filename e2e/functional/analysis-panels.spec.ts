import { expectAccessible } from '../a11y/axe.ts';
import { expect, test } from '../fixtures.ts';
import { DEMO_INSTRUMENTS } from '../harness/desk.ts';
import { StrategyClient } from '../harness/strategy.ts';
import { inEachTheme } from '../themes.ts';

test.use({ deskOptions: { instruments: DEMO_INSTRUMENTS } });

/** Less is refused: half a minute of trades without a break, and the market has just begun. */
const HALF_A_MINUTE_OF_TRADES = { timeout: 120_000 };

/** A question is answered in a second or two; a busy machine takes its time. */
const ANSWERED = { timeout: 60_000 };

test('who is reached and who moves first, answered from the demo market', async ({
  operator,
  openConsole,
}) => {
  const view = await openConsole(operator);
  await view.run('Layout preset: Analysis');

  await test.step('contagion: two rankings of one network, asked again with another time by keyboard', async () => {
    await view.run('Show panel: Contagion');
    const contagion = view.panel('contagion');
    await expect(contagion).toHaveAccessibleName('Quantum-inspired contagion · BTC-USDT', ANSWERED);
    await expect(contagion).toContainText(/Health of the norm.*good/);
    await expect(contagion.getByRole('row').nth(1)).toContainText(/^1 \S+\d/);
    const time = contagion.getByRole('slider', { name: 'Time' });
    await time.focus();
    await view.page.keyboard.press('End');
    await expect(time).toHaveValue('8');
    await contagion.getByLabel('Begins in').selectOption('ETH-USDT');
    await expect(contagion).toHaveAccessibleName('Quantum-inspired contagion · ETH-USDT', ANSWERED);
    await contagion.getByText('How to read this').click();
  });

  await test.step('lead-lag: tested against turned markets', async () => {
    await view.run('Show panel: Lead-lag');
    const leadlag = view.panel('leadlag');
    await expect(leadlag).toContainText(/of 4032 ordered pairs/, ANSWERED);
    await expect(leadlag).toContainText(/the largest \|ρ\| in 19 turned markets/);
  });

  await test.step('lead-lag from ticks: every trade at its own time, of instruments that a person chooses', async () => {
    const leadlag = view.panel('leadlag');
    await leadlag.getByRole('button', { name: 'from ticks' }).click();
    await leadlag.getByRole('button', { name: '2 min' }).click();
    await expect(leadlag).toContainText(/of 28 pairs/, HALF_A_MINUTE_OF_TRADES);
    await expect(leadlag).toContainText(/Times traded in \d+ s without a break: BTC-USDT \d/);
    await leadlag.getByText('8 of 12 instruments').click();
    await leadlag.getByRole('button', { name: 'Leave out ETH-USDT' }).click();
    await expect(leadlag).toContainText(/of 21 pairs/, ANSWERED);
    await leadlag.getByLabel('Add').selectOption('ETH-USDT');
    await expect(leadlag).toContainText(/of 28 pairs/, ANSWERED);
    await leadlag.getByText('How to read this').click();
    await expect(leadlag).toContainText('no grid is laid over them');
  });

  await test.step('accessible in both themes, with their words open', async () => {
    await inEachTheme(view.page, async (theme) => {
      await expectAccessible(view.page, `contagion and lead-lag, ${theme}`);
    });
  });
});

test('what the book may lose, and what an order would change; three horizons with their records', async ({
  desk,
  operator,
  openConsole,
}) => {
  const view = await openConsole(operator);
  await view.run('Layout preset: Analysis');
  await view.run('Show panel: Risk');
  const risk = view.panel('risk');

  await test.step('a flat book loses nothing; an order in it would', async () => {
    await expect(risk).toContainText('There are no positions, so there is nothing to lose.', ANSWERED);
    await risk.getByLabel('Size').fill('0,5');
    await expect(risk).toContainText('"0,5" is not a plain decimal number.');
    await risk.getByLabel('Size').fill('0.5');
    await expect(view.row('risk', 'Value at risk 99 %')).toContainText(/0\.00.*\+\d/, ANSWERED);
    await expect(view.row('risk', 'Expected shortfall 95 %')).toContainText(/\d … /);
  });

  await test.step('a position has its risk, and selling it takes all of it away', async () => {
    await risk.getByLabel('Size').fill('');
    const bought = { symbol: 'ETHUSDT', size: '1.0000', timeInForce: 'IOC' } as const;
    expect(await new StrategyClient(desk).place(bought)).toMatchObject({ ok: true });
    const table = risk.getByRole('table', { name: 'What the book may lose, in dollars' });
    await expect(table.getByRole('row').nth(1)).toContainText(/Value at risk 95 %[1-9]/, ANSWERED);
    await expect(view.row('risk', 'ETH-USDT')).toHaveCount(2);
    await risk.getByRole('button', { name: 'sell' }).click();
    await risk.getByLabel('Instrument').selectOption('ETH-USDT');
    await risk.getByLabel('Size').fill('1');
    await expect(view.row('risk', 'Value at risk 99 %')).toContainText(/0\.000\.00 … 0\.00−[1-9]/, ANSWERED);
  });

  await test.step('three horizons, and no rate before there is enough', async () => {
    await view.run('Show panel: Horizons');
    const horizons = view.panel('horizons');
    await expect(horizons).toHaveAccessibleName('Horizons · BTC-USDT');
    await expect(horizons).toContainText(/\d+ seconds? without a hole/, ANSWERED);
    const macro = horizons.getByRole('region', { name: 'Macro · 60 s' });
    await expect(macro).toContainText(/Right\s*not enough\s*0 of 100 forecasts judged/);
    await horizons.getByText('How to read this').click();
  });

  await test.step('accessible in both themes', async () => {
    await inEachTheme(view.page, async (theme) => {
      await expectAccessible(view.page, `risk and horizons, ${theme}`);
    });
  });
});
