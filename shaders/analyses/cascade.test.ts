import { describe, expect, test } from 'vitest';
import { generator } from '../correlation/returns.testkit.ts';
import { analyse } from './analysis.ts';
import { cascade, type Cascade } from './cascade.ts';
import { normals, panelOf, series, tools } from './planted.testkit.ts';

const T = 2000;
const options = { given: 'X', others: 8, chains: 256, seed: 5 };

/** Followers that rise and fall with X but for a share of the bars, and one that does not care. */
function market(): ReturnType<typeof panelOf> {
  const [random, coin] = [normals(2), generator(9)];
  const x = series(T, random);
  const follower = (errs: number): number[] =>
    x.map((move) => Math.abs(random()) * Math.sign(move) * (coin() < errs ? -1 : 1));
  return panelOf({ near: follower(0.1), alone: series(T, random), far: follower(0.3), X: x });
}

async function ask(changed: Partial<typeof options> = {}): Promise<Cascade> {
  const answered = await analyse(cascade, market(), { ...options, ...changed }, tools());
  if (!answered.ok) throw new Error(answered.error.sentence);
  return answered.value.answer;
}

describe('given X down', () => {
  const asked = ask();

  test('the planted followers fall as often as planted, and the one that does not care as often as ever', async () => {
    const { others, sampling, misfit, notAsked, downBars, bars } = await asked;
    expect(others.map(({ name }) => name)).toEqual(['near', 'far', 'alone']);
    for (const [at, planted] of [0.9, 0.7, 0.5].entries()) {
      const { probability, alone } = others[at] ?? { probability: null, alone: null };
      const { value = 0, error = 0 } = probability ?? {};
      expect(Math.abs(value - planted)).toBeLessThan(4 * error);
      // No surer than the thousand bars with X down that it was learnt from.
      expect(error).toBeGreaterThan(0.99 * Math.sqrt((value * (1 - value)) / (T / 2)));
      expect(error).toBeLessThan(0.03);
      expect(alone?.value).toBeCloseTo(0.5, 1);
    }
    expect(sampling.worstRHat).toBeLessThan(1.05);
    expect(sampling.leastEffective).toBeGreaterThan(1000);
    expect(misfit.all).toBeLessThan(0.03);
    expect([notAsked, downBars, bars]).toEqual([0, T / 2, T]);
  });

  test('P(≥ k) falls with k and is higher than without X’s fall', async () => {
    const { counts } = await asked;
    expect(counts.map(({ k }) => k)).toEqual([1, 2, 3]);
    const given = counts.map((count) => count.given?.value ?? Number.NaN);
    expect(given).toEqual(given.toSorted((a, b) => b - a));
    // Followers err on their own: 1 − 0.1 · 0.3 · 0.5, and 0.9 · 0.7 · 0.5.
    expect(given[0]).toBeCloseTo(0.985, 1);
    expect(given[2]).toBeCloseTo(0.315, 1);
    expect(counts[2]?.always?.value).toBeLessThan(given[2] ?? 0);
  });

  test('of a wide market only the nearest are asked about, and how many are not is told', async () => {
    const { others, notAsked } = await ask({ others: 2 });
    expect(others.map(({ name }) => name)).toEqual(['near', 'far']);
    expect(notAsked).toBe(1);
  });

  test('the same seed gives the same bits', async () => {
    expect(await ask()).toEqual(await asked);
    expect((await ask({ seed: 6 })).others).not.toEqual((await asked).others);
  });

  test('an instrument without returns is refused by name', async () => {
    const refused = await analyse(cascade, market(), { ...options, given: 'Y' }, tools());
    expect(!refused.ok && refused.error).toEqual({
      code: 'no-returns',
      sentence: 'Y has too few returns in this window, or has not moved in it.',
    });
  });

  test('nobody waits: it ends in mid-sampling', async () => {
    const stopped = await analyse(cascade, market(), options, tools(40));
    expect(!stopped.ok && stopped.error.code).toBe('stopped');
  });
});
