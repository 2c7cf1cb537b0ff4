import { expect, it } from 'vitest';
import { normals, panelOf, series } from '../analyses/planted.testkit.ts';
import { correlateTypescript } from '../correlation/cpu.ts';
import { buildPanel } from '../correlation/build-panel.ts';
import { generator } from '../correlation/returns.testkit.ts';
import { selectColumns } from '../analyses/returns-panel.ts';
import { marketBreak } from './market-break.ts';

/** Eight instruments whose size comes in clusters, ρ = 0.3 and from `from` on another. */
function planted(t: number, from: number, rho: number, seed: number): ReturnType<typeof panelOf> {
  const [normal, random] = [normals(seed), generator(seed + 7)];
  let size = 1;
  const sizes = series(t, () => {
    if (random() < 0.05) size = Math.exp(0.5 * normal());
    return size;
  });
  const factor = series(t, normal);
  const row = (): number[] =>
    series(t, (k) => {
      const bound = k < from ? 0.3 : rho;
      return (sizes[k] ?? 1) * (Math.sqrt(bound) * (factor[k] ?? 0) + Math.sqrt(1 - bound) * normal());
    });
  return panelOf(Object.fromEntries(Array.from({ length: 8 }, (_, i) => [`r${i}`, row()])));
}
const rearranged = (seed: number, rearrangements = 99) => ({
  block: 20,
  rearrangements,
  random: generator(seed),
});

it('a market that is bound anew is found, with the mean correlations of K1 on both sides', () => {
  const panel = planted(800, 600, 0.8, 1);
  const found = marketBreak(panel, 600, rearranged(2));
  expect(found).toMatchObject({ p: 0.01, instruments: 8 });
  for (const [side, from, to] of [
    ['before', 0, 600],
    ['after', 600, 800],
  ] as const) {
    const { matrix } = correlateTypescript(buildPanel(selectColumns(panel, from, to)));
    const off = matrix.reduce((sum, each) => sum + each, 0) - 8;
    expect(found?.[side]).toBeCloseTo(off / 56, 5);
  }
});

it('is raised falsely about as often as its p says', () => {
  let low = 0;
  for (let seed = 0; seed < 100; seed++) {
    const found = marketBreak(planted(400, 300, 0.3, 100 + seed), 300, rearranged(seed, 39));
    if ((found?.p ?? 1) <= 0.05) low++;
  }
  expect(low).toBeLessThan(13);
});

it('is not told of fewer than three that move on both sides', () => {
  const panel = planted(200, 200, 0.3, 3);
  expect(marketBreak(panel, 190, rearranged(1))).toBeNull();
  const still = { ...panel, returns: panel.returns.map((value, at) => (at % 200 < 100 ? 0 : value)) };
  expect(marketBreak(still, 100, rearranged(1))).toBeNull();
});
