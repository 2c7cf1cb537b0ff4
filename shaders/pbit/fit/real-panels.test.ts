import { expect, test } from 'vitest';
import { noPanels, readPanel } from '../../correlation/panels.testkit.ts';
import { pairEstimates } from '../estimates.ts';
import { DEFAULT_PLAN, sampleNetwork } from '../sample.ts';
import { WasmSampler } from '../wasm.ts';
import { DEFAULT_FIT, fitNetwork } from './fit.ts';
import { misfit } from './misfit.ts';

/** Two classes of one share, two card networks, two landlords of storage, two of waste; others between. */
const KIN = ['GOOG', 'GOOGL', 'MA', 'V', 'EXR', 'PSA', 'RSG', 'WM'];

test.skipIf(noPanels !== null)(
  'real shares are coupled to their kin first, and their network moves nearly as one as they do',
  async () => {
    const { names, input } = readPanel('sp500_adjclose_2015-2020.csv.gz', true);
    const { t } = input;
    const chosen = names.map((_, i) => i).filter((i) => KIN.includes(names[i] ?? '') || i % 40 === 0);
    const pick = (all: Float64Array | Uint32Array, row: number): number[] =>
      chosen.flatMap((i) => [...all.subarray(i * row, i * row + row)]);
    const panel = {
      returns: Float64Array.from(pick(input.returns, t)),
      valid: Uint32Array.from(pick(input.valid, Math.ceil(t / 32))),
      n: chosen.length,
      t,
    };
    const { model, signs } = fitNetwork(panel, { ...DEFAULT_FIT, edges: 8 * chosen.length });
    const name = (i: number): string => names[chosen[i] ?? -1] ?? '';
    const strongest = [...model.edges].sort((a, b) => b.coupling - a.coupling).slice(0, 4);
    expect(strongest.map(({ i, j }) => [name(i), name(j)].sort().join('/'))).toEqual(
      expect.arrayContaining(['GOOG/GOOGL', 'MA/V', 'EXR/PSA', 'RSG/WM']),
    );
    const sampled = await sampleNetwork((run) => new WasmSampler(run), model, DEFAULT_PLAN);
    expect(sampled.mixed).toBe(true);
    const { coupled, meanOfData, meanOfNetwork } = misfit(
      signs,
      model,
      pairEstimates(sampled.counts).moments,
    );
    expect(coupled).toBeLessThan(0.03);
    expect(Math.abs(meanOfNetwork - meanOfData)).toBeLessThan(0.04);
  },
);
