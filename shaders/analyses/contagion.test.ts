import { expect, test } from 'vitest';
import { analyse } from './analysis.ts';
import { contagion, type Contagion } from './contagion.ts';
import { normals, panelOf, series, tools } from './planted.testkit.ts';

const T = 2000;

/** X moves with near, near with far, and one does not care. */
function chain(): ReturnType<typeof panelOf> {
  const random = normals(4);
  const x = series(T, random);
  const near = x.map((move) => 2 * move + random());
  const far = near.map((move) => move + 1.5 * random());
  return panelOf({ far, alone: series(T, random), X: x, near });
}

async function ask(panel: ReturnType<typeof panelOf>, time: number): Promise<Contagion> {
  const answered = await analyse(contagion, panel, { given: 'X', time }, tools());
  if (!answered.ok) throw new Error(answered.error.sentence);
  return answered.value.answer;
}

test('a shock reaches the planted neighbours in their order, by both ways of travelling', async () => {
  const { reached, stayed, drift } = await ask(chain(), 1);
  expect(reached.map(({ name }) => name)).toEqual(['near', 'far', 'alone']);
  expect(reached.map(({ walkedRank }) => walkedRank)).toEqual([1, 2, 3]);
  for (const way of ['evolved', 'walked'] as const) {
    const all = reached.reduce((sum, each) => sum + each[way], stayed[way]);
    expect(all).toBeCloseTo(1, 6);
    expect(reached.at(-1)?.[way]).toBeLessThan(0.01);
  }
  expect(reached[0]?.rho).toBeCloseTo(2 / Math.sqrt(5), 1);
  expect(drift).toBeLessThan(5e-6);
});

test('of two instruments it is the closed form: sin² t evolved, (1 − e^(−2t))/2 walked', async () => {
  const random = normals(8);
  const x = series(T, random);
  const { reached } = await ask(panelOf({ X: x, Y: x.map((move) => move + random()) }), 0.7);
  expect(reached[0]?.evolved).toBeCloseTo(Math.sin(0.7) ** 2, 6);
  expect(reached[0]?.walked).toBeCloseTo((1 - Math.exp(-1.4)) / 2, 6);
});

test('an instrument without returns is refused by name', async () => {
  const refused = await analyse(contagion, chain(), { given: 'Y', time: 1 }, tools());
  expect(!refused.ok && refused.error.code).toBe('no-returns');
});
