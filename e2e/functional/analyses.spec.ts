import { expectAccessible } from '../a11y/axe.ts';
import { expect, test } from '../fixtures.ts';
import { DEMO_INSTRUMENTS } from '../harness/desk.ts';
import { importPrices, plantedPrices } from '../harness/prices.ts';
import { inEachTheme } from '../themes.ts';

test.use({ deskOptions: { instruments: DEMO_INSTRUMENTS } });

/** A question is answered in a second or two; a busy machine takes its time. */
const ANSWERED = { timeout: 60_000 };

test('the market’s structure and a cascade, computed beside the heatmap, by keyboard', async ({
  operator,
  openConsole,
}) => {
  const view = await openConsole(operator);
  await view.run('Layout preset: Analysis');
  const structure = view.panel('structure');
  const cascade = view.panel('cascade');

  await test.step('the tree of all instruments, with what it rests on', async () => {
    await expect(structure).toHaveAccessibleName(/^Structure · 64 × 256 × 1 s$/, ANSWERED);
    await expect(structure).toContainText(/Absorption ratio\d+ % in the first 13 factors/);
    await expect(structure).toContainText(
      /× 1 s · .*seed 1 · (WASM|TypeScript|WebGPU) .* as of \d\d:\d\d:\d\d/,
    );
    await expect(structure.getByRole('img', { name: /^Minimum spanning tree of 64/ })).toBeVisible();
  });

  await test.step('another threshold is another question, by keyboard', async () => {
    const least = structure.getByRole('button', { name: 'ρ ≥ 0.3' });
    await least.focus();
    await view.page.keyboard.press('Enter');
    await expect(least).toHaveAttribute('aria-pressed', 'true');
    const cluster = structure.locator('.cluster').first();
    await cluster.focus();
    await view.page.keyboard.press('Enter');
    await expect(cluster).toHaveAttribute('aria-pressed', 'true');
  });

  await test.step('given another instrument down: who else, with errors', async () => {
    await expect(cascade).toHaveAccessibleName(/^Cascade · BTC-USDT$/, ANSWERED);
    await cascade.getByLabel('Given down').selectOption('ETH-USDT');
    await expect(cascade).toHaveAccessibleName(/^Cascade · ETH-USDT$/, ANSWERED);
    await expect(cascade.getByRole('row')).toHaveCount(33);
    await expect(cascade.getByRole('row').nth(1)).toContainText(/\d+ %± \d+\.\d\d+ %/);
    await expect(cascade).toContainText(/R̂ 1\.0/);
  });

  await test.step('accessible in both themes, with its words open', async () => {
    await structure.getByText('How to read this').click();
    await cascade.getByText('How to read this').click();
    await inEachTheme(view.page, async (theme) => {
      await expectAccessible(view.page, `the analyses, ${theme}`);
    });
  });
});

test('of imported prices the analyses offer their own instruments, and the live ones again after', async ({
  desk,
  operator,
  openConsole,
}) => {
  await importPrices(desk, 'Four sectors', plantedPrices(200).csv);
  const view = await openConsole(operator);
  await view.run('Layout preset: Analysis');
  const source = view.panel('correlation').getByRole('combobox', { name: 'Returns of' });
  await view.show('contagion');
  const contagion = view.panel('contagion');
  const cascade = view.panel('cascade');
  await expect(cascade).toHaveAccessibleName(/^Cascade · BTC-USDT$/, ANSWERED);

  await source.selectOption({ label: 'Four sectors (24)' });
  await expect(cascade).toHaveAccessibleName(/^Cascade · ENERGY1$/, ANSWERED);
  await expect(cascade.getByLabel('Given down').getByRole('option')).toHaveCount(24);
  await contagion.getByLabel('Begins in').selectOption('BANKS2');
  await expect(contagion).toHaveAccessibleName('Quantum-inspired contagion · BANKS2', ANSWERED);
  await expect(contagion.locator('.panel-provenance')).toContainText('imported Four sectors');

  await source.selectOption('1s');
  await expect(contagion.getByLabel('Begins in')).toHaveValue('BTC-USDT');
  await expect(contagion).toHaveAccessibleName('Quantum-inspired contagion · BTC-USDT', ANSWERED);
});
