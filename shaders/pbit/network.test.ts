import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { colour } from './colouring.ts';
import { model, randomModel } from './models.testkit.ts';
import { buildNetwork } from './network.ts';
import { ONE, REACH, THRESHOLDS, thresholdOf } from './threshold.ts';

describe('thresholds', () => {
  test('are 1/(1 + e^(−2I)) within 8e-7, for every field that the table spans', () => {
    let worst = 0;
    for (let field = -REACH; field <= REACH; field += 37) {
      const exact = 1 / (1 + Math.exp((-2 * field) / ONE));
      worst = Math.max(worst, Math.abs(thresholdOf(field) / 2 ** 32 - exact));
    }
    expect(worst).toBeLessThan(8e-7);
  });

  test('never fall as the field rises, and stay inside (0, 1) beyond the table', () => {
    const field = fc.integer({ min: -(2 ** 30), max: 2 ** 30 });
    fc.assert(
      fc.property(field, fc.nat(1000), (at, more) => {
        expect(thresholdOf(at + more)).toBeGreaterThanOrEqual(thresholdOf(at));
      }),
    );
    expect(thresholdOf(-(2 ** 30))).toBeGreaterThan(0);
    expect(thresholdOf(2 ** 30)).toBeLessThan(2 ** 32);
    expect(thresholdOf(0)).toBe(2 ** 31);
  });

  test('are the same words in every engine: a seed’s bits hang on them', () => {
    const bytes = new Uint8Array(THRESHOLDS.buffer);
    expect(createHash('sha256').update(bytes).digest('hex').slice(0, 16)).toBe('caf05c66a1eb8069');
  });
});

describe('a network', () => {
  test('has colours whose spins are no neighbours, and every spin once', () => {
    const shape = fc.record({
      n: fc.integer({ min: 1, max: 40 }),
      degree: fc.integer({ min: 0, max: 16 }),
      seed: fc.integer(),
    });
    fc.assert(
      fc.property(shape, ({ n, degree, seed }) => {
        const { order, colours, offsets, neighbours } = buildNetwork(randomModel(n, degree, 1, seed));
        expect([...order].sort((a, b) => a - b)).toEqual(Array.from({ length: n }, (_, i) => i));
        expect(colours.length - 1).toBeLessThanOrEqual(degree + 1);
        expect([colours[0], colours[colours.length - 1]]).toEqual([0, n]);
        for (let c = 0; c + 1 < colours.length; c++) {
          const own = new Set(order.subarray(colours[c], colours[c + 1]));
          for (const i of own) {
            for (const j of neighbours.subarray(offsets[i], offsets[i + 1])) expect(own.has(j)).toBe(false);
          }
        }
      }),
      { numRuns: 50 },
    );
  });

  test('of 512 spins with 8 neighbours each needs few colours', () => {
    expect(buildNetwork(randomModel(512, 8, 1, 1)).colours.length - 1).toBeLessThanOrEqual(7);
  });

  test('of no spins has no colours', () => {
    expect(colour([])).toEqual({ order: new Uint32Array(), starts: Uint32Array.of(0) });
  });

  test.each([
    ['a field that is no number', model([Number.NaN])],
    ['an infinite coupling', model([0, 0], [[0, 1, Infinity]])],
    ['a spin coupled to itself', model([0, 0], [[1, 1, 1]])],
    ['a spin that is not there', model([0, 0], [[0, 2, 1]])],
    ['half a spin', model([0, 0], [[0, 0.5, 1]])],
    [
      'a pair twice',
      model(
        [0, 0],
        [
          [0, 1, 1],
          [1, 0, 1],
        ],
      ),
    ],
    ['more fields than spins', { ...model([0, 0]), n: 1 }],
    [
      '17 neighbours',
      model(
        Array<number>(18).fill(0),
        Array.from({ length: 17 }, (_, j) => [0, j + 1, 1] as const),
      ),
    ],
    ['a field beyond 32 bits', model([0, 0], [[0, 1, 9000]])],
    ['a field far beyond 32 bits', model([1e300])],
  ])('refuses %s', (_what, wrong) => {
    expect(() => buildNetwork(wrong)).toThrow(RangeError);
  });
});
