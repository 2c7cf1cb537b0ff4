import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isDue, microsToNext } from './schedule.ts';

const rate = fc.constantFrom(60, 20, 4, 1);
const instant = fc.integer({ min: 0, max: 1e12 });

describe('instants of a rate', () => {
  it('are r in any second, however it is cut into turns', () => {
    fc.assert(
      fc.property(instant, fc.integer({ min: 1, max: 15_000 }), rate, (start, step, hz) => {
        let due = 0;
        for (let at = start; at < start + 1e6; at += step) {
          if (isDue(hz, at, Math.min(at + step, start + 1e6))) due += 1;
        }
        expect(due).toBe(hz);
      }),
    );
  });

  it('a late turn is due once, the same turn never twice', () => {
    fc.assert(
      fc.property(instant, fc.integer({ min: 1e6, max: 1e8 }), rate, (now, late, hz) => {
        expect(isDue(hz, now, now + late)).toBe(true);
        expect(isDue(hz, now + late, now + late)).toBe(false);
      }),
    );
  });

  it('waiting as long as it says reaches the next one, and nothing sooner does', () => {
    fc.assert(
      fc.property(instant, rate, (now, hz) => {
        const wait = microsToNext(hz, now);
        expect(wait).toBeGreaterThan(0);
        expect(wait).toBeLessThanOrEqual(1e6 / hz + 1e-3);
        expect(isDue(hz, now, now + Math.ceil(wait))).toBe(true);
        expect(isDue(hz, now, Math.max(now, Math.ceil(now + wait) - 1))).toBe(false);
      }),
    );
  });
});
