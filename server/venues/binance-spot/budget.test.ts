import { expect, it } from 'vitest';
import { WeightBudget } from './budget.ts';

const SECOND = 1_000_000;

it('R-7 keeps its reserve for cancels and halts; asking stops before orders do', () => {
  const budget = new WeightBudget(100, 40, 10);
  expect(budget.take(50, 'read', 0).ok).toBe(true);
  expect(budget.take(1, 'read', 0)).toEqual({ ok: false, retryAfterMs: 60_000 });
  expect(budget.take(10, 'order', 0).ok).toBe(true);
  expect(budget.take(1, 'order', 0).ok).toBe(false);
  expect(budget.take(40, 'lower', 0).ok).toBe(true);
  expect(budget.take(1, 'lower', 0).ok).toBe(false);
  expect(budget.take(1, 'read', 60 * SECOND).ok).toBe(true);
});

it("takes over the venue's own count, and lets nothing leave while it is blocked", () => {
  const budget = new WeightBudget(100, 40, 10);
  budget.counted(59, 0);
  expect(budget.take(2, 'order', 0).ok).toBe(false);
  budget.block(5000, 0);
  expect(budget.take(1, 'lower', 4 * SECOND)).toEqual({ ok: false, retryAfterMs: 1000 });
  expect(budget.take(1, 'lower', 5 * SECOND).ok).toBe(true);
});

it('what the venue says of its own minute replaces the guess, and what is kept for cancels with it', () => {
  const budget = new WeightBudget(6000, 1200, 300);
  expect(budget.told).toBeNull();
  budget.isTold(1000);
  expect([budget.told, budget.limit, budget.reserved]).toEqual([1000, 1000, 200]);
  expect(budget.take(750, 'read', 0).ok).toBe(true);
  expect(budget.take(1, 'read', 0).ok).toBe(false);
  expect(budget.take(50, 'order', 0).ok).toBe(true);
  expect(budget.take(1, 'order', 0).ok).toBe(false);
  expect(budget.take(200, 'lower', 0).ok).toBe(true);
  expect(budget.take(1, 'lower', 0).ok).toBe(false);
});
