import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { generator } from '../correlation/returns.testkit.ts';
import { ChainCounts } from './chain-counts.ts';
import { TypescriptSampler } from './cpu.ts';
import { diagnose, MIXED } from './diagnostics.ts';
import { tallyDown } from './down-tally.ts';
import { atLeast, downGiven, pairEstimates } from './estimates.ts';
import { model, randomModel } from './models.testkit.ts';
import { exactLaw } from './reference.ts';
import { DEFAULT_PLAN, sampleNetwork, type Plan } from './sample.ts';
import { buildNetwork } from './network.ts';
import { BLOCKS, type Run } from './sampler.ts';
import { WasmSampler } from './wasm.ts';

const words = (size: number, seed: number): Uint32Array => {
  const random = generator(seed);
  return Uint32Array.from({ length: size }, () => Math.floor(random() * 2 ** 32));
};
const bit = (spins: Uint32Array, row: number, perRow: number, chain: number): number =>
  ((spins[row * perRow + (chain >>> 5)] ?? 0) >>> (chain & 31)) & 1;

describe('counting', () => {
  test('how often each chain was up is what adding bit by bit gives', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 40 }), fc.integer(), (states, seed) => {
        const counts = new ChainCounts(3);
        const plain = new Uint32Array(96);
        for (let s = 0; s < states; s++) {
          const spins = words(3, seed + s);
          counts.add(spins);
          for (let c = 0; c < 96; c++) plain[c] = (plain[c] ?? 0) + bit(spins, 0, 3, c);
        }
        expect(counts.totals()).toEqual(plain);
      }),
    );
  });

  test('how many of a set are down, given a spin down or not, is what counting each chain gives', () => {
    const [n, perRow] = [20, 8];
    const someSpins = fc.uniqueArray(fc.integer({ min: 1, max: n - 1 }), { minLength: 0, maxLength: n - 1 });
    fc.assert(
      fc.property(someSpins, fc.constantFrom(0, null), fc.integer(), (set, given, seed) => {
        const spins = words(n * perRow, seed);
        const tally = new Uint32Array(BLOCKS * (set.length + 1));
        const plain = tally.slice();
        for (let twice = 0; twice < 2; twice++) {
          tallyDown({ set, given }, spins, perRow, tally);
          for (let c = 0; c < perRow * 32; c++) {
            if (given !== null && bit(spins, given, perRow, c) === 1) continue;
            const down = set.filter((i) => bit(spins, i, perRow, c) === 0).length;
            const at = ((c >>> 5) & 7) * (set.length + 1) + down;
            plain[at] = (plain[at] ?? 0) + 1;
          }
        }
        expect(tally).toEqual(plain);
      }),
    );
  });
});

describe('diagnostics', () => {
  const [chains, draws] = [64, 100];
  const binomial = (random: () => number, p: number): number =>
    Array.from({ length: draws }, random).filter((u) => u < p).length;

  test('independent draws are worth themselves and R̂ is 1', () => {
    const random = generator(1);
    const half = (): Uint32Array => Uint32Array.from({ length: chains }, () => binomial(random, 0.3));
    const { means, errors, rHat, effective } = diagnose(half(), half(), chains, draws);
    expect(means[0]).toBeCloseTo(-0.4, 1);
    expect(rHat[0]).toBeLessThan(1.01);
    expect((effective[0] ?? NaN) / (2 * draws * chains)).toBeGreaterThan(0.6);
    expect((effective[0] ?? NaN) / (2 * draws * chains)).toBeLessThan(1.6);
    expect(errors[0]).toBeCloseTo(Math.sqrt((1 - 0.4 ** 2) / (2 * draws * chains)), 2);
  });

  test('chains that stay where they started are not mixed, halves that drift neither', () => {
    const stuck = Uint32Array.from({ length: chains }, (_, c) => (c % 2 === 0 ? draws : 0));
    expect(diagnose(stuck, stuck, chains, draws).rHat[0]).toBe(Infinity);
    const random = generator(2);
    const half = (p: number): Uint32Array => Uint32Array.from({ length: chains }, () => binomial(random, p));
    expect(diagnose(half(0.2), half(0.7), chains, draws).rHat[0]).toBeGreaterThan(MIXED);
  });

  test('a spin that never moved, in any chain, is not in doubt', () => {
    const up = new Uint32Array(chains).fill(draws);
    const { means, rHat, errors } = diagnose(up, up, chains, draws);
    expect([means[0], rHat[0], errors[0]]).toEqual([1, 1, 0]);
  });
});

describe('estimates', () => {
  test('are as far from the exact law as their standard errors say', async () => {
    let squares = 0;
    let meanSquares = 0;
    const seeds = [1, 2, 3, 4, 5, 6];
    for (const seed of seeds) {
      const ising = randomModel(10, 5, 0.3, seed);
      const law = exactLaw(ising);
      const plan: Plan = { ...DEFAULT_PLAN, chains: 256, burnIn: 50, measures: 64, seed };
      const { counts, diagnostics } = await sampleNetwork((run) => new WasmSampler(run), ising, plan);
      const { moments, momentErrors } = pairEstimates(counts);
      moments.forEach(
        (m, at) => (squares += ((m - (law.moments[at] ?? NaN)) / (momentErrors[at] ?? NaN)) ** 2),
      );
      diagnostics.means.forEach(
        (m, i) => (meanSquares += ((m - (law.means[i] ?? NaN)) / (diagnostics.errors[i] ?? NaN)) ** 2),
      );
    }
    // Eight blocks give t with 7 degrees of freedom: its variance is 1.4. Many chains give 1.
    expect(squares / (45 * seeds.length)).toBeGreaterThan(1);
    expect(squares / (45 * seeds.length)).toBeLessThan(1.9);
    expect(meanSquares / (10 * seeds.length)).toBeGreaterThan(0.6);
    expect(meanSquares / (10 * seeds.length)).toBeLessThan(1.5);
  });

  test('a condition that was never or hardly met has no estimate', async () => {
    const plan: Plan = {
      ...DEFAULT_PLAN,
      chains: 256,
      burnIn: 100,
      measures: 4,
      questions: [{ set: [1], given: 0 }],
    };
    const { counts, tallies } = await sampleNetwork((run) => new WasmSampler(run), model([9, 0]), plan);
    expect(atLeast({ set: [1], given: 0 }, tallies[0] ?? new Uint32Array(), 1)).toBeNull();
    expect(downGiven(counts, 0)).toEqual([{ value: 1, error: 0 }, null]);
    const once = new Uint32Array(BLOCKS * 2);
    once[5] = 40;
    expect(atLeast({ set: [1], given: 0 }, once, 1)).toBeNull();
  });
});

describe('what cannot be is refused', () => {
  const network = buildNetwork(model([0, 0, 0]));
  const run: Run = { network, chains: 256, seed: 1, stream: 0 };

  test.each([
    ['no chains', { chains: 0 }],
    ['chains that leave a block short', { chains: 128 }],
    ['one chain too many', { chains: 257 }],
    ['more chains than a dispatch has threads', { chains: 8448 }],
    ['a seed that is no whole number', { seed: 0.5 }],
    ['a seed below zero', { seed: -1 }],
    ['a seed that a double cannot hold', { seed: 2 ** 53 }],
    ['a stream that is another’s', { stream: 0x80000000 }],
    ['a sweep before the first', { from: -1 }],
  ])('a run with %s', (_what, wrong) => {
    expect(() => new WasmSampler({ ...run, ...wrong })).toThrow(RangeError);
    expect(() => new TypescriptSampler({ ...run, ...wrong })).toThrow(RangeError);
  });

  test.each([
    ['an odd number of states', { measures: 5 }],
    ['no states', { measures: 0 }],
    ['no sweeps between', { every: 0 }],
    ['endless sweeps', { burnIn: Infinity }],
    ['a set with a spin twice', { questions: [{ set: [0, 0], given: null }] }],
    ['a set beyond the spins', { questions: [{ set: [3], given: null }] }],
    ['a condition inside its set', { questions: [{ set: [0, 1], given: 1 }] }],
    ['a condition that is no spin', { questions: [{ set: [0], given: -1 }] }],
  ])('a plan with %s', async (_what, wrong) => {
    const plan = { ...DEFAULT_PLAN, chains: 256, ...wrong };
    const open = (wanted: Run): WasmSampler => new WasmSampler(wanted);
    await expect(sampleNetwork(open, model([0, 0, 0]), plan)).rejects.toThrow(RangeError);
  });

  test('no spins at all give empty numbers', async () => {
    const sampled = await sampleNetwork((wanted) => new WasmSampler(wanted), model([]), DEFAULT_PLAN);
    expect([sampled.mixed, sampled.counts.differing.length, sampled.diagnostics.means.length]).toEqual([
      true,
      0,
      0,
    ]);
  });
});
