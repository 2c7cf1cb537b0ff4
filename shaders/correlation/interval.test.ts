import { expect, test } from 'vitest';
import { fisherInterval } from './interval.ts';

test('Fisher’s interval of ρ = 0.5 at n = 103', () => {
  // atanh 0.5 = 0.549306, ± 1.959964 / 10
  const interval = fisherInterval(0.5, 103);
  expect(interval?.low).toBeCloseTo(Math.tanh(0.5493061443 - 0.1959963985), 9);
  expect(interval?.high).toBeCloseTo(Math.tanh(0.5493061443 + 0.1959963985), 9);
});

test('it narrows with n, stays within [−1, 1] and does not exist for n ≤ 3 or a ρ that is none', () => {
  const wide = fisherInterval(-0.9, 10);
  const narrow = fisherInterval(-0.9, 1000);
  expect(wide?.low).toBeLessThan(narrow?.low ?? -2);
  expect(wide?.low).toBeGreaterThan(-1);
  expect(fisherInterval(1, 50)).toEqual({ low: 1, high: 1 });
  for (const n of [0, 3, NaN]) expect(fisherInterval(0.2, n)).toBeNull();
  for (const rho of [NaN, 1.1]) expect(fisherInterval(rho, 50)).toBeNull();
});
