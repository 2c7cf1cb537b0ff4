import { openAsBlob } from 'node:fs';
import { join, resolve } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { buildPanel } from '../correlation/build-panel.ts';
import { isInvalid, type Correlated } from '../correlation/correlated.ts';
import { correlateTypescript } from '../correlation/cpu.ts';
import { GpuCorrelation } from '../correlation/gpu.ts';
import type { CorrelationInput, Panel } from '../correlation/panel.ts';
import { expectedPanel, noPanels } from '../correlation/panels.testkit.ts';
import { WasmCorrelation } from '../correlation/wasm.ts';
import type { GpuContext } from '../runtime/context.ts';
import { dawn, noGpu, openContext } from '../runtime/dawn.testkit.ts';
import { cleaned, readPrices, type ImportedPrices, type PricesRead } from './import.ts';
import { findingText, type Rule } from './report.ts';

const folder = join(resolve(process.env['CWTS_CAPTURES'] ?? join('..', 'shared', 'data')), 'panels');
const SHARES = 'us_equities_close_2013-2017.csv.gz';
const INDEX = 'sp500_adjclose_2015-2020.csv.gz';
const CRYPTO = 'crypto_5m_close_2020-12_2021-04.csv.gz';

async function readFile(file: string): Promise<PricesRead> {
  const blob = await openAsBlob(join(folder, file));
  const read = await readPrices({ stream: () => blob.stream(), size: blob.size });
  if (!read.ok) throw new Error(read.error.sentence);
  return read.value;
}

/** The rows of these instruments. */
function rowsOf(
  { names, returns, valid, times }: ImportedPrices,
  wanted: readonly string[],
): CorrelationInput {
  const t = times.length;
  const words = Math.ceil(t / 32);
  const places = wanted.map((name) => names.indexOf(name));
  const input = {
    returns: new Float64Array(places.length * t),
    valid: new Uint32Array(places.length * words),
  };
  places.forEach((i, row) => {
    input.returns.set(returns.subarray(i * t, (i + 1) * t), row * t);
    input.valid.set(valid.subarray(i * words, (i + 1) * words), row * words);
  });
  return { ...input, n: places.length, t };
}

/** The pairs of the largest and the smallest ρ. */
function extremes(
  panel: ImportedPrices,
  { matrix, invalid }: Correlated,
): { readonly top: string; readonly bottom: string } {
  const n = panel.names.length;
  let [top, bottom, most, least] = ['', '', -2, 2];
  for (let i = 0; i < n; i++) {
    for (let j = i + 1; j < n; j++) {
      const rho = matrix[i * n + j] ?? Number.NaN;
      if ((rho <= most && rho >= least) || isInvalid(invalid, n, i, j)) continue;
      const pair = `${panel.names[i] ?? ''}/${panel.names[j] ?? ''}`;
      if (rho > most) [top, most] = [pair, rho];
      if (rho < least) [bottom, least] = [pair, rho];
    }
  }
  return { top, bottom };
}

describe.skipIf(noPanels !== null)('the recorded panels, imported', () => {
  const wasm = new WasmCorrelation();
  const clean = new Map<string, ImportedPrices>();
  const printed = new Map<string, ImportedPrices>();
  // Kept for as long as the device is: its collection would take the device along.
  let gpu: GPU | null = null;
  let context: GpuContext | null = null;
  let webgpu: GpuCorrelation | null = null;
  const of = (panels: Map<string, ImportedPrices>, file: string): ImportedPrices => {
    const panel = panels.get(file);
    if (panel === undefined) throw new Error(`${file} was not imported`);
    return panel;
  };

  beforeAll(async () => {
    for (const file of [INDEX, CRYPTO, SHARES]) {
      const read = await readFile(file);
      const copy = { ...read.prices, prices: read.prices.prices.slice() };
      printed.set(file, cleaned({ ...read, prices: copy }, true));
      clean.set(file, cleaned(read, false));
    }
    if (noGpu !== null) return;
    gpu = await dawn();
    context = await openContext(gpu);
    webgpu = await GpuCorrelation.create(context);
  }, 300_000);
  afterAll(() => {
    context?.close();
    gpu = null;
  });

  test.each([INDEX, CRYPTO, SHARES])(
    '%s: as printed, the reference correlations to 1e-6 on every backend',
    async (file) => {
      const { top5, bottom3 } = expectedPanel(file);
      const pairs = [...top5, ...bottom3];
      const wanted = [...new Set(pairs.flatMap(([a, b]) => [a, b]))];
      const panel = buildPanel(rowsOf(of(printed, file), wanted));
      const backends: ((panel: Panel) => Correlated | Promise<Correlated>)[] = [
        (one) => wasm.correlate(one),
        correlateTypescript,
      ];
      const kernel = webgpu;
      if (kernel !== null) backends.push((one) => kernel.correlate(one));
      for (const correlate of backends) {
        const { matrix } = await correlate(panel);
        for (const [a, b, rho] of pairs) {
          const found = matrix[wanted.indexOf(a) * wanted.length + wanted.indexOf(b)] ?? Number.NaN;
          expect(Math.abs(found - rho)).toBeLessThan(1e-6);
        }
      }
    },
    60_000,
  );

  test.each([
    [INDEX, { top: 'GOOG/GOOGL' }],
    [CRYPTO, { top: 'BTCUSDT/ETHUSDT' }],
  ])(
    '%s: cleaned, its closest pair is %j',
    (file, pair) => {
      const panel = of(clean, file);
      const found = extremes(panel, wasm.correlate(buildPanel(rowsOf(panel, panel.names))));
      expect(found).toMatchObject(pair);
    },
    60_000,
  );

  test('among 3,940 shares, cleaned, QQQ and SQQQ are the furthest apart; GOOG and GOOGL are close', () => {
    const panel = of(clean, SHARES);
    const whole = panel.names.filter((_, i) => {
      const row = panel.returns.subarray(i * panel.times.length, (i + 1) * panel.times.length);
      return row.every((value) => !Number.isNaN(value));
    });
    const correlated = wasm.correlate(buildPanel(rowsOf(panel, whole)));
    const { bottom } = extremes({ ...panel, names: whole }, correlated);
    expect(bottom).toBe('QQQ/SQQQ');
    const place = whole.indexOf('GOOG') * whole.length + whole.indexOf('GOOGL');
    expect(correlated.matrix[place]).toBeCloseTo(0.99139, 5);
  });

  test('their dirt is told, by instrument and date', () => {
    const texts = (file: string, rule: Rule): string[] =>
      of(clean, file)
        .report.findings.filter((finding) => finding.rule === rule)
        .map(findingText);
    expect(texts(INDEX, 'not-a-price')).toEqual(['CBS 2019-12-04: 0']);
    expect(texts(INDEX, 'spike')).toEqual(
      expect.arrayContaining(['COL 2019-03-21: 18.9', 'COL 2019-04-05: 19.14', 'COL 2019-05-29: 18.8']),
    );
    expect(texts(SHARES, 'spike')).toEqual(
      expect.arrayContaining(['OA 2015-01-29: 64.63', 'FBIZ 2015-08-28: 44.1']),
    );
    expect(texts(CRYPTO, 'spike')).toEqual(['SUSHIUSDT 2020-12-23 22:20:00: 1.507']);
    expect(of(clean, CRYPTO).report.counts['time-gap']).toBe(6);
  });
});
