/** Whether the figures are true: intervals cover, probabilities come to pass. Simulated, 2,000 panels a law. */
import { describe, expect, test } from 'vitest';
import { buildPanel } from '../correlation/build-panel.ts';
import { fisherInterval } from '../correlation/interval.ts';
import { generator } from '../correlation/returns.testkit.ts';
import { pairUncertainty } from './bootstrapped.ts';
import { prepareResampling } from './resampling.ts';
import { tailProbability } from './tail.ts';
import { WasmBootstrap } from './wasm.ts';

const PANELS = 2000;
const THRESHOLD = 0.3;

/** t pairs of returns with the correlation ρ. */
type Law = (normal: () => number, rho: number, t: number) => Float64Array;

const pairOf = (normal: () => number, rho: number): readonly [number, number] => {
  const first = normal();
  return [first, rho * first + Math.sqrt(1 - rho * rho) * normal()];
};

/** Each return keeps 0.3 of the one before. */
const autoregressive: Law = (normal, rho, t) => {
  const returns = new Float64Array(2 * t);
  let [a, b] = pairOf(normal, rho);
  for (let k = 0; k < t; k++) {
    const [e, f] = pairOf(normal, rho);
    a = 0.3 * a + Math.sqrt(1 - 0.09) * e;
    b = 0.3 * b + Math.sqrt(1 - 0.09) * f;
    returns[k] = a;
    returns[t + k] = b;
  }
  return returns;
};

/** Calm and stormy times that both share, as real returns have: fat tails, and squares with a memory. */
const stormy: Law = (normal, rho, t) => {
  const returns = new Float64Array(2 * t);
  let storm = 0;
  for (let k = 0; k < t; k++) {
    storm = 0.8 * storm + 0.25 * normal();
    const [e, f] = pairOf(normal, rho);
    returns[k] = Math.exp(storm) * e;
    returns[t + k] = Math.exp(storm) * f;
  }
  return returns;
};

interface Outcome {
  readonly rho: number;
  readonly covered: boolean;
  readonly fisherCovered: boolean;
  readonly exceeds: number;
}

const within = (interval: { low: number; high: number } | null, rho: number): boolean =>
  interval !== null && interval.low <= rho && rho <= interval.high;

function simulate(law: Law, t: number, blockLength: number, stationary: boolean): Outcome[] {
  const wasm = new WasmBootstrap();
  const random = generator(1);
  const normal = (): number => Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
  const valid = new Uint32Array((2 * t) / 32).fill(0xffffffff);
  return Array.from({ length: PANELS }, (_, seed) => {
    const rho = 0.9 * (2 * random() - 1);
    const panel = buildPanel({ returns: law(normal, rho, t), valid, n: 2, t });
    const options = { resamples: 512, blockLength, stationary, seed, threshold: THRESHOLD, confidence: 0.95 };
    const resampling = prepareResampling(panel, options);
    const found = pairUncertainty(wasm.bootstrap(resampling), 0, 1);
    const [x, y] = [resampling.rows.subarray(0, t), resampling.rows.subarray(t)];
    const estimate = x.reduce((sum, value, k) => sum + value * (y[k] ?? 0), 0);
    return {
      rho,
      covered: within(found, rho),
      fisherCovered: within(fisherInterval(estimate, t), rho),
      exceeds: found?.exceeds ?? Number.NaN,
    };
  });
}

const share = (outcomes: readonly Outcome[], of: (outcome: Outcome) => boolean): number =>
  outcomes.filter(of).length / outcomes.length;

describe.each([
  ['returns with memory, fixed blocks', autoregressive, 256, 8, false],
  ['storms shared, geometric blocks', stormy, 512, 8, true],
] as const)('%s', (_name, law, t, blockLength, stationary) => {
  const outcomes = simulate(law, t, blockLength, stationary);

  test('intervals of 95 % cover 95 ± 1.5 % of the time, Fisher’s less', () => {
    const covered = share(outcomes, (outcome) => outcome.covered);
    expect(covered).toBeGreaterThanOrEqual(0.935);
    expect(covered).toBeLessThanOrEqual(0.965);
    expect(share(outcomes, (outcome) => outcome.fisherCovered)).toBeLessThan(0.935);
  });

  test('of the pairs said to exceed c with probability p, a share p does', () => {
    const edges = [0, 0.05, 0.2, 0.4, 0.6, 0.8, 0.95, 1.01];
    edges.slice(1).forEach((to, k) => {
      const from = edges[k] ?? 0;
      const inBin = outcomes.filter(({ exceeds }) => exceeds >= from && exceeds < to);
      expect(inBin.length).toBeGreaterThan(20);
      const said = inBin.reduce((sum, { exceeds }) => sum + exceeds, 0) / inBin.length;
      const seen = share(inBin, ({ rho }) => Math.abs(rho) > THRESHOLD);
      const error = Math.sqrt((said * (1 - said)) / inBin.length);
      expect(Math.abs(seen - said), `${from} … ${to}: said ${said}, seen ${seen}`).toBeLessThan(
        0.03 + 3 * error,
      );
    });
  });
});

test('the tails of an interval are its own where blocks are many, and thinner where they are few', () => {
  const draw = { blockLength: 8, stationary: false };
  expect(tailProbability(0.95, { ...draw, t: 2 ** 40 })).toBeCloseTo(0.025, 9);
  // z = 1.96 widened by 1 + (1 + (1 + z²)/3) / 64 = 1.0408: Φ(−2.0400)
  expect(tailProbability(0.95, { ...draw, t: 256 })).toBeCloseTo(0.02067, 5);
  expect(tailProbability(0.95, { ...draw, t: 256, stationary: true })).toBeLessThan(0.0195);
});
