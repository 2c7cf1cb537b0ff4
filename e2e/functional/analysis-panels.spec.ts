import { expectAccessible } from '../a11y/axe.ts';
import { expect, test } from '../fixtures.ts';
import { DEMO_INSTRUMENTS } from '../harness/desk.ts';
import { inEachTheme } from '../themes.ts';

test.use({ deskOptions: { instruments: DEMO_INSTRUMENTS } });

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
    await leadlag.getByText('How to read this').click();
  });

  await test.step('accessible in both themes, with their words open', async () => {
    await inEachTheme(view.page, async (theme) => {
      await expectAccessible(view.page, `contagion and lead-lag, ${theme}`);
    });
  });
});
