import { expect, test } from 'vitest';
import { analyse } from './analysis.ts';
import { normals, panelOf, series, tools } from './planted.testkit.ts';
import { structure, type Structure } from './structure.ts';

const SECTORS = ['energy', 'banks', 'metals'];
const MEMBERS = 4;
const T = 512;

/** Three sectors that have nothing in common: 4 instruments each, ρ = 0.8 within, until all falls together at the end. */
function sectors(panicFrom = T): ReturnType<typeof panelOf> {
  const random = normals(11);
  const panic = series(T, random);
  const rows: Record<string, number[]> = {};
  for (const sector of SECTORS) {
    const factor = series(T, random);
    for (let m = 0; m < MEMBERS; m++) {
      rows[`${sector} ${m}`] = series(T, (k) => {
        const common = k < panicFrom ? (factor[k] ?? 0) : (panic[k] ?? 0);
        return 2 * common + random();
      });
    }
  }
  return panelOf(rows);
}

async function ask(panel: ReturnType<typeof panelOf>, window = 128): Promise<Structure> {
  const options = { least: 0.5, seed: 1, window, every: 64 };
  const answered = await analyse(structure, panel, options, tools());
  if (!answered.ok) throw new Error(answered.error.sentence);
  return answered.value.answer;
}

test('planted sectors are the clusters, the tree and the factors', async () => {
  const { cluster, tree, factors, meanCorrelation, absorption } = await ask(sectors(), T);
  expect([...cluster]).toEqual([0, 0, 0, 0, 1, 1, 1, 1, 2, 2, 2, 2]);
  expect(tree).toHaveLength(SECTORS.length * MEMBERS - 1);
  expect(tree.filter(({ rho }) => rho > 0.5)).toHaveLength(SECTORS.length * (MEMBERS - 1));
  expect(factors?.beyondCalibrated).toBe(SECTORS.length);
  // 18 of 66 pairs have ρ = 0.8; the standard error of the mean is well under 0.02.
  expect(meanCorrelation).toBeCloseTo((18 * 0.8) / 66, 1);
  // Two of three equal factors, each 1 + 3 · 0.8 of 12, are the n/5 that are counted.
  expect(absorption).toMatchObject({ factors: 2 });
  expect(absorption.ratio).toBeCloseTo((2 * 3.4) / 12, 1);
});

test('its history rises when everything begins to fall for the same reason, and ends with the newest bar', async () => {
  const { history, absorption } = await ask(sectors(T - 128));
  expect([...history.times]).toEqual([128, 192, 256, 320, 384, 448, 512].map((k) => k * 1_000_000));
  const [calm, panic] = [history.absorption[4] ?? 0, history.absorption[6] ?? 0];
  expect(calm).toBeLessThan(0.65);
  expect(panic).toBeGreaterThan(0.78);
  expect(panic).toBe(absorption.ratio);
  expect(history.meanCorrelation[6]).toBeGreaterThan(0.7);
  expect(history.meanCorrelation[4]).toBeLessThan(0.35);
});

test('the same seed gives the same edge', async () => {
  const [a, b] = [await ask(sectors()), await ask(sectors())];
  expect(a.factors).toEqual(b.factors);
});
