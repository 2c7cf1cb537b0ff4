import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { CpuHeatmap } from './cpu.ts';
import { colourTypescript, plain, randomMatrix, shuffled } from './heatmap.testkit.ts';
import { keyColours } from './palette.ts';
import { Picture } from './picture.ts';
import { panBy, zoomAt, type HeatmapView, type Part } from './view.ts';

/** By bytes: a matcher looks at each pixel by itself. */
function expectPicture(rgba: Uint8ClampedArray, expected: Uint32Array): void {
  const whole = Buffer.from(expected.buffer, expected.byteOffset, expected.byteLength);
  expect(Buffer.from(rgba.buffer, rgba.byteOffset, rgba.byteLength).equals(whole)).toBe(true);
}

/** How somebody looks around: from view to view. */
const glances = fc.array(
  fc.oneof(
    fc.record({
      kind: fc.constant('pan' as const),
      dx: fc.integer({ min: -60, max: 60 }),
      dy: fc.integer({ min: -60, max: 60 }),
    }),
    fc.record({ kind: fc.constant('zoom' as const), factor: fc.double({ min: 0.5, max: 2, noNaN: true }) }),
    fc.record({
      kind: fc.constant('theme' as const),
      theme: fc.constantFrom('light' as const, 'dark' as const),
    }),
    fc.record({ kind: fc.constant('matrix' as const) }),
    fc.record({ kind: fc.constant('fault' as const) }),
  ),
  { minLength: 1, maxLength: 12 },
);

describe('a picture that is kept', () => {
  test('is that of its view coloured whole, however one came there', async () => {
    const start = fc.record({
      n: fc.integer({ min: 1, max: 60 }),
      seed: fc.integer(),
      scale: fc.double({ min: 0.05, max: 4, noNaN: true }),
      width: fc.integer({ min: 1, max: 50 }),
      height: fc.integer({ min: 1, max: 50 }),
    });
    await fc.assert(
      fc.asyncProperty(start, glances, async ({ n, seed, ...rest }, moves) => {
        const [picture, cpu] = [new Picture(), new CpuHeatmap()];
        let source = randomMatrix(n, seed);
        let view: HeatmapView = { ...plain, ...rest, order: shuffled(n, seed) };
        for (const glance of moves) {
          if (glance.kind === 'pan') view = panBy(view, n, glance.dx, glance.dy);
          if (glance.kind === 'zoom') view = zoomAt(view, n, 3, 5, glance.factor);
          if (glance.kind === 'theme') view = { ...view, theme: glance.theme };
          if (glance.kind === 'matrix') source = randomMatrix(n, seed + 1);
          const looks = [source.matrix, view.order, keyColours(view)];
          const drawn = picture.draw(view, looks, (parts) =>
            glance.kind === 'fault'
              ? Promise.reject(new Error('lost'))
              : Promise.resolve(cpu.colour(source, n, view, parts)),
          );
          // One that is the same asks nobody, and cannot fail.
          const rgba = await drawn.catch(() => null);
          if (rgba !== null) expectPicture(rgba, colourTypescript(source, n, view));
        }
      }),
      { numRuns: 150 },
    );
  });

  test('colours what comes into sight, and nothing of what stays', async () => {
    const source = randomMatrix(64, 9);
    const picture = new Picture();
    const asked: (readonly Part[])[] = [];
    const looks = [source.matrix];
    const view = { ...plain, x: 10, y: 10, width: 20, height: 10 };
    const draw = (next: HeatmapView) =>
      picture.draw(next, looks, (parts) => {
        asked.push(parts);
        return Promise.resolve(new CpuHeatmap().colour(source, 64, next, parts));
      });
    await draw(view);
    await draw(view);
    await draw(panBy(view, 64, 3, 0));
    await draw(panBy(view, 64, 3, -2));
    await draw(panBy(view, 64, -25, -2));
    expect(asked).toEqual([
      [{ left: 0, top: 0, width: 20, height: 10 }],
      [{ left: 0, top: 0, width: 3, height: 10 }],
      [{ left: 0, top: 8, width: 20, height: 2 }],
      [{ left: 0, top: 0, width: 20, height: 10 }],
    ]);
  });

  test('after a part could not be coloured the next is coloured whole', async () => {
    const source = randomMatrix(32, 4);
    const picture = new Picture();
    const draw = (next: HeatmapView, fails: boolean) =>
      picture.draw(next, [source.matrix], (parts) =>
        fails
          ? Promise.reject(new Error('lost'))
          : Promise.resolve(new CpuHeatmap().colour(source, 32, next, parts)),
      );
    await draw(plain, false);
    const moved = panBy(plain, 32, -2, -1);
    await expect(draw(moved, true)).rejects.toThrow('lost');
    expectPicture(await draw(moved, false), colourTypescript(source, 32, moved));
  });
});
