import { readFile } from 'node:fs/promises';
import type { Download, Locator, Page } from 'playwright/test';
import { expect, test } from '../fixtures.ts';
import { importPrices, plantedPrices, type PlantedPrices } from '../harness/prices.ts';
import type { ConsolePage } from '../pages/console.ts';

const PRICES = plantedPrices(160);
const NAME = 'Four sectors';
const SHOWN = `Correlation · imported ${NAME} · 24 × 159 × 1 day`;

/** The panel with the imported prices in it, in the order of their file. */
async function showImported(view: ConsolePage): Promise<Locator> {
  const panel = await view.show('correlation');
  await panel.getByRole('combobox', { name: 'Returns of' }).selectOption({ label: `${NAME} (24)` });
  await panel.getByRole('button', { name: 'All', exact: true }).click();
  await expect(panel).toHaveAccessibleName(SHOWN);
  await panel.getByRole('button', { name: 'Clustered' }).click();
  return panel;
}

/** Files that one click saves, by the last part of their names. */
async function saved(panel: Locator, button: string, endings: readonly string[]) {
  const page = panel.page();
  const files = new Map<string, Buffer>();
  const came: Download[] = [];
  const hear = (download: Download): void => void came.push(download);
  page.on('download', hear);
  await panel.getByRole('button', { name: button }).click();
  await expect.poll(() => came.length).toBe(endings.length);
  page.off('download', hear);
  for (const download of came) {
    const name = download.suggestedFilename();
    expect(name).toMatch(/^correlation-Four_sectors-1d-2018\d{4}T000000Z\./);
    files.set(name.slice(name.indexOf('.')), await readFile(await download.path()));
  }
  expect([...files.keys()].sort()).toEqual([...endings].sort());
  return (ending: string): Buffer => files.get(ending) ?? Buffer.alloc(0);
}

/** Pearson's ρ of two rows of closes over the days at which both have a return, by the textbook. */
function correlation(a: readonly number[], b: readonly number[]): number {
  const returns = (closes: readonly number[]): number[] =>
    closes.slice(1).map((close, k) => Math.log(close / (closes[k] ?? Number.NaN)));
  const [xs, ys] = [returns(a), returns(b)];
  const mean = (values: readonly number[]): number =>
    values.reduce((sum, value) => sum + value, 0) / values.length;
  const [x, y] = [mean(xs), mean(ys)];
  const sum = (of: (k: number) => number): number => xs.reduce((total, _, k) => total + of(k), 0);
  const product = sum((k) => ((xs[k] ?? 0) - x) * ((ys[k] ?? 0) - y));
  const squares = sum((k) => ((xs[k] ?? 0) - x) ** 2) * sum((k) => ((ys[k] ?? 0) - y) ** 2);
  return product / Math.sqrt(squares);
}

/** A matrix against the file's own prices; the second instrument has a bad print, which the import takes out. */
function expectTrue(value: (i: number, j: number) => number, { names, closes }: PlantedPrices): void {
  for (let i = 0; i < names.length; i++) {
    for (let j = 0; j < names.length; j++) {
      if (i === 1 || j === 1) continue;
      expect(Math.abs(value(i, j) - correlation(closes[i] ?? [], closes[j] ?? []))).toBeLessThan(1e-5);
    }
  }
}

/** How many pixels and colours an image has, as the browser reads it. */
function decoded(page: Page, png: Buffer): Promise<{ width: number; height: number; colours: number }> {
  return page.evaluate(async (base64) => {
    const bytes = Uint8Array.from(atob(base64), (letter) => letter.charCodeAt(0));
    const image = await createImageBitmap(new Blob([bytes], { type: 'image/png' }));
    const { width, height } = image;
    const context = new OffscreenCanvas(width, height).getContext('2d');
    context?.drawImage(image, 0, 0);
    const pixels = context?.getImageData(0, 0, width, height).data.buffer ?? new ArrayBuffer(0);
    return { width, height, colours: new Set(new Uint32Array(pixels)).size };
  }, png.toString('base64'));
}

test('the heatmap is saved as CSV, NPY and PNG, each as its readers want it', async ({
  desk,
  operator,
  openConsole,
}) => {
  await importPrices(desk, NAME, PRICES.csv);
  const view = await openConsole(operator);
  const panel = await showImported(view);
  const n = PRICES.names.length;

  await test.step('CSV: what it is in comments, then names and numbers', async () => {
    const file = await saved(panel, 'Save as CSV', ['.csv']);
    const lines = file('.csv').toString('utf8').trimEnd().split('\r\n');
    const notes = lines.filter((line) => line.startsWith('#'));
    expect(notes[1]).toMatch(
      /^# imported Four sectors, SHA-256 [0-9a-f]{64}; bars of 1d; closes 2018-01-02T/,
    );
    const [head, ...rows] = lines.slice(notes.length).map((line) => line.split(','));
    expect(head).toEqual(['instrument', ...PRICES.names]);
    expect(rows.map(([name]) => name)).toEqual(PRICES.names);
    expectTrue((i, j) => Number(rows[i]?.[j + 1]), PRICES);
  });

  await test.step('NPY: NumPy’s header to the byte, then little-endian f32; its rows’ names beside it', async () => {
    const file = await saved(panel, 'Save as NPY', ['.npy', '.labels.txt']);
    const npy = file('.npy');
    expect([...npy.subarray(0, 8)]).toEqual([0x93, ...Buffer.from('NUMPY'), 1, 0]);
    const begins = 10 + npy.readUInt16LE(8);
    expect(begins % 64).toBe(0);
    expect(npy.toString('latin1', 10, begins)).toMatch(
      /^\{'descr': '<f4', 'fortran_order': False, 'shape': \(24, 24\), \} *\n$/,
    );
    expect(npy.length).toBe(begins + 4 * n * n);
    expectTrue((i, j) => npy.readFloatLE(begins + 4 * (i * n + j)), PRICES);
    const labels = file('.labels.txt').toString('utf8').trimEnd().split('\n');
    expect(labels.filter((line) => !line.startsWith('#'))).toEqual(PRICES.names);
  });

  await test.step('PNG: the picture as it is on the screen, pixel for pixel', async () => {
    const file = await saved(panel, 'Save as PNG', ['.png']);
    const box = await panel.getByRole('application').boundingBox();
    const picture = await decoded(view.page, file('.png'));
    expect(picture).toMatchObject({
      width: Math.round(box?.width ?? 0),
      height: Math.round(box?.height ?? 0),
    });
    expect(picture.colours).toBeGreaterThan(50);
  });
});

test('two fingers zoom the heatmap about what is between them, and move it', async ({
  desk,
  operator,
  openConsole,
}) => {
  await importPrices(desk, NAME, PRICES.csv);
  const view = await openConsole(operator);
  const panel = await showImported(view);
  const heatmap = panel.getByRole('application');
  const box = await heatmap.boundingBox();
  if (!box) throw new Error('the heatmap has no place');
  const side = Math.min(box.width, box.height);
  const middle = { x: box.x + box.width / 2, y: box.y + box.height / 2 };
  /** Of the cell so far right of and below the middle, in sides of the fitted matrix. */
  const cellAt = async (right: number, below: number): Promise<string> => {
    await view.page.mouse.move(middle.x + right * side, middle.y + below * side);
    const text = await panel.locator('.read-out').innerText();
    return / *(\S+ \/ \S+)/.exec(text)?.[1] ?? '';
  };
  const cell = (row: number, column: number): string =>
    `${PRICES.names[row] ?? ''} / ${PRICES.names[column] ?? ''}`;
  const devtools = await view.page.context().newCDPSession(view.page);
  const touch = async (type: string, fingers: readonly (readonly [x: number, y: number])[]) => {
    const touchPoints = fingers.map(([x, y], id) => ({ id, x: middle.x + x * side, y: middle.y + y * side }));
    await devtools.send('Input.dispatchTouchEvent', {
      type: type as 'touchStart',
      touchPoints,
    });
  };
  await devtools.send('Emulation.setTouchEmulationEnabled', { enabled: true, maxTouchPoints: 2 });

  // A quarter of the side is six of the 24 cells: from the middle, between 11 and 12, to within cell 18.
  await expect.poll(() => cellAt(0.27, 0.27)).toBe(cell(18, 18));
  await expect.poll(() => cellAt(-0.27, 0.02)).toBe(cell(12, 5));

  await test.step('apart to three times as far: what was six cells off is two', async () => {
    await touch('touchStart', [
      [-0.1, 0],
      [0.1, 0],
    ]);
    for (const reach of [0.15, 0.2, 0.25, 0.3]) {
      await touch('touchMove', [
        [-reach, 0],
        [reach, 0],
      ]);
    }
    await touch('touchEnd', []);
    await expect.poll(() => cellAt(0.27, 0.27)).toBe(cell(14, 14));
    await expect.poll(() => cellAt(-0.27, 0.02)).toBe(cell(12, 9));
  });

  await test.step('together they carry it along', async () => {
    // Three cells of what is now an eighth of the side each.
    await touch('touchStart', [
      [-0.1, 0],
      [0.1, 0],
    ]);
    for (const right of [0.125, 0.25, 0.375]) {
      await touch('touchMove', [
        [right - 0.1, 0],
        [right + 0.1, 0],
      ]);
    }
    await touch('touchEnd', []);
    await expect.poll(() => cellAt(0.27, 0.27)).toBe(cell(14, 11));
  });

  await test.step('a double click shows the whole again', async () => {
    await heatmap.dblclick();
    await expect.poll(() => cellAt(0.27, 0.27)).toBe(cell(18, 18));
  });
});
