import { expect, test } from 'vitest';
import { normals, panelOf, series } from '../analyses/planted.testkit.ts';
import { selectColumns } from '../analyses/returns-panel.ts';
import { buildPanel } from '../correlation/build-panel.ts';
import { isInvalid } from '../correlation/correlated.ts';
import { correlateTypescript } from '../correlation/cpu.ts';
import { generator } from '../correlation/returns.testkit.ts';
import { correlationChange, largestBreaks, strongestPairs } from './largest-breaks.ts';

const [WINDOW, SPLIT] = [200, 200];

/** A and B go together until the split, C and D all the time, E is alone and F comes late. */
function market() {
  const normal = normals(11);
  const t = 2 * WINDOW;
  const [ab, cd] = [series(t, normal), series(t, normal)];
  const beside = (shared: readonly number[], until: number) =>
    series(t, (k) => (k < until ? 0.9 * (shared[k] ?? 0) : 0) + 0.4 * normal());
  return panelOf({
    ...{ A: beside(ab, SPLIT), B: beside(ab, t), C: beside(cd, t), D: beside(cd, t) },
    E: series(t, normal),
    F: series(t, (k) => (k < SPLIT ? Number.NaN : normal())),
  });
}

test('the pair that broke comes first and is told from chance; one that held is not', () => {
  const panel = market();
  const of = (from: number, to: number) => correlateTypescript(buildPanel(selectColumns(panel, from, to)));
  const times = { before: of(0, SPLIT), now: of(SPLIT, 2 * WINDOW) };
  const change = correlationChange(times.now, times.before);
  expect(isInvalid(change.invalid, 6, 0, 5)).toBe(true);
  expect(change.matrix[0]).toBe(0);
  const random = generator(1);
  const found = largestBreaks(times, panel, SPLIT, { count: 10, block: 12, rearrangements: 199, random });
  expect(found).toHaveLength(10);
  expect(found[0]).toMatchObject({ i: 0, j: 1, p: 1 / 200 });
  expect(found[0]?.before).toBeGreaterThan(0.7);
  expect(Math.abs(found[0]?.after ?? 1)).toBeLessThan(0.3);
  expect(found.find(({ i, j }) => i === 2 && j === 3)?.p).toBeGreaterThan(0.05);
});

test('the strongest pairs are in order, each once, without the diagonal and what is not known', () => {
  const matrix = new Float32Array(16);
  matrix.set([0.2, -0.9, 0.5], 1);
  matrix.set([0.4, 0.5], 6);
  const invalid = Uint32Array.of(0b1000, 0, 0, 0b0001);
  expect(strongestPairs({ matrix, invalid }, 4, 2)).toEqual([
    { i: 0, j: 2 },
    { i: 1, j: 3 },
  ]);
  expect(strongestPairs({ matrix, invalid }, 4, 0)).toEqual([]);
});
