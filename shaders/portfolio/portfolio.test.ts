import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { correlateReference } from '../correlation/reference.ts';
import { factorReturns, generator } from '../correlation/returns.testkit.ts';
import { kupiec } from './backtest.ts';
import { cholesky } from '../lib/cholesky.ts';
import { byCluster, tailRisks, type TailRisk } from './risk.ts';
import { gains, gainsOf, type Draw, type Market } from './scenarios.ts';

const Z_95 = 1.6448536269514722;
const Z_99 = 2.3263478740408408;
const at = (a: Float64Array, i: number): number => a[i] ?? Number.NaN;

function marketOf(n: number, seed: number): { market: Market; covariance: Float64Array } {
  const correlation = correlateReference(factorReturns(n, 200, seed));
  const random = generator(seed);
  const sigma = Float64Array.from({ length: n }, () => 0.005 + 0.03 * random());
  const factor = cholesky(correlation, n);
  if (!factor) throw new Error('not positive definite');
  const covariance = correlation.map((rho, c) => rho * at(sigma, Math.floor(c / n)) * at(sigma, c % n));
  return { market: { n, factor, sigma, drift: new Float64Array(n) }, covariance };
}

const normal: Draw = { scenarios: 100_000, horizon: 1, degrees: null, seed: [7, 11] };
const one: Market = {
  n: 1,
  factor: Float64Array.of(1),
  sigma: Float64Array.of(0.02),
  drift: Float64Array.of(0),
};

function only(risks: readonly TailRisk[]): TailRisk {
  const [risk] = risks;
  if (!risk) throw new Error('no risk');
  return risk;
}

describe('Cholesky', () => {
  it('L Lᵀ is the matrix again', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 20 }), fc.integer(), (n, seed) => {
        const a = correlateReference(factorReturns(n, 100, seed));
        const lower = cholesky(a, n);
        if (!lower) throw new Error('not positive definite');
        for (let i = 0; i < n; i++) {
          for (let j = 0; j <= i; j++) {
            let sum = 0;
            for (let k = 0; k <= j; k++) sum += at(lower, i * n + k) * at(lower, j * n + k);
            expect(sum).toBeCloseTo(at(a, i * n + j), 12);
          }
        }
      }),
      { numRuns: 30 },
    );
  });

  it('says of a matrix that no portfolio has a variance of that it has none', () => {
    expect(cholesky(Float64Array.of(1, 2, 2, 1), 2)).toBeNull();
    expect(cholesky(Float64Array.of(Number.NaN), 1)).toBeNull();
  });
});

describe('the risk of a book', () => {
  it('of one instrument is the closed form, over any horizon, long or short', () => {
    for (const [exposure, horizon] of [
      [1_000_000, 1],
      [-250_000, 10],
    ] as const) {
      const draw = { ...normal, horizon };
      const sigma = Math.abs(exposure) * 0.02 * Math.sqrt(horizon);
      const [r95, r99] = tailRisks(one, Float64Array.of(exposure), draw, [0.95, 0.99]);
      expect(r95?.valueAtRisk).toBeGreaterThan(sigma * Z_95 * 0.985);
      expect(r95?.valueAtRisk).toBeLessThan(sigma * Z_95 * 1.015);
      expect(Math.abs((r99?.valueAtRisk ?? 0) / (sigma * Z_99) - 1)).toBeLessThan(0.02);
      // φ(z)/(1 − α): 2.0627 and 2.6652.
      expect(Math.abs((r95?.shortfall ?? 0) / (sigma * 2.062713) - 1)).toBeLessThan(0.015);
      expect(Math.abs((r99?.shortfall ?? 0) / (sigma * 2.665214) - 1)).toBeLessThan(0.02);
    }
  });

  it('of a normal book is z √(wᵀΣw), inside its own interval', () => {
    for (const seed of [1, 2, 3]) {
      const n = 12;
      const { market, covariance } = marketOf(n, seed);
      const random = generator(seed + 100);
      const exposure = Float64Array.from({ length: n }, () => 1e6 * (random() - 0.5));
      let variance = 0;
      for (let i = 0; i < n; i++)
        for (let j = 0; j < n; j++) variance += at(exposure, i) * at(covariance, i * n + j) * at(exposure, j);
      const risk = only(tailRisks(market, exposure, normal, [0.99]));
      const exact = Z_99 * Math.sqrt(variance);
      const [low, high] = risk.valueAtRiskWithin;
      expect(low).toBeLessThan(risk.valueAtRisk);
      expect(high).toBeGreaterThan(risk.valueAtRisk);
      // Twice the half width: one seed in 20 lies beyond once.
      expect(Math.abs(risk.valueAtRisk - exact)).toBeLessThan(high - low);
      expect(Math.abs(risk.valueAtRisk / exact - 1)).toBeLessThan(0.03);
    }
  });

  it('its intervals hold what is true in 95 of 100 seeds', () => {
    let [held, heldShortfall] = [0, 0];
    const seeds = 300;
    for (let seed = 0; seed < seeds; seed++) {
      const draw = { ...normal, scenarios: 4_000, seed: [seed, 1] as const };
      const risk = only(tailRisks(one, Float64Array.of(50), draw, [0.95]));
      const within = ([low, high]: readonly [number, number], value: number) => low <= value && value <= high;
      if (within(risk.valueAtRiskWithin, Z_95)) held++;
      if (within(risk.shortfallWithin, 2.062713)) heldShortfall++;
    }
    for (const share of [held / seeds, heldShortfall / seeds]) {
      expect(share).toBeGreaterThan(0.91);
      expect(share).toBeLessThan(0.985);
    }
  });

  it('of Student’s t of 4 has its ratio of shortfall to value at risk, and the variance it was given', () => {
    const draw: Draw = { ...normal, scenarios: 200_000, degrees: 4 };
    const gained = gains(one, Float64Array.of(50), draw);
    const variance = gained.reduce((sum, gain) => sum + gain * gain, 0) / gained.length;
    expect(Math.abs(variance - 1)).toBeLessThan(0.1);
    const risk = only(tailRisks(one, Float64Array.of(50), draw, [0.99]));
    // t₄: q = 3.7469, shortfall 5.2206 (McNeil, Frey and Embrechts), so 1.3933.
    expect(Math.abs(risk.shortfall / risk.valueAtRisk / 1.3933 - 1)).toBeLessThan(0.03);
    expect(Math.abs(risk.valueAtRisk / (3.7469 * Math.SQRT1_2) - 1)).toBeLessThan(0.03);
  });

  it('is the sum of what its instruments and clusters add, scenario by scenario too', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 8 }),
        fc.integer(),
        fc.constantFrom(null, 3, 7),
        (n, seed, degrees) => {
          const { market } = marketOf(n, seed);
          const random = generator(seed);
          const exposure = Float64Array.from({ length: n }, () => 1e5 * (random() - 0.5));
          const draw: Draw = { scenarios: 1000, horizon: 2, degrees, seed: [seed >>> 0, 3] };
          const gained = gains(market, exposure, draw);
          const parts = gainsOf(market, exposure, draw, 17);
          expect(parts.reduce((sum, value) => sum + value, 0)).toBeCloseTo(at(gained, 17), 6);
          for (const risk of tailRisks(market, exposure, draw, [0.95, 0.99])) {
            const clusters = byCluster(
              risk.byInstrument,
              Int32Array.from({ length: n }, (_, i) => i % 2),
            );
            for (const parts of [risk.byInstrument, clusters]) {
              expect(parts.reduce((sum, value) => sum + value, 0)).toBeCloseTo(risk.shortfall, 6);
            }
          }
        },
      ),
      { numRuns: 30 },
    );
  });

  it('what an order would change is drawn on the same scenarios: an order of nothing changes nothing, a hedge takes away', () => {
    const { market } = marketOf(6, 9);
    const exposure = new Float64Array(6).fill(100_000);
    const [before] = tailRisks(market, exposure, normal, [0.95]);
    expect(tailRisks(market, exposure.slice(), normal, [0.95])[0]).toEqual(before);
    const closed = exposure.with(0, 0);
    const [after] = tailRisks(market, closed, normal, [0.95]);
    expect(after?.byInstrument[0]).toBeCloseTo(0, 12);
    expect(only(tailRisks(market, new Float64Array(6), normal, [0.95])).shortfall).toBeCloseTo(0, 12);
  });

  it('a drift of gain takes from the risk what it gives', () => {
    const drifting = { ...one, drift: Float64Array.of(0.01) };
    const plain = only(tailRisks(one, Float64Array.of(100), normal, [0.95]));
    const risk = only(tailRisks(drifting, Float64Array.of(100), normal, [0.95]));
    expect(plain.valueAtRisk - risk.valueAtRisk).toBeCloseTo(1, 9);
  });

  it.each([
    [{ degrees: 2 }, 'degrees of freedom'],
    [{ degrees: 4.5 }, 'degrees of freedom'],
    [{ scenarios: 10 }, 'number of scenarios'],
    [{ horizon: Number.NaN }, 'horizon'],
    [{ horizon: 0 }, 'horizon'],
  ])('refuses to draw with %j', (wrong, word) => {
    expect(() => gains(one, Float64Array.of(1), { ...normal, ...wrong })).toThrow(word);
  });

  it.each([Number.NaN, Infinity])('refuses an exposure of %d, and a level that is none', (value) => {
    expect(() => tailRisks(one, Float64Array.of(value), normal, [0.95])).toThrow('instrument 0');
    expect(() => tailRisks(one, Float64Array.of(1), normal, [value])).toThrow('level');
  });
});

describe('Kupiec’s test', () => {
  it('is nothing when exceeded as often as expected, and grows both ways', () => {
    expect(kupiec(5, 500, 0.99)).toBeCloseTo(0, 12);
    // 255 days at 99 %: from 0 to 6 exceedances are accepted (Kupiec's table: N < 7).
    const accepted = Array.from({ length: 12 }, (_, k) => kupiec(k, 255, 0.99) < 3.8415);
    expect(accepted.lastIndexOf(true)).toBe(6);
    expect(kupiec(0, 255, 0.99)).toBeGreaterThan(5);
    expect(kupiec(0, 0, 0.99)).toBe(0);
    expect(kupiec(10, 10, 0.99)).toBeGreaterThan(80);
  });
});
