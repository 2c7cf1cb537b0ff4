import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { invalidWords, isInvalid } from '../correlation/correlated.ts';
import { generator } from '../correlation/returns.testkit.ts';
import type { GpuContext } from '../runtime/context.ts';
import { dawn, noGpu, openContext } from '../runtime/dawn.testkit.ts';
import { CpuHeatmap } from './cpu.ts';
import { GpuHeatmap } from './gpu.ts';
import { colourTypescript, plain, randomMatrix, shuffled } from './heatmap.testkit.ts';
import { cellKey, DIAGONAL, keyed, KEYS, larger, NOTHING } from './keys.ts';
import { GRID, HATCH, keyColours, levelColours } from './palette.ts';
import { buildPyramid } from './pyramid.ts';
import { cellUnder, fitScale, fixedView, LEVELS, panBy, zoomAt, type HeatmapView } from './view.ts';

const light = levelColours('correlation', 'light');

const pixel = (rgba: Uint32Array, width: number, px: number, py: number): number =>
  rgba[py * width + px] ?? -1;

describe('a heatmap', () => {
  test('one pixel a cell shows each cell’s own colour', () => {
    const n = 8;
    const source = randomMatrix(n, 1);
    const colours = keyColours(plain);
    const rgba = colourTypescript(source, n, plain);
    for (let i = 0; i < n; i++) {
      for (let j = 0; j < n; j++) {
        const expected = isInvalid(source.invalid, n, i, j)
          ? colours[(i + j) % 8 < 2 ? HATCH : NOTHING]
          : light.full[LEVELS + Math.trunc((source.matrix[i * n + j] ?? 0) * LEVELS)];
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
    expect(pixel(rgba, 8, 0, 5)).toBe(light.full[2 * LEVELS]);
    expect(pixel(rgba, 8, 5, 2)).toBe(light.full[LEVELS]);
    expect(cellUnder({ ...plain, order }, n, 0.5, 5.5)).toEqual({ row: 2, column: 5 });
  });

  test('below the threshold a cell is dimmed, at it not', () => {
    const source = { matrix: Float32Array.of(1, 0.25, 0.5, 1), invalid: new Uint32Array(2) };
    const rgba = colourTypescript(source, 2, { ...plain, width: 2, height: 2, threshold: 0.5 });
    expect(pixel(rgba, 2, 1, 0)).toBe(light.dimmed[LEVELS + 256]);
    expect(pixel(rgba, 2, 0, 1)).toBe(light.full[LEVELS + 512]);
  });

  test('zoomed out, a pixel shows the strongest of its cells, whatever its sign', () => {
    const source = { matrix: new Float32Array(16), invalid: new Uint32Array(4) };
    source.matrix.set([0.1, -0.75, 0.5, 0.2]);
    const rgba = colourTypescript(source, 4, { ...plain, width: 2, height: 2, scale: 2 });
    expect(pixel(rgba, 2, 0, 0)).toBe(light.full[LEVELS - 768]);
    expect(pixel(rgba, 2, 1, 0)).toBe(light.full[LEVELS + 512]);
  });

  test('zoomed out, no cell is lost or shown twice: the strongest of the picture is that of the matrix', () => {
    const views = fc.record({
      n: fc.integer({ min: 2, max: 70 }),
      seed: fc.integer(),
      scale: fc.double({ min: 1.01, max: 9, noNaN: true }),
      at: fc.double({ min: -1, max: 0, noNaN: true }),
    });
    fc.assert(
      fc.property(views, ({ n, seed, scale, at }) => {
        const random = generator(seed);
        const source = { matrix: new Float32Array(n * n), invalid: new Uint32Array(n * invalidWords(n)) };
        const i = Math.floor(random() * n);
        const j = (i + 1 + Math.floor(random() * (n - 1))) % n;
        source.matrix[i * n + j] = -0.75;
        const side = Math.ceil(n / scale) + 3;
        const view = { ...plain, x: at, y: at, scale, width: side, height: side, order: shuffled(n, seed) };
        const strong = colourTypescript(source, n, view).filter(
          (colour) => colour === light.full[LEVELS - 768],
        );
        expect(strong).toHaveLength(1);
      }),
      { numRuns: 60 },
    );
  });

  test('zoomed out, the diagonal hides nothing beside it', () => {
    const source = { matrix: Float32Array.of(1, 0.25, 0.25, 1), invalid: new Uint32Array(2) };
    const rgba = colourTypescript(source, 2, { ...plain, width: 1, height: 1, scale: 2 });
    expect(pixel(rgba, 1, 0, 0)).toBe(light.full[LEVELS + 256]);
    const alone = { matrix: source.matrix, invalid: Uint32Array.of(0b10, 0b01) };
    const rest = colourTypescript(alone, 2, { ...plain, width: 1, height: 1, scale: 2 });
    expect(pixel(rest, 1, 0, 0)).toBe(light.full[2 * LEVELS]);
  });

  test('what is faint is dimmed, and stands back behind all that is not', () => {
    const source = { matrix: new Float32Array(16), invalid: new Uint32Array(4) };
    source.matrix.set([1, 0.9, 0.5, 0.2]);
    const faint = Uint32Array.of(0b0110, 0, 0, 0);
    const one = colourTypescript(source, 4, { ...plain, faint });
    expect(pixel(one, 8, 1, 0)).toBe(light.dimmed[LEVELS + 921]);
    expect(pixel(one, 8, 3, 0)).toBe(light.full[LEVELS + 204]);
    const two = colourTypescript(source, 4, { ...plain, width: 2, height: 2, scale: 2, faint });
    expect(pixel(two, 2, 1, 0)).toBe(light.full[LEVELS + 204]);
  });

  test('a key says its level, and orders by what is to be seen first', () => {
    const cell = fc.record({ level: fc.integer({ min: -LEVELS, max: LEVELS }), isFaint: fc.boolean() });
    fc.assert(
      fc.property(cell, cell, (a, b) => {
        const [ka, kb] = [a, b].map(({ level, isFaint }) => cellKey(level / LEVELS, isFaint)) as [
          number,
          number,
        ];
        expect(keyed(ka)).toEqual(a);
        expect(ka).toBeGreaterThan(DIAGONAL);
        expect(ka).toBeLessThan(KEYS);
        expect(larger(ka, kb)).toBe(Math.max(ka, kb));
        if (a.isFaint !== b.isFaint) expect(ka > kb).toBe(b.isFaint);
        else if (Math.abs(a.level) !== Math.abs(b.level)) {
          expect(ka > kb).toBe(Math.abs(a.level) > Math.abs(b.level));
        }
      }),
    );
    expect(keyed(cellKey(-1.7, false))).toEqual({ level: -LEVELS, isFaint: false });
  });

  test('4,096 instruments can be zoomed out of and panned as far as it goes', () => {
    const start = { ...plain, width: 7680, height: 4320, ...fitScale(4096, 7680, 4320) };
    for (const factor of [1e-3, 1e3]) {
      const view = panBy(zoomAt(start, 4096, 0, 0, factor), 4096, 1e9, -1e9);
      expect(() => fixedView(view)).not.toThrow();
    }
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
      return rgba.filter((colour) => colour === keyColours(plain)[GRID]).length;
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
    for (const kind of ['correlation', 'difference'] as const) {
      expect(levelColours(kind, 'light').full[LEVELS]).toBe(0xffffffff);
      expect(levelColours(kind, 'dark').full[LEVELS]).toBe(0xff201a15);
    }
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

  test('gives the bits of its twin for parts of a view, whatever was read back before', async () => {
    const source = randomMatrix(90, 6);
    const view: HeatmapView = { ...plain, width: 67, height: 43, x: -7.5, y: 11.2, scale: 0.6 };
    const resident = heatmap.upload(source, 90);
    await heatmap.colour(resident, view);
    const parts = [
      { left: 0, top: 40, width: 67, height: 3 },
      { left: 60, top: 0, width: 7, height: 40 },
    ];
    const painted = await heatmap.colour(resident, view, parts);
    expect(painted).toEqual(new CpuHeatmap().colour(source, 90, view, parts));
  });

  test.each([1, 2, 3, 32, 33, 64, 65, 129])('has the pyramid of its twin: n = %i', async (n) => {
    const source = randomMatrix(n, n);
    const shown = { order: shuffled(n, n + 1), faint: randomMatrix(n, n + 2).invalid };
    await heatmap.colour(heatmap.upload(source, n), { ...plain, ...shown });
    expect(await heatmap.readPyramid()).toEqual(buildPyramid(source, n, shown).keys);
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
      kind: fc.constantFrom('correlation' as const, 'difference' as const),
      isMarked: fc.boolean(),
      width: fc.integer({ min: 1, max: 40 }),
      height: fc.integer({ min: 1, max: 40 }),
    });
    await fc.assert(
      fc.asyncProperty(views, async ({ n, seed, isMarked, ...rest }) => {
        const source = randomMatrix(n, seed);
        const faint = isMarked ? randomMatrix(n, seed + 1).invalid : null;
        const view = { ...rest, order: shuffled(n, seed), faint };
        const painted = await heatmap.colour(heatmap.upload(source, n), view);
        expect(painted).toEqual(colourTypescript(source, n, view));
      }),
      { numRuns: 60 },
    );
  });
});
