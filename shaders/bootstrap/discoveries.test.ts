import { expect, test } from 'vitest';
import { buildPanel } from '../correlation/build-panel.ts';
import { correlateTypescript } from '../correlation/cpu.ts';
import { isInvalid } from '../correlation/correlated.ts';
import { generator } from '../correlation/returns.testkit.ts';
import { exceedanceP, exceedances, pairDiscoveries } from './discoveries.ts';
import { effectiveSamples } from './fisher.ts';

/** n rows of which the first `linked` share a factor; the last is empty. */
function market(n: number, t: number, linked: number, seed: number) {
  const random = generator(seed);
  const normal = (): number => Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
  const returns = new Float64Array(n * t);
  for (let k = 0; k < t; k++) {
    const factor = normal();
    for (let i = 0; i < n; i++) returns[i * t + k] = i < linked ? 0.8 * factor + 0.6 * normal() : normal();
  }
  const words = Math.ceil(t / 32);
  const valid = new Uint32Array(n * words).fill(0xffffffff);
  valid.fill(0, (n - 1) * words);
  return { returns, valid, n, t };
}

test('the test of no correlation is two-sided, that of |ρ| ≤ c worse the nearer c is', () => {
  // z = atanh(0.3) √97 = 3.048: both tails hold 0.0023.
  expect(exceedanceP(0.3, 100, 0)).toBeCloseTo(0.0023, 4);
  expect(exceedanceP(-0.3, 100, 0)).toBe(exceedanceP(0.3, 100, 0));
  const p = [0, 0.1, 0.2, 0.3, 0.5].map((c) => exceedanceP(0.3, 100, c));
  expect(p.every((value, at) => at === 0 || value > (p[at - 1] ?? 1))).toBe(true);
  // At the bar itself as many lie above as below.
  expect(exceedanceP(0.5, 1000, 0.5)).toBeCloseTo(0.5, 6);
  expect(exceedanceP(1, 50, 0.5)).toBe(0);
  expect(exceedanceP(0.9, 3, 0)).toBeNaN();
});

test('planted pairs survive, chance does not beyond the rate, and what has no ρ is not tested', () => {
  const [n, linked] = [40, 8];
  const input = market(n, 300, linked, 7);
  const panel = buildPanel(input);
  const correlated = correlateTypescript(panel);
  const p = exceedances(correlated, n, effectiveSamples(panel), 0.2);
  const found = pairDiscoveries(p, n, 0.05);
  expect(found.tests).toBe((39 * 38) / 2);
  let falseOnes = 0;
  for (let i = 0; i < n; i++) {
    for (let j = 0; j < n; j++) {
      if (i === j) continue;
      const isPlanted = i < linked && j < linked;
      if (isPlanted) expect(found.survives(i, j)).toBe(true);
      else if (found.survives(i, j)) falseOnes++;
      const isTested = !isInvalid(correlated.invalid, n, i, j);
      if (isTested) expect(isInvalid(found.faint, n, i, j)).toBe(!found.survives(i, j));
    }
  }
  expect(found.count * 2).toBe(linked * (linked - 1) + falseOnes);
  expect(falseOnes / 2).toBeLessThanOrEqual(3);
  expect(isInvalid(found.faint, n, 5, 5)).toBe(false);
});
