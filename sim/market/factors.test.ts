import { describe, expect, it } from 'vitest';
import { FactorModel } from './factors.ts';
import { listing } from './symbols.ts';

describe('the factor model', () => {
  it('draws returns whose correlations and volatilities are the ones it publishes', () => {
    const steps = 20_000;
    const model = new FactorModel(listing(64), 11);
    const { correlation, volPerSecond } = model.truth;
    const returns = Array.from({ length: 64 }, () => new Float64Array(steps));
    const log = new Float64Array(64);
    for (let step = 0; step < steps; step++) {
      log.fill(0);
      model.advance(log, 0.1);
      returns.forEach((row, index) => (row[step] = log[index] ?? NaN));
    }
    const dot = (x: Float64Array, y: Float64Array): number => {
      let sum = 0;
      for (let step = 0; step < steps; step++) sum += (x[step] ?? NaN) * (y[step] ?? NaN);
      return sum;
    };
    const lengths = returns.map((row) => Math.sqrt(dot(row, row)));
    const scores: number[] = [];
    returns.forEach((row, i) => {
      const perSecond = (lengths[i] ?? NaN) / Math.sqrt(steps * 0.1);
      expect(Math.abs(perSecond / (volPerSecond[i] ?? NaN) - 1)).toBeLessThan(0.025);
      returns.slice(0, i).forEach((other, j) => {
        const found = dot(row, other) / ((lengths[i] ?? NaN) * (lengths[j] ?? NaN));
        scores.push((Math.atanh(found) - Math.atanh(correlation[i]?.[j] ?? NaN)) * Math.sqrt(steps));
      });
    });
    const rms = Math.sqrt(scores.reduce((sum, z) => sum + z * z, 0) / scores.length);
    expect(rms).toBeGreaterThan(0.8);
    expect(rms).toBeLessThan(1.25);
    expect(Math.max(...scores.map(Math.abs))).toBeLessThan(5);
  });

  it('plants something to find: strong pairs, weak pairs and opposed ones', () => {
    const { correlation } = new FactorModel(listing(64), 7).truth;
    const pairs = correlation.flatMap((row, index) => row.slice(0, index));
    expect(Math.max(...pairs)).toBeGreaterThan(0.7);
    expect(Math.min(...pairs)).toBeLessThan(-0.15);
    expect(pairs.filter((rho) => Math.abs(rho) < 0.15).length).toBeGreaterThan(50);
  });
});
