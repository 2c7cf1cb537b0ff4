import { describe, expect, test } from 'vitest';
import { buildPanel } from './build-panel.ts';
import { isInvalid } from './correlated.ts';
import { correlateTypescript } from './cpu.ts';
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
