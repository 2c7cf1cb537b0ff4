import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { ensureDefined } from '../../protocol/assert.ts';
import { generator } from '../correlation/returns.testkit.ts';
import type { GpuContext } from '../runtime/context.ts';
import { dawn, noGpu, openContext } from '../runtime/dawn.testkit.ts';
import { TypescriptSampler } from './cpu.ts';
import { atLeast, downGiven, pairEstimates } from './estimates.ts';
import { GpuPbit } from './gpu.ts';
import { pairIndex, type IsingModel } from './ising.ts';
import { chainModel, model, randomModel } from './models.testkit.ts';
import { buildNetwork } from './network.ts';
import { exactDown, exactLaw } from './reference.ts';
import { DEFAULT_PLAN, sampleNetwork, type Plan } from './sample.ts';
import type { Run, Sampler } from './sampler.ts';
import { ONE, thresholdOf } from './threshold.ts';
import type { OpenSampler } from './walk.ts';
import { WasmSampler } from './wasm.ts';

const PLAN: Plan = { ...DEFAULT_PLAN, chains: 512, burnIn: 64, measures: 128, every: 2 };
/** What Q16 and the table's interpolation may shift. */
const GRAIN = 2e-5;
/**
 * Within five standard errors; eight blocks estimate an error to a quarter of itself, so not less than
 * independent draws of ±1 would have.
 */
const near = (value: number, expected: number, error: number): void => {
  const independent = Math.sqrt((1 - expected * expected) / (PLAN.chains * PLAN.measures));
  expect(Math.abs(value - expected)).toBeLessThan(5 * Math.max(error, independent || 0) + GRAIN);
};

/** What every backend must satisfy. */
function statements(open: OpenSampler): void {
  const moments = async (ising: IsingModel, plan = PLAN) => {
    const sampled = await sampleNetwork(open, ising, plan);
    return { sampled, ...pairEstimates(sampled.counts) };
  };

  test('free spins have means tanh h', async () => {
    const fields = [-9, -3, -1, -0.25, 0, 0.01, 0.5, 2, 9];
    const { sampled, connected, connectedErrors } = await moments(model(fields));
    fields.forEach((h, i) => {
      near(sampled.diagnostics.means[i] ?? NaN, Math.tanh(h), sampled.diagnostics.errors[i] ?? NaN);
    });
    connected.forEach((c, at) => near(c, 0, connectedErrors[at] ?? NaN));
    expect(sampled.mixed).toBe(true);
  });

  test('a pair has ⟨m m⟩ = tanh J: 0.762 at J = 1, where updating both at once would give 0', async () => {
    for (const coupling of [1, 0.3, -0.7]) {
      const { moments: mm, momentErrors } = await moments(model([0, 0], [[0, 1, coupling]]));
      near(mm[0] ?? NaN, Math.tanh(coupling), momentErrors[0] ?? NaN);
    }
  });

  test('an open chain has ⟨m_i m_j⟩ = tanh(J)^|i − j|', async () => {
    const { moments: mm, momentErrors } = await moments(chainModel(12, 0.6));
    for (let r = 1; r < 12; r++)
      near(mm[pairIndex(0, r)] ?? NaN, Math.tanh(0.6) ** r, momentErrors[pairIndex(0, r)] ?? NaN);
  });

  test('a ring has ⟨m_i m_j⟩ = (t^r + t^(N−r))/(1 + t^N)', async () => {
    const [n, t] = [9, Math.tanh(0.8)];
    const { moments: mm, momentErrors } = await moments(chainModel(n, 0.8, true));
    for (let r = 1; r < n; r++) {
      near(
        mm[pairIndex(0, r)] ?? NaN,
        (t ** r + t ** (n - r)) / (1 + t ** n),
        momentErrors[pairIndex(0, r)] ?? NaN,
      );
    }
  });

  test.each([
    [5, 4, 0.5],
    [10, 8, 0.3],
    [16, 9, 0.2],
    [14, 13, 0.15],
  ])(
    '%i spins with up to %i neighbours have the law that summing all states gives',
    async (n, degree, strength) => {
      const ising = randomModel(n, degree, strength, n);
      const law = exactLaw(ising);
      const set = [1, 2, 3, 4];
      const plan = {
        ...PLAN,
        questions: [
          { set, given: null },
          { set, given: 0 },
        ],
      };
      const { sampled, ...pairs } = await moments(ising, plan);
      const { means, errors } = sampled.diagnostics;
      const given = downGiven(sampled.counts, 0);
      for (let j = 0; j < n; j++) {
        near(means[j] ?? NaN, law.means[j] ?? NaN, errors[j] ?? NaN);
        const cascade = ensureDefined(given[j] ?? undefined, 'spin 0 was seen down');
        near(cascade.value, exactDown(law, [j], 1, 0), cascade.error);
        for (let i = 0; i < j; i++) {
          const at = pairIndex(i, j);
          near(pairs.moments[at] ?? NaN, law.moments[at] ?? NaN, pairs.momentErrors[at] ?? NaN);
          const exact = (law.moments[at] ?? NaN) - (law.means[i] ?? NaN) * (law.means[j] ?? NaN);
          near(pairs.connected[at] ?? NaN, exact, pairs.connectedErrors[at] ?? NaN);
        }
      }
      plan.questions.forEach((question, q) => {
        for (let k = 0; k <= 4; k++) {
          const seen = ensureDefined(
            atLeast(question, ensureDefined(sampled.tallies[q], 'a tally a question'), k) ?? undefined,
            'the condition was met',
          );
          near(seen.value, exactDown(law, set, k, question.given), seen.error);
        }
      });
    },
  );

  test('two wells that no chain leaves are seen by R̂ and sampled right by replica exchange', async () => {
    const edges = Array.from({ length: 8 }, (_, j) =>
      Array.from({ length: j }, (_, i) => [i, j, 0.6] as const),
    );
    const wells = model([0.06, 0, 0, 0, 0, 0, 0, 0], edges.flat());
    const law = exactLaw(wells);
    const { sampled, moments: mm, momentErrors } = await moments(wells, { ...PLAN, chains: 256 });
    expect(sampled.method).toBe('replica exchange');
    expect(sampled.mixed).toBe(true);
    near(sampled.diagnostics.means[0] ?? NaN, law.means[0] ?? NaN, sampled.diagnostics.errors[0] ?? NaN);
    expect(sampled.diagnostics.errors[0]).toBeLessThan(0.05);
    near(
      mm[pairIndex(0, 7)] ?? NaN,
      law.moments[pairIndex(0, 7)] ?? NaN,
      momentErrors[pairIndex(0, 7)] ?? NaN,
    );
  });
}

describe('the TypeScript twin', () => statements((run) => new TypescriptSampler(run)));

test('updating both spins of a pair at once samples another law: 0 where tanh J = 0.762 is right', () => {
  const random = generator(5);
  let [a, b, sum] = [1, 1, 0];
  const sweeps = 20_000;
  for (let k = 0; k < sweeps; k++) {
    const draw = (other: number): number => (random() * 2 ** 32 < thresholdOf(other * ONE) ? 1 : -1);
    [a, b] = [draw(b), draw(a)];
    sum += a * b;
  }
  expect(Math.abs(sum / sweeps)).toBeLessThan(0.05);
});

/** Words of states and counts in which two samplers of the same run differ, after some sweeps and counts. */
async function differingWords(a: Sampler, b: Sampler): Promise<number> {
  let different = 0;
  const compare = (x: Uint32Array, y: Uint32Array): void => {
    different += Math.abs(x.length - y.length) + x.filter((word, at) => word !== y[at]).length;
  };
  for (const sweeps of [1, 4, 3]) {
    for (const sampler of [a, b]) {
      await sampler.sweep(sweeps);
      await sampler.countPairs();
    }
    compare(await a.read(), await b.read());
  }
  compare(await a.differing(), await b.differing());
  return different;
}

/** One above and below every tile: of chains, of neighbours, of spins in a workgroup. */
const SHAPES = [
  [1, 0, 256],
  [2, 1, 256],
  [17, 7, 512],
  [33, 8, 256],
  [65, 9, 768],
  [129, 16, 256],
] as const;
const runOf = (n: number, degree: number, chains: number, seed = 2 ** 40 + 7): Run => ({
  network: buildNetwork(randomModel(n, degree, 0.8, n)),
  chains,
  seed,
  stream: 3,
});

describe('the WASM SIMD twin', () => {
  statements((run) => new WasmSampler(run));

  test.each(SHAPES)(
    '%i spins, up to %i neighbours, %i chains: the bits of the TypeScript twin',
    async (...shape) => {
      const run = runOf(...shape);
      expect(await differingWords(new TypescriptSampler(run), new WasmSampler(run))).toBe(0);
    },
  );

  test('another seed or stream gives other bits', async () => {
    const run = runOf(9, 4, 256);
    for (const other of [
      { ...run, seed: 8 },
      { ...run, seed: run.seed + 2 ** 32 },
      { ...run, stream: 4 },
    ]) {
      expect(await differingWords(new TypescriptSampler(run), new WasmSampler(other))).toBeGreaterThan(0);
    }
  });

  test('a state that was read and written into another sampler goes on from there', () => {
    const run = runOf(20, 6, 256);
    const [a, b] = [new WasmSampler(run), new TypescriptSampler(run)];
    a.sweep(5);
    b.sweep(5);
    b.write(new Uint32Array(20 * 8));
    b.write(a.read());
    a.sweep(1);
    b.sweep(1);
    expect(b.read()).toEqual(a.read());
  });

  test('sweeps are numbered on past 2³¹ and 2³² alike', async () => {
    for (const from of [2 ** 31 - 2, 2 ** 32 - 2]) {
      const run = { ...runOf(3, 2, 256), from };
      expect(await differingWords(new TypescriptSampler(run), new WasmSampler(run))).toBe(0);
    }
  });

  test('the committed module is what its source compiles to', () => {
    const script = fileURLToPath(new URL('../lib/assembly/build.mjs', import.meta.url));
    const { status, stderr } = spawnSync(process.execPath, [script, 'pbit', '--check'], { encoding: 'utf8' });
    expect(stderr).toBe('');
    expect(status).toBe(0);
  });
});

describe.skipIf(noGpu !== null)('the WebGPU kernel on SwiftShader', () => {
  let gpu: GPU | null = null;
  let context: GpuContext;
  let kernel: GpuPbit;
  beforeAll(async () => {
    gpu = await dawn();
    context = await openContext(gpu);
    kernel = await GpuPbit.create(context);
  });
  afterAll(() => {
    context.close();
    gpu = null;
  });

  test.each(SHAPES)(
    '%i spins, up to %i neighbours, %i chains: the bits of the WASM twin',
    async (...shape) => {
      const run = runOf(...shape);
      expect(await differingWords(new WasmSampler(run), kernel.open(run))).toBe(0);
    },
  );

  test('a run after a larger one of its stream is not touched by what that left', async () => {
    const small = runOf(5, 3, 256);
    const large = kernel.open(runOf(129, 16, 256));
    await large.sweep(2);
    await large.countPairs();
    expect(await differingWords(new WasmSampler(small), kernel.open(small))).toBe(0);
    expect(await differingWords(new WasmSampler(small), kernel.open(small))).toBe(0);
  });

  test('a run that goes on from its state on another device has the bits of one that never stopped', async () => {
    const run = runOf(33, 8, 256);
    const whole = new WasmSampler(run);
    whole.sweep(9);
    const before = kernel.open(run);
    await before.sweep(4);
    const resumed = new WasmSampler({ ...run, from: 4 });
    resumed.write(await before.read());
    resumed.sweep(5);
    expect(resumed.read()).toEqual(whole.read());
  });

  test('samples a model to the numbers of the WASM twin, digit by digit', async () => {
    const ising = randomModel(12, 5, 0.4, 3);
    const plan = { ...PLAN, chains: 256, burnIn: 8, measures: 16, questions: [{ set: [0, 1, 2], given: 5 }] };
    expect(await sampleNetwork((run) => kernel.open(run), ising, plan)).toEqual(
      await sampleNetwork((run) => new WasmSampler(run), ising, plan),
    );
  });
});
