import fc from 'fast-check';
import { expect, it } from 'vitest';
import { LookBudget } from './look-budget.ts';

it('R-7 takes at most 56 looks in any minute, and always says when the next one is free', () => {
  fc.assert(
    fc.property(fc.array(fc.integer({ min: 0, max: 400_000 }), { maxLength: 600 }), (gaps) => {
      const budget = new LookBudget();
      const taken: number[] = [];
      let now = 0;
      for (const gap of gaps) {
        now += gap;
        const waitMs = budget.take(now);
        if (waitMs === 0) {
          taken.push(now);
          expect(taken.filter((at) => at > now - 60_000_000).length).toBeLessThanOrEqual(57);
        } else expect(waitMs).toBeLessThanOrEqual(1500);
      }
    }),
  );
});

it('waits no longer than it says', () => {
  const budget = new LookBudget();
  for (let n = 0; n < 16; n++) expect(budget.take(0)).toBe(0);
  const waitMs = budget.take(100_000);
  expect(waitMs).toBe(1400);
  expect(budget.take(100_000 + waitMs * 1000)).toBe(0);
});
