import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { dawn, noGpu, openContext } from '../runtime/dawn.testkit.ts';
import type { GpuContext } from '../runtime/context.ts';
import { isInvalid, type Correlated } from './correlated.ts';
import { correlateTypescript } from './cpu.ts';
import { GpuCorrelation, type ProductVariant } from './gpu.ts';
import { buildPanel } from './build-panel.ts';
import type { CorrelationInput, Panel } from './panel.ts';
import { correlateReference } from './reference.ts';
import { factorReturns, setValid } from './returns.testkit.ts';
import { WasmCorrelation } from './wasm.ts';

type Run = (panel: Panel) => Correlated | Promise<Correlated>;
const VARIANTS: readonly ProductVariant[] = ['product_registers', 'product_tile_64', 'product_tile_128'];

/** Largest |ρ − reference| over the valid pairs; fails where the two disagree on what is valid. */
function errorAgainstReference(input: CorrelationInput, { matrix, invalid }: Correlated): number {
  const { n } = input;
  const reference = correlateReference(input);
  let worst = 0;
  for (let i = 0; i < n; i++) {
    for (let j = 0; j < n; j++) {
      const expected = reference[i * n + j] ?? Number.NaN;
      const marked = isInvalid(invalid, n, i, j);
      if (marked !== Number.isNaN(expected))
        throw new Error(`cell ${i}, ${j}: invalid ${marked}, ρ ${expected}`);
      const value = matrix[i * n + j] ?? Number.NaN;
      if (Number.isNaN(value)) throw new Error(`cell ${i}, ${j} is NaN`);
      if (!marked) worst = Math.max(worst, Math.abs(value - expected));
      else if (value !== (i === j ? 1 : 0)) throw new Error(`cell ${i}, ${j} is invalid and ${value}`);
    }
  }
  return worst;
}

/** The statements every backend must satisfy. */
function statements(run: Run): void {
  test.each([
    [1, 512],
    [7, 30],
    [33, 65],
    [65, 200],
    [129, 129],
    [257, 96],
  ])('ρ of %i rows by %i samples is within 1e-6 of float64', async (n, t) => {
    const input = factorReturns(n, t, 42);
    const result = await run(buildPanel(input));
    expect(errorAgainstReference(input, result)).toBeLessThanOrEqual(1e-6);
  });

  test('the matrix is symmetric, 1 on its diagonal and never outside [−1, 1]', async () => {
    const n = 40;
    const input = factorReturns(n, 300, 3);
    // Copies and mirror images: rounding would put them beyond ±1.
    for (let k = 0; k < 300; k++) {
      input.returns[300 + k] = input.returns[k] ?? 0;
      input.returns[600 + k] = -3 * (input.returns[k] ?? 0);
    }
    const { matrix } = await run(buildPanel(input));
    expect(matrix.every((rho) => Math.abs(rho) <= 1)).toBe(true);
    for (let i = 0; i < n; i++) {
      expect(matrix[i * n + i]).toBe(1);
      for (let j = 0; j < i; j++) expect(matrix[i * n + j]).toBe(matrix[j * n + i]);
    }
    expect(matrix[1]).toBeCloseTo(1, 6);
    expect(matrix[2]).toBeCloseTo(-1, 6);
  });

  test('EWMA weighs samples by λ^age', async () => {
    const input = { ...factorReturns(50, 400, 5), lambda: 0.97 };
    const panel = buildPanel(input);
    expect(errorAgainstReference(input, await run(panel))).toBeLessThanOrEqual(1e-6);
    expect(panel.effectiveSamples).toBeCloseTo(1.97 / 0.03, 1);
  });

  test.each([null, 0.98])('missing samples: each pair over what both have (λ = %s)', async (lambda) => {
    const input = { ...factorReturns(70, 300, 9, 0.2), lambda };
    const panel = buildPanel(input);
    expect(panel.pairwise).not.toBeNull();
    expect(errorAgainstReference(input, await run(panel))).toBeLessThanOrEqual(2e-6);
  });

  test('a sample that all rows lack leaves the rest complete', async () => {
    const input = factorReturns(20, 200, 11);
    for (let i = 0; i < 20; i++) for (let k = 50; k < 90; k++) input.returns[i * 200 + k] = Number.NaN;
    const panel = buildPanel(input);
    expect(panel.pairwise).toBeNull();
    expect(panel.t).toBe(160);
    expect(errorAgainstReference(input, await run(panel))).toBeLessThanOrEqual(1e-6);
  });

  test('fewer than 30 common samples have no correlation; 30 do', async () => {
    const input = factorReturns(3, 100, 13);
    for (let k = 0; k < 100; k++) {
      if (k >= 59) input.returns[k] = Number.NaN; // row 0: samples 0 … 58
      if (k < 30) input.returns[100 + k] = Number.NaN; // row 1: 30 … 99, 29 of them common
      if (k < 29) input.returns[200 + k] = Number.NaN; // row 2: 29 … 99, 30 common with row 0
    }
    const { invalid } = await run(buildPanel(input));
    expect(isInvalid(invalid, 3, 0, 1)).toBe(true);
    expect(isInvalid(invalid, 3, 0, 2)).toBe(false);
    expect(isInvalid(invalid, 3, 1, 2)).toBe(false);
  });

  test('NaN, infinite and huge returns, constant and empty rows stay in their own row', async () => {
    const [n, t] = [9, 128];
    const input = factorReturns(n, t, 17);
    input.returns[0 * t + 5] = Number.NaN;
    input.returns[1 * t + 6] = Infinity;
    input.returns[2 * t + 7] = -Infinity;
    input.returns.fill(0.25, 3 * t, 4 * t); // constant
    input.returns.fill(0, 4 * t, 5 * t); // constant 0
    input.valid.fill(0, 5 * 4, 6 * 4); // all missing
    for (let k = 0; k < t; k++) {
      input.returns[6 * t + k] = (input.returns[6 * t + k] ?? 0) * 1e300;
      input.returns[7 * t + k] = (input.returns[7 * t + k] ?? 0) * 1e-300;
    }
    const result = await run(buildPanel(input));
    for (const row of [3, 4, 5]) {
      for (let j = 0; j < n; j++) expect(isInvalid(result.invalid, n, row, j)).toBe(true);
    }
    // The reference itself overflows on 1e300: scaling a row does not change its correlations.
    const tame = { ...input, returns: input.returns.slice() };
    for (let k = 0; k < t; k++) {
      tame.returns[6 * t + k] = (tame.returns[6 * t + k] ?? 0) * 1e-300;
      tame.returns[7 * t + k] = (tame.returns[7 * t + k] ?? 0) * 1e300;
    }
    expect(errorAgainstReference(tame, result)).toBeLessThanOrEqual(2e-6);
  });

  test('a constant row among complete ones is invalid, also when its mean is not exact', async () => {
    const [n, t] = [4, 127];
    const input = factorReturns(n, t, 29);
    input.returns.fill(0.25, t, 2 * t);
    input.returns.fill(0.1, 2 * t, 3 * t);
    const panel = buildPanel(input);
    expect(panel.pairwise).toBeNull();
    const { invalid } = await run(panel);
    for (let j = 0; j < n; j++) {
      expect(isInvalid(invalid, n, 1, j)).toBe(true);
      expect(isInvalid(invalid, n, 2, j)).toBe(true);
    }
    expect(isInvalid(invalid, n, 0, 3)).toBe(false);
  });

  test.each([
    [1, 1],
    [4, 1],
    [4, 0],
    [3, 29],
  ])('%i rows of %i samples: nothing is valid, the diagonal is 1', async (n, t) => {
    const { matrix, invalid } = await run(buildPanel(factorReturns(n, t, 19)));
    for (let i = 0; i < n; i++) {
      expect(matrix[i * n + i]).toBe(1);
      for (let j = 0; j < n; j++) expect(isInvalid(invalid, n, i, j)).toBe(true);
    }
  });

  test('a row that stood still while the other was there has no correlation with it', async () => {
    const t = 200;
    const input = factorReturns(2, t, 23);
    for (let k = 0; k < t; k++) {
      if (k < 100) input.returns[k] = 0;
      else input.returns[t + k] = Number.NaN;
    }
    const { invalid } = await run(buildPanel(input));
    expect(isInvalid(invalid, 2, 0, 1)).toBe(true);
    expect(isInvalid(invalid, 2, 0, 0)).toBe(false);
  });

  test('any pattern of missing samples gives finite ρ and the reference’s own valid pairs', async () => {
    const shape = fc.record({
      n: fc.integer({ min: 1, max: 12 }),
      t: fc.integer({ min: 28, max: 80 }),
      seed: fc.integer(),
      missing: fc.constantFrom(0, 0.01, 0.3, 0.6, 1),
      lambda: fc.constantFrom(null, 0.9, 0.99),
    });
    await fc.assert(
      fc.asyncProperty(shape, async ({ n, t, seed, missing, lambda }) => {
        const input = { ...factorReturns(n, t, seed, missing), lambda };
        expect(errorAgainstReference(input, await run(buildPanel(input)))).toBeLessThanOrEqual(5e-6);
      }),
      { numRuns: 25 },
    );
  });
}

describe('the TypeScript twin', () => statements(correlateTypescript));

describe('the WASM SIMD twin', () => {
  const wasm = new WasmCorrelation();
  statements((panel) => wasm.correlate(panel));

  test('the committed module is what its source compiles to', () => {
    const script = fileURLToPath(new URL('../lib/assembly/build.mjs', import.meta.url));
    const { status, stderr } = spawnSync(process.execPath, [script, 'correlation', '--check'], {
      encoding: 'utf8',
    });
    expect(stderr).toBe('');
    expect(status).toBe(0);
  });

  test('4,096 instruments have the correlations of their definition', () => {
    const [n, t] = [4096, 32];
    const input = factorReturns(n, t, 41);
    const { matrix } = new WasmCorrelation().correlate(buildPanel(input));
    // The corners, the middle and both sides of the blocks' edges, as a matrix of their own.
    const rows = [0, 1, 7, 8, 127, 128, 2047, 2048, 4063, 4064, 4088, 4095];
    const few = {
      returns: Float64Array.from(rows.flatMap((i) => [...input.returns.subarray(i * t, i * t + t)])),
      valid: Uint32Array.from(rows, (i) => input.valid[i] ?? 0),
      n: rows.length,
      t,
    };
    const reference = correlateReference(few);
    for (const [a, i] of rows.entries()) {
      for (const [b, j] of rows.entries()) {
        const difference = Math.abs((matrix[i * n + j] ?? NaN) - (reference[a * rows.length + b] ?? NaN));
        expect(difference, `${i}, ${j}`).toBeLessThanOrEqual(1e-6);
      }
    }
  });

  test('a small panel after a large one is not touched by what the large one left', () => {
    const small = buildPanel(factorReturns(5, 64, 31));
    const before = new WasmCorrelation().correlate(small);
    wasm.correlate(buildPanel(factorReturns(200, 300, 37, 0.1)));
    expect(wasm.correlate(small)).toEqual(before);
  });
});

describe.skipIf(noGpu !== null)('the WebGPU kernel on SwiftShader', () => {
  let gpu: GPU | null = null;
  let context: GpuContext;
  const kernels = new Map<ProductVariant, GpuCorrelation>();
  const wasm = new WasmCorrelation();
  beforeAll(async () => {
    gpu = await dawn();
    context = await openContext(gpu);
    for (const variant of VARIANTS) kernels.set(variant, await GpuCorrelation.create(context, variant));
  });
  afterAll(() => {
    context.close();
    gpu = null;
  });
  const run = async (variant: ProductVariant, panel: Panel): Promise<Correlated> => {
    const kernel = kernels.get(variant);
    if (kernel === undefined) throw new Error(`${variant} was not built`);
    return kernel.correlate(panel);
  };

  statements((panel) => run('product_registers', panel));

  describe.each(VARIANTS)('%s', (variant) => {
    // One above every tile size, one chunk and a little, and a single row.
    test.each([
      [1, 64],
      [33, 65],
      [65, 130],
      [129, 257],
      [257, 40],
    ])('gives the bits of the WASM twin at %i × %i', async (n, t) => {
      const panel = buildPanel(factorReturns(n, t, 7));
      expect(await run(variant, panel)).toEqual(wasm.correlate(panel));
    });

    test('and so it does with samples missing', async () => {
      const panel = buildPanel({ ...factorReturns(130, 200, 8, 0.15), lambda: 0.99 });
      expect(await run(variant, panel)).toEqual(wasm.correlate(panel));
    });
  });
});

describe('a panel', () => {
  test('refuses what does not fit together', () => {
    const input = factorReturns(2, 40, 1);
    expect(() => buildPanel({ ...input, n: 3 })).toThrow(RangeError);
    expect(() => buildPanel({ ...input, t: 40.5 })).toThrow(RangeError);
    expect(() => buildPanel({ ...input, lambda: 1 })).toThrow(RangeError);
    expect(() => buildPanel({ ...input, lambda: Number.NaN })).toThrow(RangeError);
  });

  test('is padded with zeros to 128 columns and 16 rows', () => {
    const input = factorReturns(3, 33, 1);
    setValid(input.valid, 2, 0, 0);
    const { nPad, tPad, z } = buildPanel(input);
    expect([nPad, tPad, z.length]).toEqual([128, 48, 128 * 48]);
    for (let k = 0; k < tPad; k++) {
      for (let i = 0; i < nPad; i++) if (i >= 3 || k >= 33) expect(z[k * nPad + i]).toBe(0);
    }
  });
});
