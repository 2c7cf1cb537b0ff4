import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { ensureDefined } from '../../protocol/assert.ts';
import type { GpuContext } from '../runtime/context.ts';
import { dawn, noGpu, openContext } from '../runtime/dawn.testkit.ts';
import { buildPanel } from './build-panel.ts';
import { isInvalid, type Correlated } from './correlated.ts';
import { correlateTypescript } from './cpu.ts';
import { GpuCorrelation } from './gpu.ts';
import type { Panel } from './panel.ts';
import { expectedPanel, noPanels, readPanel } from './panels.testkit.ts';
import { WasmCorrelation } from './wasm.ts';

const SP500 = 'sp500_adjclose_2015-2020.csv.gz';

describe.skipIf(noPanels !== null)('482 real shares over five years', () => {
  const wasm = new WasmCorrelation();

  test('have the correlations that an independent float64 program found', () => {
    const { names, input } = readPanel(SP500, true);
    const expected = expectedPanel(SP500);
    expect(names).toHaveLength(expected.complete_instruments);
    const { n } = input;
    const { matrix } = wasm.correlate(buildPanel(input));
    for (const [a, b, rho] of [...expected.top5, ...expected.bottom3]) {
      expect(Math.abs((matrix[names.indexOf(a) * n + names.indexOf(b)] ?? NaN) - rho)).toBeLessThan(1e-6);
    }
    const above = Array.from({ length: n }, (_, i) => [...matrix.subarray(i * n + i + 1, i * n + n)]).flat();
    expect(Math.min(...above)).toBeCloseTo(expected.min, 6);
    expect(Math.max(...above)).toBeCloseTo(expected.max, 6);
    expect(above.reduce((a, b) => a + b, 0) / above.length).toBeCloseTo(expected.mean_offdiag, 6);
  });

  test('with holes and a price below zero give the same on both CPU backends, and no NaN', () => {
    const { input } = readPanel(SP500, false);
    const panel = buildPanel(input);
    expect(panel.pairwise).not.toBeNull();
    const [a, b] = [wasm.correlate(panel), correlateTypescript(panel)];
    expect(a.invalid).toEqual(b.invalid);
    let worst = 0;
    for (let at = 0; at < a.matrix.length; at++) {
      worst = Math.max(worst, Math.abs((a.matrix[at] ?? NaN) - (b.matrix[at] ?? NaN)));
    }
    expect(worst).toBeLessThan(2e-6);
    expect(isInvalid(a.invalid, input.n, 0, 1)).toBe(false);
  });
});

let gpu: GPU | null = null;
let context: GpuContext | null = null;
let kernel: GpuCorrelation | null = null;
beforeAll(async () => {
  if (noGpu !== null || noPanels !== null) return;
  gpu = await dawn();
  context = await openContext(gpu);
  kernel = await GpuCorrelation.create(context);
});
afterAll(() => {
  context?.close();
  gpu = null;
});

const BACKENDS: readonly (readonly [string, boolean, (panel: Panel) => Correlated | Promise<Correlated>])[] =
  [
    ['WASM SIMD', true, (panel) => new WasmCorrelation().correlate(panel)],
    ['TypeScript', true, correlateTypescript],
    ['WebGPU', noGpu === null, (panel) => ensureDefined(kernel ?? undefined, 'the kernel').correlate(panel)],
  ];

// Twins at the top, mirror images at the bottom: GOOG and GOOGL, Bitcoin and Ether, QQQ and what is short of it.
describe
  .skipIf(noPanels !== null)
  .each([[SP500], ['crypto_5m_close_2020-12_2021-04.csv.gz'], ['us_equities_close_2013-2017.csv.gz']])(
  'the most and the least alike of %s',
  (file) => {
    const { top5, bottom3 } = noPanels === null ? expectedPanel(file) : { top5: [], bottom3: [] };
    const pairs = [...top5, ...bottom3];
    const read =
      noPanels === null
        ? readPanel(
            file,
            true,
            pairs.flatMap(([a, b]) => [a, b]),
          )
        : null;

    test.each(BACKENDS.filter(([, there]) => there))(
      'are so to 1e-6 on %s',
      async (_name, _there, correlate) => {
        if (read === null) throw new Error('no panel');
        const { names, input } = read;
        const { matrix } = await correlate(buildPanel(input));
        for (const [a, b, rho] of pairs) {
          const found = matrix[names.indexOf(a) * input.n + names.indexOf(b)] ?? NaN;
          expect(Math.abs(found - rho), `${a} ${b} ${found}`).toBeLessThanOrEqual(1e-6);
        }
      },
    );
  },
);
