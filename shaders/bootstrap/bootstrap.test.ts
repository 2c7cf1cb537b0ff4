import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { buildPanel } from '../correlation/build-panel.ts';
import type { CorrelationInput } from '../correlation/panel.ts';
import { factorReturns } from '../correlation/returns.testkit.ts';
import type { GpuContext } from '../runtime/context.ts';
import { GpuFault } from '../runtime/context.ts';
import { dawn, noGpu, openContext } from '../runtime/dawn.testkit.ts';
import { pairUncertainty, type Bootstrapped } from './bootstrapped.ts';
import { bootstrapTypescript, resampledPair } from './cpu.ts';
import { GpuBootstrap } from './gpu.ts';
import { bootstrapReference } from './reference.ts';
import { prepareResampling, type BootstrapOptions, type Resampling } from './resampling.ts';
import { tailProbability } from './tail.ts';
import { WasmBootstrap } from './wasm.ts';

type Run = (resampling: Resampling) => Bootstrapped | Promise<Bootstrapped>;

const USUAL: BootstrapOptions = {
  ...{ resamples: 128, blockLength: 9, stationary: false, seed: 11, threshold: 0.3, confidence: 0.95 },
};

const prepare = (input: CorrelationInput, options: Partial<BootstrapOptions> = {}): Resampling =>
  prepareResampling(buildPanel(input), { ...USUAL, ...options });

const rowOf = ({ returns, t }: CorrelationInput, i: number): Float64Array =>
  Float64Array.from(returns.subarray(i * t, (i + 1) * t));

/** Largest |ρ* − reference| over all resamples of all pairs. */
function worstResample(input: CorrelationInput, resampling: Resampling): number {
  let worst = 0;
  for (let i = 0; i < input.n; i++) {
    for (let j = i + 1; j < input.n; j++) {
      const expected = bootstrapReference(rowOf(input, i), rowOf(input, j), resampling.table);
      resampledPair(resampling, i, j).forEach((rho, b) => {
        worst = Math.max(worst, Math.abs(rho - (expected[b] ?? Number.NaN)));
      });
    }
  }
  return worst;
}

/** The four figures of a pair from the resamples of the reference. */
function figuresOf(rhos: Float64Array, t: number, { threshold, confidence, ...draw }: BootstrapOptions) {
  const tail = tailProbability(confidence, { ...draw, t });
  const sorted = rhos.toSorted();
  const count = rhos.length;
  const order = (p: number): number => {
    const at = Math.min(count - 1, Math.max(0, (count + 1) * p - 1));
    const low = sorted[Math.floor(at)] ?? Number.NaN;
    return low + ((sorted[Math.floor(at) + 1] ?? low) - low) * (at % 1);
  };
  const mean = rhos.reduce((a, b) => a + b, 0) / count;
  return {
    low: order(tail),
    high: order(1 - tail),
    exceeds: rhos.filter((rho) => Math.abs(rho) > threshold).length / count,
    deviation: Math.sqrt(rhos.reduce((sum, rho) => sum + (rho - mean) ** 2, 0) / (count - 1)),
  };
}

/** The statements every backend must satisfy. */
function statements(run: Run): void {
  test.each([
    [2, 30, 64],
    [5, 65, 128],
    [9, 257, 512],
    [4, 130, 1024],
  ])('figures of %i rows by %i samples, %i resamples, are those of float64', async (n, t, resamples) => {
    const input = factorReturns(n, t, 42);
    const options = { ...USUAL, resamples };
    const resampling = prepare(input, options);
    const result = await run(resampling);
    for (let i = 0; i < n; i++) {
      for (let j = i + 1; j < n; j++) {
        const rhos = bootstrapReference(rowOf(input, i), rowOf(input, j), resampling.table);
        const expected = figuresOf(rhos, t, options);
        const found = pairUncertainty(result, j, i);
        expect(Math.abs((found?.low ?? NaN) - expected.low)).toBeLessThanOrEqual(2e-6);
        expect(Math.abs((found?.high ?? NaN) - expected.high)).toBeLessThanOrEqual(2e-6);
        expect(Math.abs((found?.deviation ?? NaN) - expected.deviation)).toBeLessThanOrEqual(2e-6);
        expect(found?.exceeds).toBe(expected.exceeds);
      }
    }
  });

  test('what cannot be resampled has no figures, and takes none from the others', async () => {
    const [n, t] = [9, 128];
    const input = factorReturns(n, t, 17);
    input.returns[0] = Number.NaN;
    input.returns[1 * t + 6] = Infinity;
    input.returns[2 * t + 7] = 1e308; // one sample is all the variance
    input.returns.fill(0.25, 3 * t, 4 * t);
    input.returns.fill(0, 4 * t, 5 * t);
    input.valid.fill(0, 5 * 4, 6 * 4);
    for (let k = 0; k < t; k++) input.returns[6 * t + k] = (input.returns[6 * t + k] ?? 0) * 1e300;
    const result = await run(prepare(input));
    expect([...result.usable]).toEqual([0, 0, 0, 0, 0, 0, 1, 1, 1]);
    expect(pairUncertainty(result, 5, 7)).toBeNull();
    expect(pairUncertainty(result, 7, 7)).toBeNull();
    const alone = { n: 2, t, returns: input.returns.slice(7 * t), valid: input.valid.slice(7 * 4) };
    expect(pairUncertainty(result, 7, 8)).toEqual(pairUncertainty(await run(prepare(alone)), 0, 1));
    expect(result.pairs.every((figure) => Number.isFinite(figure))).toBe(true);
  });

  test.each([
    [1, 64],
    [3, 1],
    [3, 0],
    [0, 64],
    [3, 29],
  ])('%i rows of %i samples: no pair, no crash', async (n, t) => {
    const result = await run(prepare(factorReturns(n, t, 19)));
    expect(result.pairs).toHaveLength(2 * n * Math.max(0, n - 1));
    for (let j = 1; j < n; j++) expect(pairUncertainty(result, 0, j)).toBeNull();
  });

  test('copies and mirror images have intervals of no width at ±1', async () => {
    const input = factorReturns(3, 200, 5);
    for (let k = 0; k < 200; k++) {
      input.returns[200 + k] = 5 * (input.returns[k] ?? 0);
      input.returns[400 + k] = -3 * (input.returns[k] ?? 0);
    }
    const result = await run(prepare(input));
    const [same, mirror] = [pairUncertainty(result, 0, 1), pairUncertainty(result, 0, 2)];
    expect(same?.low).toBeCloseTo(1, 5);
    expect(same?.high).toBeLessThanOrEqual(1);
    expect(mirror?.high).toBeCloseTo(-1, 5);
    expect(mirror?.low).toBeGreaterThanOrEqual(-1);
    expect([same?.exceeds, mirror?.exceeds]).toEqual([1, 1]);
  });
}

describe('the TypeScript twin', () => {
  statements(bootstrapTypescript);

  test.each([
    [4, 30, false],
    [4, 1024, false],
    [4, 1024, true],
    [3, 4096, false],
  ])('every resample of %i rows by %i samples is within 2e-6 of float64', (n, t, stationary) => {
    const input = factorReturns(n, t, 7);
    const resampling = prepare(input, { resamples: 64, blockLength: 17, stationary });
    expect(worstResample(input, resampling)).toBeLessThanOrEqual(2e-6);
  });

  test('and so it is with fat tails, where a few samples carry most of the variance', () => {
    const input = factorReturns(4, 512, 23);
    for (let at = 0; at < input.returns.length; at++) input.returns[at] = (input.returns[at] ?? 0) ** 3;
    const resampling = prepare(input, { resamples: 64 });
    expect([...resampling.usable]).toEqual([1, 1, 1, 1]);
    expect(worstResample(input, resampling)).toBeLessThanOrEqual(2e-6);
  });
});

describe('the WASM SIMD twin', () => {
  const wasm = new WasmBootstrap();
  statements((resampling) => wasm.bootstrap(resampling));

  test('gives the bits of the TypeScript for any shape and any options', () => {
    const shape = fc.record({
      n: fc.integer({ min: 1, max: 11 }),
      t: fc.integer({ min: 30, max: 200 }),
      seed: fc.nat(),
      resamples: fc.constantFrom(64, 128, 256, 512),
      blockLength: fc.integer({ min: 1, max: 60 }),
      stationary: fc.boolean(),
      confidence: fc.constantFrom(0.5, 0.9, 0.95, 0.999),
      threshold: fc.constantFrom(0, 0.2, 1),
    });
    fc.assert(
      fc.property(shape, ({ n, t, seed, ...options }) => {
        const resampling = prepare(factorReturns(n, t, seed), { ...options, seed });
        expect(wasm.bootstrap(resampling)).toEqual(bootstrapTypescript(resampling));
      }),
      { numRuns: 40 },
    );
  });

  test('the committed module is what its source compiles to', () => {
    const script = fileURLToPath(new URL('../lib/assembly/build.mjs', import.meta.url));
    const { status, stderr } = spawnSync(process.execPath, [script, 'bootstrap', '--check'], {
      encoding: 'utf8',
    });
    expect(stderr).toBe('');
    expect(status).toBe(0);
  });

  test('a small panel after a large one is not touched by what the large one left', () => {
    const small = prepare(factorReturns(5, 64, 31));
    const before = new WasmBootstrap().bootstrap(small);
    wasm.bootstrap(prepare(factorReturns(40, 300, 37), { resamples: 256 }));
    expect(wasm.bootstrap(small)).toEqual(before);
  });
});

describe.skipIf(noGpu !== null)('the WebGPU kernel on SwiftShader', () => {
  let gpu: GPU | null = null;
  let context: GpuContext;
  let kernel: GpuBootstrap;
  beforeAll(async () => {
    gpu = await dawn();
    context = await openContext(gpu);
    kernel = await GpuBootstrap.create(context);
  });
  afterAll(() => {
    context.close();
    gpu = null;
  });

  statements((resampling) => kernel.bootstrap(resampling));

  // A pair, one above a vector, more pairs than a dispatch takes, all the samples and resamples that fit.
  test.each([
    [2, 64, 64, false],
    [5, 33, 128, true],
    [9, 40, 64, false],
    [3, 4096, 1024, true],
  ])('gives the bits of the TypeScript at %i × %i × %i', async (n, t, resamples, stationary) => {
    const resampling = prepare(factorReturns(n, t, 7), { resamples, stationary });
    expect(await kernel.bootstrap(resampling)).toEqual(bootstrapTypescript(resampling));
  });

  test('refuses more samples than a workgroup holds', async () => {
    const resampling = prepare(factorReturns(2, 4097, 7), { resamples: 64 });
    await expect(kernel.bootstrap(resampling)).rejects.toThrow(GpuFault);
  });
});

describe('a resampling', () => {
  const panel = buildPanel(factorReturns(3, 100, 1));

  test.each([
    { resamples: 500 },
    { resamples: 2048 },
    { blockLength: 0 },
    { blockLength: 2.5 },
    { threshold: -0.1 },
    { threshold: Number.NaN },
    { confidence: 1 },
    { confidence: 0 },
    { seed: -1 },
    { seed: 0.5 },
  ])('refuses %j with a sentence', (wrong) => {
    expect(() => prepareResampling(panel, { ...USUAL, ...wrong })).toThrow(RangeError);
  });

  test('refuses weights that fall with age', () => {
    const decaying = buildPanel({ ...factorReturns(3, 100, 1), lambda: 0.97 });
    expect(() => prepareResampling(decaying, USUAL)).toThrow(/without a decay/);
  });

  test('leaves out a row with a hole, and a sample that all rows lack', () => {
    const input = factorReturns(4, 100, 3);
    input.returns[151] = Number.NaN;
    for (let i = 0; i < 4; i++) input.returns[i * 100 + 50] = Number.NaN;
    const { usable, t } = prepare(input);
    expect(t).toBe(99);
    expect([...usable]).toEqual([1, 0, 1, 1]);
  });

  test('is the same for the same seed and another for another', () => {
    const draw = (seed: number) => prepareResampling(panel, { ...USUAL, seed }).table;
    expect(draw(2 ** 40 + 1)).toEqual(draw(2 ** 40 + 1));
    expect(draw(2 ** 40 + 1)).not.toEqual(draw(1));
  });
});
