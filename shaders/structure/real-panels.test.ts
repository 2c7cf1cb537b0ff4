import { describe, expect, test } from 'vitest';
import { buildPanel } from '../correlation/build-panel.ts';
import { expectedPanel, noPanels, readPanel } from '../correlation/panels.testkit.ts';
import { WasmCorrelation } from '../correlation/wasm.ts';
import { leading } from './leading.ts';
import { clusters, spanningTree } from './spanning-tree.ts';

const SP500 = 'sp500_adjclose_2015-2020.csv.gz';

describe.skipIf(noPanels !== null)('451 real shares over five years', () => {
  const { names, input } = readPanel(SP500, true);
  const { n } = input;
  const found = new WasmCorrelation().correlate(buildPanel(input));
  const isA = (...wanted: string[]) => ({
    pair: (a: number, b: number) => wanted.includes(names[a] ?? '') && wanted.includes(names[b] ?? ''),
  });

  test('have one factor as large as an independent float64 program found', () => {
    const { values, settled } = leading(found.matrix, n, 1);
    expect(settled).toBe(true);
    expect((values[0] ?? 0) / n).toBeCloseTo(expectedPanel(SP500).top_eig_share, 6);
  });

  test('hang together in a tree in which twins are neighbours, and fall into sectors', () => {
    const tree = spanningTree(found, n);
    expect(tree).toHaveLength(n - 1);
    for (const [a, b, rho] of expectedPanel(SP500).top5) {
      if (a === 'WEC') continue;
      expect(
        tree.some((edge) => isA(a, b).pair(edge.a, edge.b)),
        `${a} ${b} ${rho}`,
      ).toBe(true);
    }
    const sector = clusters(tree, n, 0.8);
    const of = (name: string) => sector[names.indexOf(name)];
    expect(of('CMS')).toBe(of('WEC'));
    expect(of('CMS')).not.toBe(of('GOOG'));
  });
});
