import { expectAccessible } from '../a11y/axe.ts';
import { expect, test } from '../fixtures.ts';
import { DEMO_INSTRUMENTS } from '../harness/desk.ts';
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
