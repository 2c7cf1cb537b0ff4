import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { invalidWords, isInvalid, type Correlated } from '../correlation/correlated.ts';
import { generator } from '../correlation/returns.testkit.ts';
import type { GpuContext } from '../runtime/context.ts';
import { dawn, noGpu, openContext } from '../runtime/dawn.testkit.ts';
import { colourTypescript } from './cpu.ts';
import { GpuHeatmap } from './gpu.ts';
import { DIMMED, GRID, HATCH, HATCH_GROUND, palette } from './palette.ts';
import { cellUnder, fitScale, fixedView, LEVELS, panBy, zoomAt, type HeatmapView } from './view.ts';

function randomMatrix(n: number, seed: number): Correlated {
  const random = generator(seed);
  const matrix = Float32Array.from({ length: n * n }, () => random() * 2 - 1);
  const invalid = new Uint32Array(n * invalidWords(n));
  for (let k = 0; k < n; k++) {
    const [i, j] = [Math.floor(random() * n), Math.floor(random() * n)];
    const word = i * invalidWords(n) + (j >>> 5);
    invalid[word] = (invalid[word] ?? 0) | (1 << (j & 31));
    matrix[k * n + k] = 1;
  }
  return { matrix, invalid };
}

function shuffled(n: number, seed: number): Uint32Array {
  const random = generator(seed);
  const order = Uint32Array.from({ length: n }, (_, i) => i);
  for (let i = n - 1; i > 0; i--) {
    const j = Math.floor(random() * (i + 1));
    [order[i], order[j]] = [order[j] ?? 0, order[i] ?? 0];
  }
  return order;
}

const plain: HeatmapView = {
  width: 8,
  height: 8,
  x: 0,
  y: 0,
  scale: 1,
  order: null,
  threshold: 0,
  theme: 'light',
};

const pixel = (rgba: Uint8ClampedArray, width: number, px: number, py: number): number =>
  new Uint32Array(rgba.buffer)[py * width + px] ?? -1;

describe('a heatmap', () => {
  test('one pixel a cell shows each cell’s own colour', () => {
    const n = 8;
    const source = randomMatrix(n, 1);
    const colours = palette('light');
    const rgba = colourTypescript(source, n, plain);
    for (let i = 0; i < n; i++) {
      for (let j = 0; j < n; j++) {
        const expected = isInvalid(source.invalid, n, i, j)
          ? colours[(i + j) % 8 < 2 ? HATCH : HATCH_GROUND]
          : colours[LEVELS + Math.trunc((source.matrix[i * n + j] ?? 0) * LEVELS)];
        expect(pixel(rgba, n, j, i)).toBe(expected);
      }
    }
  });

  test('an order moves rows and columns alike', () => {
    const n = 8;
    const source = { matrix: new Float32Array(64), invalid: new Uint32Array(8) };
    source.matrix[2 * n + 5] = 1;
    const order = Uint32Array.of(5, 1, 0, 3, 4, 2, 6, 7);
    const rgba = colourTypescript(source, n, { ...plain, order });
    expect(pixel(rgba, 8, 0, 5)).toBe(palette('light')[2 * LEVELS]);
    expect(pixel(rgba, 8, 5, 2)).toBe(palette('light')[LEVELS]);
    expect(cellUnder({ ...plain, order }, n, 0.5, 5.5)).toEqual({ row: 2, column: 5 });
  });

  test('below the threshold a cell is dimmed, at it not', () => {
    const source = { matrix: Float32Array.of(1, 0.25, 0.5, 1), invalid: new Uint32Array(2) };
    const rgba = colourTypescript(source, 2, { ...plain, width: 2, height: 2, threshold: 0.5 });
    const colours = palette('light');
    expect(pixel(rgba, 2, 1, 0)).toBe(colours[DIMMED + LEVELS + 256]);
    expect(pixel(rgba, 2, 0, 1)).toBe(colours[LEVELS + 512]);
  });

  test('zoomed out, a pixel shows the strongest of its cells, whatever its sign', () => {
    const source = { matrix: new Float32Array(16), invalid: new Uint32Array(4) };
    source.matrix.set([0.1, -0.75, 0.5, 0.2]);
    const rgba = colourTypescript(source, 4, { ...plain, width: 2, height: 2, scale: 2 });
    expect(pixel(rgba, 2, 0, 0)).toBe(palette('light')[LEVELS - 768]);
    expect(pixel(rgba, 2, 1, 0)).toBe(palette('light')[LEVELS + 512]);
  });

  test('grid lines are drawn from 6 pixels a cell on, and none below', () => {
    const n = 4;
    const source = { matrix: new Float32Array(16).fill(0.5), invalid: new Uint32Array(4) };
    const lines = (size: number): number => {
      const rgba = colourTypescript(source, n, {
        ...plain,
        width: size * n,
        height: size * n,
        scale: 1 / size,
      });
      return new Uint32Array(rgba.buffer).filter((colour) => colour === palette('light')[GRID]).length;
    };
    expect(lines(5)).toBe(0);
    // A line's pixels: four lines each way of 24, less the 16 crossings counted twice.
    expect(lines(6)).toBe(2 * 4 * 24 - 16);
  });

  test('beside the matrix it is transparent', () => {
    const source = randomMatrix(2, 5);
    const rgba = colourTypescript(source, 2, { ...plain, x: -1, y: -3 });
    expect(pixel(rgba, 8, 0, 4)).toBe(0);
    expect(pixel(rgba, 8, 3, 4)).toBe(0);
    expect(pixel(rgba, 8, 1, 2)).toBe(0);
    expect(pixel(rgba, 8, 1, 3)).not.toBe(0);
  });

  test('the neutral centre is the panel’s own ground in both themes', () => {
    expect(palette('light')[LEVELS]).toBe(0xffffffff);
    expect(palette('dark')[LEVELS]).toBe(0xff201a15);
  });

  test('a view without a picture is refused', () => {
    for (const wrong of [
      { width: 0 },
      { height: 1.5 },
      { scale: 0 },
      { scale: NaN },
      { x: Infinity },
      { x: 1e9 },
    ]) {
      expect(() => fixedView({ ...plain, ...wrong })).toThrow(RangeError);
    }
  });

  test('zooming keeps the cell under the cursor, and panning never loses the matrix', () => {
    const view = fc.record({
      px: fc.integer({ min: 0, max: 99 }),
      py: fc.integer({ min: 0, max: 99 }),
      factor: fc.double({ min: 0.5, max: 4, noNaN: true }),
      dx: fc.integer({ min: -5000, max: 5000 }),
    });
    fc.assert(
      fc.property(view, ({ px, py, factor, dx }) => {
        const start = { ...plain, width: 100, height: 100, ...fitScale(64, 100, 100) };
        const zoomed = zoomAt(start, 64, px, py, factor);
        if (factor >= 1) {
          expect(zoomed.x + px * zoomed.scale).toBeCloseTo(start.x + px * start.scale, 9);
          expect(zoomed.y + py * zoomed.scale).toBeCloseTo(start.y + py * start.scale, 9);
        }
        const moved = fixedView(panBy(zoomed, 64, dx, -dx));
        expect(moved.x).toBeLessThan(64 * 2 ** 18);
        expect(moved.x + 100 * moved.step).toBeGreaterThan(0);
      }),
    );
  });
});

describe.skipIf(noGpu !== null)('the heatmap on WebGPU', () => {
  let gpu: GPU | null = null;
  let context: GpuContext;
  let heatmap: GpuHeatmap;
  beforeAll(async () => {
    gpu = await dawn();
    context = await openContext(gpu);
    heatmap = await GpuHeatmap.create(context);
  });
  afterAll(() => {
    context.close();
    gpu = null;
  });

  test.each<[string, number, Partial<HeatmapView>]>([
    ['cell by cell', 33, {}],
    ['zoomed in with grid and order', 65, { x: 3.3, y: 10.7, scale: 1 / 13, order: shuffled(65, 2) }],
    ['zoomed out', 257, { scale: 257 / 40, threshold: 0.9, order: shuffled(257, 3) }],
    ['panned half out of sight, dark', 64, { x: -20.5, y: 50, scale: 0.4, threshold: 0.3, theme: 'dark' }],
    ['between', 100, { scale: 1.37, x: 0.2 }],
  ])('gives the bits of its twin: %s', async (_, n, change) => {
    const source = randomMatrix(n, n);
    const view: HeatmapView = { ...plain, width: 67, height: 43, ...change };
    const painted = await heatmap.colour(heatmap.upload(source, n), view);
    expect(painted).toEqual(colourTypescript(source, n, view));
  });

  test('gives the bits of its twin for any view', async () => {
    const views = fc.record({
      n: fc.integer({ min: 1, max: 40 }),
      seed: fc.integer(),
      x: fc.double({ min: -50, max: 50, noNaN: true }),
      y: fc.double({ min: -50, max: 50, noNaN: true }),
      scale: fc.double({ min: 0.004, max: 5, noNaN: true }),
      threshold: fc.double({ min: 0, max: 1, noNaN: true }),
      theme: fc.constantFrom('light' as const, 'dark' as const),
      width: fc.integer({ min: 1, max: 40 }),
      height: fc.integer({ min: 1, max: 40 }),
    });
    await fc.assert(
      fc.asyncProperty(views, async ({ n, seed, ...rest }) => {
        const source = randomMatrix(n, seed);
        const view = { ...rest, order: shuffled(n, seed) };
        const painted = await heatmap.colour(heatmap.upload(source, n), view);
        expect(painted).toEqual(colourTypescript(source, n, view));
      }),
      { numRuns: 60 },
    );
  });
});
