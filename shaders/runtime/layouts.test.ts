/** What each host writes is what its shader reads there: by the shader's own names, types and order. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { ensureDefined } from '../../protocol/assert.ts';
import bootstrapSource from '../bootstrap/bootstrap.wgsl?raw';
import { GpuBootstrap } from '../bootstrap/gpu.ts';
import { prepareResampling } from '../bootstrap/resampling.ts';
import { buildPanel } from '../correlation/build-panel.ts';
import correlationSource from '../correlation/correlation.wgsl?raw';
import { GpuCorrelation, type ProductVariant } from '../correlation/gpu.ts';
import { factorReturns } from '../correlation/returns.testkit.ts';
import { GpuTickCorrelation } from '../hayashi-yoshida/gpu.ts';
import tickSource from '../hayashi-yoshida/hayashi-yoshida.wgsl?raw';
import { buildTickPanel } from '../hayashi-yoshida/ticks.ts';
import { GpuHeatmap } from '../heatmap/gpu.ts';
import heatmapSource from '../heatmap/heatmap.wgsl?raw';
import { keyColours } from '../heatmap/palette.ts';
import { levelsOf } from '../heatmap/pyramid.ts';
import pyramidSource from '../heatmap/pyramid.wgsl?raw';
import { fixedView, levelOf, partOf, type HeatmapView } from '../heatmap/view.ts';
import { GpuPbit } from '../pbit/gpu.ts';
import { model } from '../pbit/models.testkit.ts';
import { buildNetwork } from '../pbit/network.ts';
import pbitSource from '../pbit/pbit.wgsl?raw';
import { THRESHOLDS } from '../pbit/threshold.ts';
import { watch, type Watched } from './bound.testkit.ts';
import type { GpuContext } from './context.ts';
import { dawn, noGpu, openContext } from './dawn.testkit.ts';
import { bindingsOf, type Value } from './wgsl.testkit.ts';

describe('the reader of shaders', () => {
  test('lays fields out as WGSL does: each at a multiple of its own alignment, the whole at the largest', () => {
    const [shape, items] = [
      ...bindingsOf(`
        struct Item { a: f32, b: vec2u } // b: not at 4
        struct Shape { n: u32, at: vec4f, last: i32, }
        @group(0) @binding(0) var<uniform> shape: Shape;
        @group(0) @binding(3) var<storage, read_write> items: array<Item>;
      `).values(),
    ].map((binding) => ensureDefined(binding, 'a binding'));
    const words = Uint32Array.from({ length: 12 }, (_, k) => k);
    new Float32Array(words.buffer).set([0.5, 1.5, 2.5, 3.5], 4);
    words[8] = 2 ** 32 - 1;
    expect(shape).toMatchObject({ name: 'shape', type: 'uniform', size: 48 });
    expect(shape?.decode(new Uint8Array(words.buffer))).toEqual({ n: 0, at: [0.5, 1.5, 2.5, 3.5], last: -1 });
    expect(items).toMatchObject({ name: 'items', type: 'storage', size: 16 });
    const two = Uint32Array.of(0, 9, 1, 2, 0, 9, 3, 4);
    expect(items?.decode(new Uint8Array(two.buffer))).toEqual([
      { a: 0, b: [1, 2] },
      { a: 0, b: [3, 4] },
    ]);
  });

  test('refuses what it does not know', () => {
    expect(() => bindingsOf('@group(0) @binding(0) var<uniform> shape: Shape;')).toThrow('struct Shape');
    expect(() => bindingsOf('@group(0) @binding(0) var picture: texture_2d<f32>;')).toThrow('otherwise');
  });
});

describe.skipIf(noGpu !== null)('what a host writes is what its shader reads', () => {
  let gpu: GPU | null = null;
  let context: GpuContext;
  let watched: Watched;
  beforeAll(async () => {
    gpu = await dawn();
    context = await openContext(gpu);
    watched = watch(context);
  });
  afterAll(() => {
    context.close();
    gpu = null;
  });

  /** What an entry point found bound when it was first called since `run` began, by the shader's names. */
  async function reads(source: string, entries: readonly string[], run: () => Promise<unknown>) {
    const from = watched.bound.length;
    await run();
    const bindings = bindingsOf(source);
    return entries.map((entry) => {
      const { bytes } = ensureDefined(
        watched.bound.slice(from).find((each) => each.entry === entry),
        `a call of ${entry}`,
      );
      const found: Record<string, Value> = {};
      for (const [number, written] of bytes) {
        const { name, size, decode } = ensureDefined(bindings.get(number), `binding ${number} of ${entry}`);
        if (written === null) continue;
        expect(written.byteLength, `${name} of ${entry}`).toBeGreaterThanOrEqual(size);
        found[name] = decode(written);
      }
      return found;
    });
  }

  /** Each binding is of the type that its shader declares, and is declared at all. */
  function expectDeclared(source: string, entries: readonly string[]): void {
    const declared = bindingsOf(source);
    const used = new Set<number>();
    for (const entry of entries) {
      for (const [number, type] of ensureDefined(watched.layouts.get(entry), `the layout of ${entry}`)) {
        used.add(number);
        expect(type, `binding ${number} of ${entry}`).toBe(declared.get(number)?.type);
      }
    }
    expect(
      [...used].sort((a, b) => a - b),
      'every binding is of some entry point',
    ).toEqual([...declared.keys()]);
  }

  const plain = factorReturns(5, 40, 1);
  const torn = factorReturns(5, 40, 1, 0.1);

  test.each<ProductVariant>(['product_registers', 'product_tile_64', 'product_tile_128'])(
    'correlation, %s',
    async (variant) => {
      const kernel = await GpuCorrelation.create(context, variant);
      const entries = [variant, 'finish_complete', 'finish_pairwise'];
      expectDeclared(correlationSource, entries);
      const panel = buildPanel(plain);
      const side = { product_registers: 32, product_tile_64: 64, product_tile_128: 128 }[variant];
      const tiles = panel.nPad / side;
      const shape = {
        ...{ n: 5, n_pad: panel.nPad, t_pad: panel.tPad, tiles, symmetric: 1 },
        ...{ words: panel.words, samples: 40, first: 0 },
      };
      const [product, complete] = await reads(correlationSource, [variant, 'finish_complete'], () =>
        kernel.correlate(panel),
      );
      const z = Array.from({ length: panel.z.length / 4 }, (_, k) => [...panel.z.subarray(4 * k, 4 * k + 4)]);
      expect(product).toEqual({ shape, left: z, right: z });
      expect(complete).toEqual({ shape, valid: [...panel.valid] });
      const pairwise = buildPanel(torn);
      const [finish] = await reads(correlationSource, ['finish_pairwise'], () => kernel.correlate(pairwise));
      expect(finish).toEqual({ shape, valid: [...pairwise.valid] });
      // What no host fills, it computes itself.
      expect(watched.bound.findLast(({ entry }) => entry === 'finish_pairwise')?.bytes.size).toBe(8);
    },
  );

  test('the heatmap: its pyramid and its colours', async () => {
    const kernel = await GpuHeatmap.create(context);
    expectDeclared(pyramidSource, ['cells', 'blocks']);
    expectDeclared(heatmapSource, ['colour_cells', 'colour_blocks']);
    const n = 5;
    const matrix = Float32Array.from({ length: n * n }, (_, k) => (k - 12) / 13);
    const invalid = Uint32Array.of(0, 2, 0, 4, 0);
    const faint = Uint32Array.of(1, 0, 0, 8, 0);
    const view: HeatmapView = {
      ...{ width: 37, height: 23, x: -1.5, y: 2.25, scale: 0.4, threshold: 0.2, theme: 'dark' },
      ...{ order: Uint32Array.of(4, 2, 0, 1, 3), faint },
    };
    const { levels } = levelsOf(n);
    const [cells, blocks] = await reads(pyramidSource, ['cells', 'blocks'], () =>
      kernel.colour(kernel.upload({ matrix, invalid }, n), view),
    );
    const level = (k: number, prefix = '') => {
      const { side, stride, offset } = ensureDefined(levels[k], `level ${k}`);
      return { [`${prefix}side`]: side, [`${prefix}words`]: stride / 2, [`${prefix}offset`]: offset / 2 };
    };
    const shape = { n, has_faint: 1, first: 0 };
    expect(cells).toEqual({
      shape: { ...shape, ...level(0), ...level(0, 'below_') },
      ...{ matrix: [...matrix], invalid: [...invalid], faint: [...faint], order: [4, 2, 0, 1, 3] },
    });
    expect(blocks).toEqual({ shape: { ...shape, ...level(1), ...level(0, 'below_') } });
    const resident = kernel.upload({ matrix, invalid }, n);
    const part = { left: 30, top: 5, width: 7, height: 9 };
    for (const scale of [0.4, 2.5]) {
      const seen = { ...view, scale };
      const entry = scale < 1 ? 'colour_cells' : 'colour_blocks';
      const [pixels] = await reads(heatmapSource, [entry], () => kernel.colour(resident, seen, [part]));
      const fixed = fixedView(seen);
      const { x, y, step } = partOf(fixed, part);
      const { level: read, shift } = levelOf(fixed, levels);
      expect([fixed.x < 0, fixed.y > 0, shift > 0]).toEqual([true, true, true]);
      expect(pixels, entry).toEqual({
        view: {
          ...{ width: 7, height: 9, x, y, step, shift },
          ...{ side: read.side, words: read.stride / 2, offset: read.offset / 2, grid: 0 },
          ...{ phase: (((x + y) / step) % 8) & 7, out: 0 },
        },
        colours: [...keyColours(view)],
      });
    }
  });

  test('the bootstrap', async () => {
    const kernel = await GpuBootstrap.create(context);
    expectDeclared(bootstrapSource, ['bootstrap']);
    const resampling = prepareResampling(buildPanel(plain), {
      ...{ resamples: 64, blockLength: 7, stationary: false, seed: 3, threshold: 0.25, confidence: 0.9 },
    });
    const [read] = await reads(bootstrapSource, ['bootstrap'], () => kernel.bootstrap(resampling));
    const { ranks, rows, table, means, scales } = resampling;
    const f32 = Math.fround;
    expect(read).toEqual({
      shape: {
        ...{ n: 5, t: 40, resamples: 64, first_row: 0, first_pair: 0, low: ranks.low, high: ranks.high },
        ...{ low_fraction: f32(ranks.lowFraction), high_fraction: f32(ranks.highFraction), threshold: 0.25 },
        ...{ mean_of: f32(1 / 64), variance_of: f32(1 / 63) },
      },
      rows: [...rows],
      offsets: [...table.offsets],
      runs: Array.from({ length: table.runs.length / 2 }, (_, k) => [
        ...table.runs.subarray(2 * k, 2 * k + 2),
      ]),
      moments: Array.from(means, (mean, k) => [mean, scales[k]]),
    });
  });

  test('ticks', async () => {
    const kernel = await GpuTickCorrelation.create(context);
    expectDeclared(tickSource, ['correlate']);
    const panel = buildTickPanel([
      { times: [0, 3, 5, 9], prices: [100, 101, 99, 102] },
      { times: [1, 4, 8], prices: [50, 51, 50.5] },
      { times: [2, 5], prices: [7, 8] },
    ]);
    const [read] = await reads(tickSource, ['correlate'], () => kernel.correlate(panel));
    expect(read).toEqual({
      // `unused` fills the uniform up to a multiple of 16.
      shape: { n: 3, first_row: 0, first_pair: 0, unused: 0 },
      ...{ offsets: [...panel.offsets], times: [...panel.times] },
      ...{ log_prices: [...panel.logPrices], scales: [...panel.scales] },
    });
  });

  test('p-bits: spins by colour, their edges and their fields', async () => {
    const kernel = await GpuPbit.create(context);
    const entries = ['update', 'advance', 'count_pairs'];
    expectDeclared(pbitSource, entries);
    const network = buildNetwork(
      model(
        [0.5, -1.25, 2],
        [
          [0, 1, -0.75],
          [1, 2, 0.25],
        ],
      ),
    );
    const seed = 5 * 2 ** 32 + 7;
    const [update, advance, count] = await reads(pbitSource, entries, async () => {
      const sampler = kernel.open({ network, chains: 256, seed, stream: 9, from: 11 });
      await sampler.sweep(1);
      await sampler.countPairs();
    });
    const shape = { n: 3, words: 8, seed: [7, 5], stream: 9, unused: 0 };
    const { order, offsets, fields, neighbours, couplings, colours } = network;
    expect(update).toMatchObject({
      shape,
      colour: { first: 0, count: colours[1] },
      rows: Array.from(order, (spin) => ({
        ...{ spin, first: offsets[spin], end: offsets[spin + 1], field: fields[spin] },
      })),
      edges: Array.from(neighbours, (neighbour, k) => ({ neighbour, coupling: couplings[k] })),
      thresholds: [...THRESHOLDS],
      sweeps: [11, 0, 0, 0],
    });
    expect(couplings.some((coupling) => coupling < 0)).toBe(true);
    expect(advance).toEqual({ sweeps: [11, 0, 0, 0] });
    expect(count).toMatchObject({ shape });
  });
});
