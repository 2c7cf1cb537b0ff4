import { expect, it } from 'vitest';
import { WeightBudget } from './budget.ts';

const SECOND = 1_000_000;

it('keeps its reserve for the halt', () => {
  const budget = new WeightBudget(100, 40);
  expect(budget.take(60, 'normal', 0).ok).toBe(true);
  expect(budget.take(1, 'normal', 0)).toEqual({ ok: false, retryAfterMs: 60_000 });
  expect(budget.take(40, 'halt', 0).ok).toBe(true);
  expect(budget.take(1, 'halt', 0).ok).toBe(false);
  expect(budget.take(1, 'normal', 60 * SECOND).ok).toBe(true);
});

it("takes over the venue's own count, and lets nothing leave while it is blocked", () => {
  const budget = new WeightBudget(100, 40);
  budget.counted(59, 0);
  expect(budget.take(2, 'normal', 0).ok).toBe(false);
  budget.block(5000, 0);
  expect(budget.take(1, 'halt', 4 * SECOND)).toEqual({ ok: false, retryAfterMs: 1000 });
  expect(budget.take(1, 'halt', 5 * SECOND).ok).toBe(true);
});
