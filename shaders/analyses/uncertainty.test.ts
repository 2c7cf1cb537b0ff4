import { expect, test } from 'vitest';
import { pairAt } from '../lib/pairs.ts';
import { analyse } from './analysis.ts';
import { normals, panelOf, series, tools } from './planted.testkit.ts';
import { uncertainty, type Uncertainty } from './uncertainty.ts';

const T = 600;
const PLANTED = 0.6;
const options = { threshold: 0.3, confidence: 0.95, resamples: 256, falseDiscovery: 0.05, seed: 3 } as const;

/** A and B share a factor, C has nothing with anybody, D moves against A. */
function market(gap = 0): ReturnType<typeof panelOf> {
  const random = normals(6);
  const a = series(T, random);
  const with_ = (rho: number): number[] => a.map((x) => rho * x + Math.sqrt(1 - rho * rho) * random());
  const rows = { A: a, B: with_(PLANTED), C: series(T, random), D: with_(-PLANTED), E: series(T, random) };
  return panelOf({ ...rows, A: a.map((x, k) => (k < gap ? Number.NaN : x)) });
}

async function ask(panel = market(), changed = {}): Promise<Uncertainty> {
  const answered = await analyse(uncertainty, panel, { ...options, ...changed }, tools());
  if (!answered.ok) throw new Error(answered.error.sentence);
  return answered.value.answer;
}

const figure = ({ n, figures }: Uncertainty, i: number, j: number): readonly number[] => [
  ...figures.subarray(pairAt(n, i, j) * 4, pairAt(n, i, j) * 4 + 4),
];

test('the planted pairs are found, and nothing else; their intervals hold what was planted', async () => {
  const found = await ask();
  const { n, p, discoveries } = found;
  const named = (i: number, j: number): boolean => (p[pairAt(n, i, j)] ?? 1) <= discoveries.cutoff;
  // B and D share A's factor, −0.36.
  expect([named(0, 1), named(0, 3), named(1, 3)]).toEqual([true, true, true]);
  expect(discoveries.count).toBe(3);
  for (const [i, j, rho] of [
    [0, 1, PLANTED],
    [0, 3, -PLANTED],
    [0, 2, 0],
  ] as const) {
    const [low = 1, high = -1, exceeds, deviation] = figure(found, i, j);
    expect(low).toBeLessThan(rho);
    expect(high).toBeGreaterThan(rho);
    expect(exceeds).toBeCloseTo(Math.abs(rho) > 0.3 ? 1 : 0, 1);
    expect(deviation).toBeCloseTo((1 - rho * rho) / Math.sqrt(T), 1);
  }
  expect(found.byFisher).toBe(0);
});

test('an instrument with gaps is answered by Fisher’s transform, and how many pairs are is told', async () => {
  const found = await ask(market(100));
  expect(found.byFisher).toBe(4);
  const [low = 1, high = -1] = figure(found, 0, 1);
  expect(low).toBeLessThan(PLANTED);
  expect(high).toBeGreaterThan(PLANTED);
});

test('the same seed gives the same bits', async () => {
  expect(await ask()).toEqual(await ask());
  expect((await ask(market(), { seed: 4 })).figures).not.toEqual((await ask()).figures);
});
