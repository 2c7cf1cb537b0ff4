import type { Locator } from 'playwright/test';
import { expect, test } from '../fixtures.ts';
import { importPrices, plantedPrices } from '../harness/prices.ts';
import type { ConsolePage, PanelName } from '../pages/console.ts';
import { expectImportedPicture } from './picture.ts';

test.skip(process.env['CWTS_GOLDENS'] !== '1', 'goldens belong to Debian’s Chromium (/usr/bin/chromium)');

test.use({ deskOptions: { still: true } });

/** An answer is computed in seconds; a busy machine takes its time. */
const ANSWERED = { timeout: 120_000 };

/** The analyses of imported prices: the same figures in every run. */
async function openImported(view: ConsolePage, name: string, instruments: number): Promise<Locator> {
  await view.run('Compute backend: WebAssembly SIMD');
  await view.run('Layout preset: Analysis');
  const correlation = await view.show('correlation');
  const source = correlation.getByRole('combobox', { name: 'Returns of' });
  await source.selectOption({ label: `${name} (${instruments})` });
  await expect(correlation).toHaveAccessibleName(new RegExp(`imported ${name} · ${instruments} ×`), ANSWERED);
  return correlation;
}

async function answered(view: ConsolePage, name: PanelName): Promise<Locator> {
  const panel = await view.show(name);
  await expect(panel).toContainText(/imported Four sectors · .*as of 2019-/, ANSWERED);
  await expect(panel.getByText(/^(Computing|Waiting for its turn)/)).toHaveCount(0, ANSWERED);
  return panel;
}

test('what the analyses say of imported prices', async ({ desk, operator, openConsole }) => {
  await importPrices(desk, 'Four sectors', plantedPrices(400).csv);
  const view = await openConsole(operator);
  await openImported(view, 'Four sectors', 24);

  await expectImportedPicture(await answered(view, 'structure'), 'structure-imported.png');
  const cascade = await answered(view, 'cascade');
  await expectImportedPicture(cascade, 'cascade-imported.png');
  await cascade.getByText('How to read this').click();
  await expectImportedPicture(cascade, 'cascade-words.png');
  await expectImportedPicture(await answered(view, 'contagion'), 'contagion-imported.png');
  await expectImportedPicture(await answered(view, 'leadlag'), 'leadlag-imported.png');

  await test.step('a refusal says why, in the place of the answer', async () => {
    const risk = await view.show('risk');
    await expect(risk).toContainText('There are no positions, so there is nothing to lose.', ANSWERED);
    await risk.getByLabel('Size').fill('0,5');
    await expect(risk).toContainText('"0,5" is not a plain decimal number.');
    await expectImportedPicture(risk, 'risk-refused.png');
  });
});

test('the heatmap’s ways of looking, of imported prices', async ({ desk, operator, openConsole }) => {
  await importPrices(desk, 'Four sectors', plantedPrices(400).csv);
  const view = await openConsole(operator);
  const correlation = await openImported(view, 'Four sectors', 24);
  const dim = correlation.getByRole('button', { name: /^Dim weak pairs/ });
  const heatmap = correlation.getByRole('application');

  await test.step('a cell is read out by keyboard, with the frame on it', async () => {
    await heatmap.focus();
    for (let step = 0; step < 3; step++) await view.page.keyboard.press('Shift+ArrowRight');
    await expect(correlation.locator('.read-out')).toContainText(/ρ .*95 % \[.*n \d+, to 2019-/);
    await expectImportedPicture(correlation, 'correlation-imported.png');
  });

  await test.step('weak pairs are dimmed by their size, then by a test', async () => {
    while (!(await dim.innerText()).includes('0.3')) await dim.click();
    await expectImportedPicture(correlation, 'correlation-dimmed.png');
    await correlation.getByRole('combobox', { name: 'Dim by' }).selectOption('bootstrap');
    await expect(correlation).toContainText(/\d+ of 276 pairs by block bootstrap/, ANSWERED);
    await expectImportedPicture(correlation, 'correlation-tested.png');
  });

  await test.step('what broke: the one that left its sector half-way', async () => {
    await correlation.getByRole('combobox', { name: 'Dim by' }).selectOption('size');
    while (!(await dim.innerText()).includes('all')) await dim.click();
    await correlation.getByRole('button', { name: /^256/ }).click();
    await correlation.getByRole('button', { name: 'What broke?' }).click();
    const breaks = correlation.getByRole('region', { name: 'Largest breaks' });
    await expect(breaks.getByRole('row').nth(1)).toContainText('ENERGY6', ANSWERED);
    // What the pointer was last on is not lit up.
    await view.page.mouse.move(0, 0);
    await expectImportedPicture(correlation, 'correlation-broke.png');
  });
});

test('zoomed out, a pixel is the strongest of its cells', async ({ desk, operator, openConsole }) => {
  await importPrices(desk, 'Wide', plantedPrices(260, { sectors: 64, each: 16 }).csv);
  const view = await openConsole(operator);
  const correlation = await openImported(view, 'Wide', 1024);
  await expectImportedPicture(correlation, 'correlation-pyramid.png');
});
