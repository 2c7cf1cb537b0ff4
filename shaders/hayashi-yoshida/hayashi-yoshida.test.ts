import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { generator } from '../correlation/returns.testkit.ts';
import type { GpuContext } from '../runtime/context.ts';
import { dawn, noGpu, openContext } from '../runtime/dawn.testkit.ts';
import { tickCorrelationsTypescript } from './cpu.ts';
import { tickCorrelation, type TickCorrelations } from './estimate.ts';
import { GpuTickCorrelation } from './gpu.ts';
import { hayashiYoshidaReference, type Path } from './reference.ts';
import { buildTickPanel, type TickPanel } from './ticks.ts';
import { WasmTickCorrelation } from './wasm.ts';

type Run = (panel: TickPanel) => TickCorrelations | Promise<TickCorrelations>;

/**
 * Prices of n instruments that move together with correlation ρ every millisecond, each seen only at
 * ticks of its own, one in `thinning[i]` on average.
 */
function thinned(rho: number, steps: number, thinning: readonly number[], seed: number): Path[] {
  const random = generator(seed);
  const normal = (): number => Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
  const logs = thinning.map(() => 0);
  const paths = thinning.map((): { times: number[]; prices: number[] } => ({ times: [], prices: [] }));
  for (let step = 0; step < steps; step++) {
    const common = normal();
    paths.forEach(({ times, prices }, i) => {
      logs[i] = (logs[i] ?? 0) + 1e-4 * (Math.sqrt(rho) * common + Math.sqrt(1 - rho) * normal());
      if (random() * (thinning[i] ?? 1) >= 1) return;
      times.push(step);
      prices.push(100 * (i + 1) * Math.exp(logs[i] ?? 0));
    });
  }
  return paths;
}

/** The statements every backend must satisfy. */
function statements(run: Run): void {
  test.each([
    [2, 400],
    [5, 1500],
  ])('ρ of %i instruments over %i ms is within 5e-7 of float64', async (n, steps) => {
    const thinning = Array.from({ length: n }, (_, i) => 1 + 2 * i);
    const paths = thinned(0.7, steps, thinning, 42);
    const result = await run(buildTickPanel(paths));
    paths.forEach((x, i) => {
      paths.slice(i + 1).forEach((y, k) => {
        const expected = hayashiYoshidaReference(x, y);
        const found = tickCorrelation(result, i, i + 1 + k);
        expect(Math.abs((found?.raw ?? NaN) - expected)).toBeLessThanOrEqual(5e-7);
      });
    });
  });

  test('one that trades a hundred times as often as the other counts for no more than the other', async () => {
    const [x, y] = thinned(0.5, 4000, [1, 100], 3);
    if (x === undefined || y === undefined) throw new Error('two paths');
    const found = tickCorrelation(await run(buildTickPanel([x, y])), 0, 1);
    expect(Math.abs((found?.raw ?? NaN) - hayashiYoshidaReference(x, y))).toBeLessThanOrEqual(5e-7);
    expect(found?.overlaps).toBe(y.times.length - 1);
  });

  test('is Σ Δp Δq / √(Σ Δp² Σ Δq²) where both trade at the same times', async () => {
    const [x, y] = thinned(0.6, 300, [1, 1], 8);
    const moves = [x, y].map((path) =>
      (path?.prices ?? []).slice(1).map((price, k) => Math.log(price / (path?.prices[k] ?? 1))),
    );
    const dot = (a: readonly number[] = [], b: readonly number[] = []): number =>
      a.reduce((sum, move, k) => sum + move * (b[k] ?? 0), 0);
    const expected = dot(moves[0], moves[1]) / Math.sqrt(dot(moves[0], moves[0]) * dot(moves[1], moves[1]));
    const found = tickCorrelation(await run(buildTickPanel([x, y].flatMap((path) => path ?? []))), 0, 1);
    expect(found?.raw).toBeCloseTo(expected, 6);
    expect(found?.overlaps).toBe(299);
  });

  test('hostile ticks are left out and counted; who has none, or never moves, has no correlation', async () => {
    const [x, y] = thinned(0.9, 300, [2, 3], 5);
    if (x === undefined || y === undefined) throw new Error('two paths');
    const bad = [Number.NaN, Infinity, -Infinity, 0, -5];
    const dirty = {
      times: [...x.times.slice(0, 50), 0, Number.NaN, Infinity, ...bad.map(() => 1e4), ...x.times.slice(50)],
      prices: [...x.prices.slice(0, 50), 7, 7, 7, ...bad, ...x.prices.slice(50)],
    };
    const huge = { times: y.times, prices: y.prices.map((_, k) => (k % 2 === 0 ? 1e308 : 1e-308)) };
    const still = { times: y.times, prices: y.prices.map(() => 3) };
    const panel = buildTickPanel([
      dirty,
      y,
      { times: [], prices: [] },
      { times: [1], prices: [1] },
      still,
      huge,
    ]);
    expect([...panel.dropped]).toEqual([8, 0, 0, 0, 0, 0]);
    const result = await run(panel);
    const clean = await run(buildTickPanel([x, y]));
    expect(tickCorrelation(result, 0, 1)).toEqual(tickCorrelation(clean, 0, 1));
    for (const none of [2, 3, 4]) expect(tickCorrelation(result, none, 1)).toBeNull();
    expect(tickCorrelation(result, 1, 1)).toBeNull();
    expect(Number.isFinite(tickCorrelation(result, 5, 1)?.raw)).toBe(true);
    expect(result.pairs.every((figure) => Number.isFinite(figure))).toBe(true);
  });

  test.each([0, 1])('%i instruments have no pair', async (n) => {
    const result = await run(buildTickPanel(thinned(0.5, 50, [1, 1], 1).slice(0, n)));
    expect(result.pairs).toHaveLength(0);
  });

  test('two that never trade within each other’s time have none', async () => {
    const [x, y] = thinned(0.9, 100, [1, 1], 6);
    if (x === undefined || y === undefined) throw new Error('two paths');
    const later = { times: y.times.map((time) => time + 1000), prices: y.prices };
    const result = await run(buildTickPanel([x, later]));
    expect(tickCorrelation(result, 0, 1)).toBeNull();
    expect(result.pairs[0]).toBe(0);
  });
}

describe('the TypeScript twin', () => statements(tickCorrelationsTypescript));

describe('the WASM twin', () => {
  const wasm = new WasmTickCorrelation();
  statements((panel) => wasm.correlate(panel));

  test('gives the bits of the TypeScript, and the figures of the definition, for any ticks', () => {
    const ticks = fc.array(
      fc.tuple(fc.integer({ min: 0, max: 400 }), fc.double({ min: 1, max: 2, noNaN: true })),
      {
        maxLength: 300,
      },
    );
    fc.assert(
      fc.property(fc.array(ticks, { minLength: 2, maxLength: 4 }), (instruments) => {
        const series = instruments.map((list) => {
          const sorted = list.toSorted(([a], [b]) => a - b);
          return { times: sorted.map(([time]) => time), prices: sorted.map(([, price]) => price) };
        });
        const panel = buildTickPanel(series);
        const result = wasm.correlate(panel);
        expect(result).toEqual(tickCorrelationsTypescript(panel));
        const paths = series.map(lastOfEach);
        for (let j = 1; j < paths.length; j++) {
          const found = tickCorrelation(result, 0, j);
          if (found === null) continue;
          const expected = hayashiYoshidaReference(paths[0] ?? NO_PATH, paths[j] ?? NO_PATH);
          expect(Math.abs(found.raw - expected)).toBeLessThanOrEqual(1e-6);
        }
      }),
      { numRuns: 60 },
    );
  });

  test('the committed module is what its source compiles to', () => {
    const script = fileURLToPath(new URL('../lib/assembly/build.mjs', import.meta.url));
    const { status, stderr } = spawnSync(process.execPath, [script, 'hayashi-yoshida', '--check'], {
      encoding: 'utf8',
    });
    expect(stderr).toBe('');
    expect(status).toBe(0);
  });

  test('a small panel after a large one is not touched by what the large one left', () => {
    const small = buildTickPanel(thinned(0.5, 100, [1, 2, 3], 31));
    const before = new WasmTickCorrelation().correlate(small);
    wasm.correlate(buildTickPanel(thinned(0.5, 3000, [1, 1, 2, 2, 3], 37)));
    expect(wasm.correlate(small)).toEqual(before);
  });
});

describe.skipIf(noGpu !== null)('the WebGPU kernel on SwiftShader', () => {
  let gpu: GPU | null = null;
  let context: GpuContext;
  let kernel: GpuTickCorrelation;
  beforeAll(async () => {
    gpu = await dawn();
    context = await openContext(gpu);
    kernel = await GpuTickCorrelation.create(context);
  });
  afterAll(() => {
    context.close();
    gpu = null;
  });

  statements((panel) => kernel.correlate(panel));

  // More pairs than a dispatch takes; returns one above a multiple of the lanes; chunks within a lane.
  test.each([
    [13, 66, 1],
    [2, 6000, 1],
    [3, 3000, 7],
  ])(
    'gives the bits of the TypeScript with %i instruments over %i ms, thinned by %i',
    async (n, steps, every) => {
      const thinning = Array.from({ length: n }, (_, i) => 1 + (i % every));
      const panel = buildTickPanel(thinned(0.4, steps, thinning, 7));
      expect(await kernel.correlate(panel)).toEqual(tickCorrelationsTypescript(panel));
    },
  );
});

const NO_PATH: Path = { times: [], prices: [] };

/** Ticks of the same time collapse to the last. */
function lastOfEach({ times, prices }: Path): Path {
  const last = times.map((_, k) => k).filter((k) => times[k] !== times[k + 1]);
  return { times: last.map((k) => times[k] ?? 0), prices: last.map((k) => prices[k] ?? 0) };
}

describe('a panel of ticks', () => {
  test('collapses ticks of one time to the last, and counts times from the first of all', () => {
    const panel = buildTickPanel([
      { times: [1000.2, 1000.9, 1003], prices: [1, 2, 4] },
      { times: [998, 1001], prices: [5, 10] },
    ]);
    expect([...panel.offsets]).toEqual([0, 2, 4]);
    expect([...panel.times]).toEqual([2, 5, 0, 3]);
    // The first is the origin of an instrument's log prices, the largest 2²⁹.
    expect([...panel.logPrices]).toEqual([0, 2 ** 29, 0, 2 ** 29]);
  });

  test('leaves out a tick that came late', () => {
    const panel = buildTickPanel([{ times: [1, 5, 3, 6], prices: [1, 2, 9, 3] }]);
    expect([...panel.times]).toEqual([0, 4, 5]);
    expect([...panel.dropped]).toEqual([1]);
  });

  test('refuses more time than 32 bits count, and a resolution that is none', () => {
    const month = [{ times: [0, 2 ** 32], prices: [1, 2] }];
    expect(() => buildTickPanel(month)).toThrow(/coarser resolution/);
    expect(buildTickPanel(month, 10).times[1]).toBe(Math.floor(2 ** 32 / 10));
    for (const none of [0, -1, Number.NaN, Infinity])
      expect(() => buildTickPanel([], none)).toThrow(RangeError);
  });
});

describe('a planted correlation', () => {
  const RHO = 0.8;
  const runs = Array.from({ length: 30 }, (_, seed) => thinned(RHO, 6000, [8, 20], seed + 1));
  const mean = (values: readonly number[]): number => values.reduce((a, b) => a + b, 0) / values.length;

  /** Returns of the last price before each point of a grid, as one does without this kernel. */
  const previousTick = (paths: readonly Path[], step: number): number => {
    const [a = [], b = []] = paths.map(({ times, prices }) => {
      const grid: number[] = [];
      for (let time = 500, k = 0; time < 6000; time += step) {
        while ((times[k + 1] ?? Infinity) <= time) k++;
        grid.push(Math.log(prices[k] ?? NaN));
      }
      return grid.slice(1).map((log, k) => log - (grid[k] ?? NaN));
    });
    const dot = (x: readonly number[], y: readonly number[]): number =>
      x.reduce((sum, value, k) => sum + value * (y[k] ?? 0), 0);
    return dot(a, b) / Math.sqrt(dot(a, a) * dot(b, b));
  };

  test('is recovered from ticks that never meet', () => {
    const found = runs.map((paths) =>
      tickCorrelation(tickCorrelationsTypescript(buildTickPanel(paths)), 0, 1),
    );
    const estimates = found.map((estimate) => estimate?.raw ?? Number.NaN);
    const error =
      Math.sqrt(mean(estimates.map((rho) => (rho - mean(estimates)) ** 2))) / Math.sqrt(runs.length);
    expect(Math.abs(mean(estimates) - RHO)).toBeLessThan(3 * error);
    expect(error).toBeLessThan(0.02);
  });

  test('is lost to previous-tick returns, the more the finer their grid: the Epps effect', () => {
    const [fine, coarse] = [4, 60].map((step) => mean(runs.map((paths) => previousTick(paths, step))));
    expect(fine).toBeLessThan(0.3);
    expect(coarse).toBeGreaterThan(0.45);
    expect(coarse).toBeLessThan(0.75);
  });
});
