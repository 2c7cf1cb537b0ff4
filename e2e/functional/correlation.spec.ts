import { readFile } from 'node:fs/promises';
import { expect, test } from '../fixtures.ts';
import { DEMO_INSTRUMENTS } from '../harness/desk.ts';
import { FULL_WINDOW, type ConsolePage } from '../pages/console.ts';

test.use({ deskOptions: { instruments: DEMO_INSTRUMENTS } });

interface Truth {
  readonly symbols: readonly string[];
  readonly correlation: readonly (readonly number[])[];
}

/** ρ and n as the read-out says them. */
function reading(text: string): { a: string; b: string; rho: number; n: number } | null {
  const found = /(\S+) \/ (\S+)\s+ρ ([+−][\d.]+)[^n]*n (\d+)/.exec(text);
  if (!found) return null;
  const [, a = '', b = '', rho = '', n = ''] = found;
  return { a, b, rho: Number(rho.replace('−', '-')), n: Number(n) };
}

test('the full heatmap is drawn, within 3 standard errors of the planted factors', async ({
  desk,
  operator,
  openConsole,
}) => {
  const view = await openConsole(operator);
  const panel = await view.show('correlation');
  await expect(panel).toHaveAccessibleName(FULL_WINDOW);

  await test.step('it is drawn: many colours, not a blank', async () => {
    const canvas = panel.locator('canvas');
    await expect.poll(async () => colourCount(view, await canvas.screenshot())).toBeGreaterThan(20);
  });

  await test.step('cells by pointer against the exchange’s own truth', async () => {
    const truth = (await (await fetch(`${desk.exchange.rest}/sim/truth`)).json()) as Truth;
    const heatmap = panel.getByRole('application');
    const box = await heatmap.boundingBox();
    if (!box) throw new Error('the heatmap has no place');
    const readings = new Map<string, { error: number; standardError: number }>();
    for (let i = 1; i < 12; i++) {
      for (let j = 1; j < 12; j++) {
        await heatmap.hover({ position: { x: (box.width * i) / 12, y: (box.height * j) / 12 } });
        const text = await panel.locator('.read-out').innerText();
        const read = reading(text);
        if (!read || read.a === read.b) continue;
        const planted = truth.correlation[index(truth, read.a)]?.[index(truth, read.b)];
        if (planted === undefined) throw new Error(`the truth has no ${read.a} / ${read.b}`);
        // Read-outs are rounded to two places.
        const standardError = (1 - planted ** 2) / Math.sqrt(read.n - 1);
        const error = Math.max(0, Math.abs(read.rho - planted) - 0.005);
        readings.set([read.a, read.b].sort().join('/'), { error, standardError });
      }
    }
    expect(readings.size).toBeGreaterThan(40);
    // Each lies within 3 standard errors but for the one in 370 that chance allows; pairs share their
    // instruments, so that one stray row is beyond with two of them now and then. None is far beyond.
    const beyond = (errors: number) =>
      [...readings].filter(([, { error, standardError }]) => error > errors * standardError);
    expect(beyond(3).length, JSON.stringify(beyond(3))).toBeLessThanOrEqual(Math.ceil(readings.size / 50));
    expect(beyond(4.5)).toEqual([]);
  });

  await test.step('dimmed by a test, which the panel names and the read-out answers', async () => {
    await panel.getByRole('combobox', { name: 'Dim by' }).selectOption('fisher');
    await expect(panel).toContainText(/\d+ of 2016 pairs by Fisher’s z, FDR 5 %/);
    const heatmap = panel.getByRole('application');
    await heatmap.focus();
    await view.page.keyboard.press('Shift+ArrowRight');
    await expect(panel.locator('.read-out')).toContainText(/P\(\|ρ\| > 0\) [\d.]+ %, (a|no) discovery/);
    await panel.getByRole('combobox', { name: 'Dim by' }).selectOption('bootstrap');
    await expect(panel).toContainText(/\d+ of 2016 pairs by block bootstrap, FDR 5 %/, { timeout: 60_000 });
  });

  await test.step('compared with the window before: the ten largest breaks', async () => {
    await panel.getByRole('button', { name: 'What broke?' }).click();
    await expect(panel).toHaveAccessibleName(/^Correlation change/, { timeout: 60_000 });
    await expect(panel.getByRole('region', { name: 'Largest breaks' }).getByRole('row')).toHaveCount(11);
  });

  await test.step('compared with bars of a minute: every difference tested', async () => {
    await panel.getByRole('combobox', { name: 'Compared with' }).selectOption('than live 1 min');
    await expect(panel).toContainText('less live 1 min', { timeout: 60_000 });
    await panel.getByRole('combobox', { name: 'Dim by' }).selectOption('by Fisher, FDR 5 %');
    await expect(panel).toContainText(/\d+ of 2016 pairs by Fisher’s z, FDR 5 %/);
    await expect(panel.getByRole('region', { name: 'Largest breaks' }).getByRole('row')).toHaveCount(11);
    await panel.getByRole('button', { name: 'What broke?' }).click();
    await expect(panel).toHaveAccessibleName(FULL_WINDOW, { timeout: 60_000 });
  });

  await test.step('saved as numbers that say where they come from', async () => {
    const saved = view.page.waitForEvent('download');
    await panel.getByRole('button', { name: 'Save as CSV' }).click();
    const download = await saved;
    expect(download.suggestedFilename()).toMatch(/^correlation-live-1s-\d{8}T\d{6}Z\.csv$/);
    const lines = (await readFile(await download.path(), 'utf8')).split('\r\n');
    expect(lines[0]).toBe('# Correlation of returns');
    expect(lines.filter((line) => line !== '' && !line.startsWith('#'))).toHaveLength(65);
  });
});

function index(truth: Truth, name: string): number {
  return truth.symbols.indexOf(name.replace('-', ''));
}

/** Different colours in a picture, counted where pictures can be decoded: in a page. */
function colourCount(view: ConsolePage, png: Buffer): Promise<number> {
  return view.page.evaluate(async (base64) => {
    const bytes = Uint8Array.from(atob(base64), (letter) => letter.charCodeAt(0));
    const bitmap = await createImageBitmap(new Blob([bytes], { type: 'image/png' }));
    const context = new OffscreenCanvas(bitmap.width, bitmap.height).getContext('2d');
    context?.drawImage(bitmap, 0, 0);
    const pixels = new Uint32Array(
      context?.getImageData(0, 0, bitmap.width, bitmap.height).data.buffer ?? [],
    );
    return new Set(pixels).size;
  }, png.toString('base64'));
}
