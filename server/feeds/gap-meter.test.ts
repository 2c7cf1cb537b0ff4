import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ENOUGH, GapMeter } from './gap-meter.ts';

const fed = (gaps: readonly number[]): GapMeter => {
  const meter = new GapMeter();
  let now = 0;
  meter.message(now);
  for (const gap of gaps) meter.message((now += gap));
  return meter;
};

describe('when the silence of an instrument is unusual', () => {
  it('30 s until a thousand gaps are known', () => {
    expect(new GapMeter().limitMs).toBe(30_000);
    expect(fed(Array.from({ length: ENOUGH - 1 }, () => 5000)).limitMs).toBe(30_000);
    expect(fed(Array.from({ length: ENOUGH }, () => 5000)).limitMs).not.toBe(30_000);
  });

  it('then ten times the gap that 999 of 1,000 do not exceed, told to within an eighth', () => {
    const gap = fc.integer({ min: 400, max: 900_000 });
    fc.assert(
      fc.property(fc.array(gap, { minLength: 1, maxLength: 40 }), (kinds) => {
        const gaps = Array.from({ length: 3000 }, (_, n) => kinds[n % kinds.length] ?? 0);
        const sorted = gaps.toSorted((a, b) => a - b);
        const exact = sorted[2997 - 1 + 1] ?? 0;
        const { limitMs } = fed(gaps);
        expect(limitMs).toBeGreaterThan(10 * (sorted[2996] ?? 0));
        expect(limitMs).toBeLessThanOrEqual(Math.max(3000, 10 * exact * 1.13));
      }),
      { numRuns: 30 },
    );
  });

  it('never below 3 s, and old gaps are outweighed by new ones', () => {
    expect(fed(Array.from({ length: 2000 }, () => 10)).limitMs).toBe(3000);
    const slowThenFast = [
      ...Array.from({ length: 2000 }, () => 2000),
      ...Array.from({ length: 1_200_000 }, () => 400),
    ];
    expect(fed(slowThenFast).limitMs).toBeLessThan(5000);
  });

  it('does not learn from the silence around a reconnect', () => {
    const meter = fed(Array.from({ length: ENOUGH }, () => 1000));
    const { limitMs } = meter;
    for (let n = 1; n < 50; n++) {
      meter.restart();
      expect(meter.lastAt).toBeNull();
      meter.message(n * 1e8);
    }
    expect(meter.limitMs).toBe(limitMs);
  });
});
