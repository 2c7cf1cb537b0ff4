import { expect, it } from 'vitest';
import { noPanels, readPanel } from '../correlation/panels.testkit.ts';
import { kupiec } from './backtest.ts';
import { cholesky } from '../lib/cholesky.ts';
import { tailRisks, type TailRisk } from './risk.ts';
import type { Market } from './scenarios.ts';

const SHARES = 15;
/** A day's weight is 0.97 of the next one's: long enough for the correlations of 15 shares. */
const DECAY = 0.97;
const WARM = 100;
/** χ² of one degree at 1 %: each panel is one draw of history, and a right model is refused once in a hundred. */
const ACCEPTED = 6.635;

/** Over 1,158 real days of 15 shares: each day's risk is made of the days before it alone, then the day comes. */
it.skipIf(noPanels !== null)('is exceeded on real days as often as it says, at 95 and at 99 %', () => {
  const { input } = readPanel('sp500_adjclose_2015-2020.csv.gz', true);
  const { returns, t, n: all } = input;
  const rows = Array.from({ length: SHARES }, (_, i) => Math.floor((i * all) / SHARES));
  const at = (row: number, day: number): number => returns[row * t + day] ?? Number.NaN;
  const covariance = new Float64Array(SHARES * SHARES);
  const exposure = new Float64Array(SHARES).fill(1000);
  const exceeded = { 0.95: 0, 0.99: 0 };
  const halved = { 0.99: 0 };
  for (let day = 0; day < t; day++) {
    if (day >= WARM) {
      const [r95, r99] = tailRisks(
        marketOf(covariance),
        exposure,
        { scenarios: 1000, horizon: 1, degrees: 5, seed: [day, 0] },
        [0.95, 0.99],
      );
      const loss = -rows.reduce((sum, row, i) => sum + (exposure[i] ?? 0) * at(row, day), 0);
      const isBeyond = (risk: TailRisk | undefined): number => (loss > (risk?.valueAtRisk ?? 0) ? 1 : 0);
      exceeded[0.95] += isBeyond(r95);
      exceeded[0.99] += isBeyond(r99);
      if (loss > (r99?.valueAtRisk ?? 0) / 2) halved[0.99]++;
    }
    const weight = day === 0 ? 1 : 1 - DECAY;
    for (const [i, a] of rows.entries()) {
      for (const [j, b] of rows.entries()) {
        const c = i * SHARES + j;
        covariance[c] = (1 - weight) * (covariance[c] ?? 0) + weight * at(a, day) * at(b, day);
      }
    }
  }
  const days = t - WARM;
  const said = `${exceeded[0.95]} and ${exceeded[0.99]} of ${days} days`;
  expect(kupiec(exceeded[0.95], days, 0.95), said).toBeLessThan(ACCEPTED);
  expect(kupiec(exceeded[0.99], days, 0.99), said).toBeLessThan(ACCEPTED);
  expect(kupiec(halved[0.99], days, 0.99), 'half the risk is refused').toBeGreaterThan(ACCEPTED);
});

function marketOf(covariance: Float64Array): Market {
  const sigma = Float64Array.from({ length: SHARES }, (_, i) => Math.sqrt(covariance[i * SHARES + i] ?? 0));
  const correlation = covariance.map((value, c) => {
    const scale = (sigma[Math.floor(c / SHARES)] ?? 1) * (sigma[c % SHARES] ?? 1);
    return Math.floor(c / SHARES) === c % SHARES ? 1 : value / scale;
  });
  const factor = cholesky(correlation, SHARES);
  if (!factor) throw new Error('not positive definite');
  return { n: SHARES, factor, sigma, drift: new Float64Array(SHARES) };
}
