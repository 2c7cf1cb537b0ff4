import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { drawBlocks, usualBlockLength } from './block-table.ts';
import { samplesOf } from './reference.ts';

const draws = fc.record({
  t: fc.integer({ min: 1, max: 300 }),
  resamples: fc.integer({ min: 1, max: 40 }),
  blockLength: fc.integer({ min: 1, max: 50 }),
  stationary: fc.boolean(),
  seed: fc.maxSafeNat(),
});

describe('a table of blocks', () => {
  test('gives each resample T samples, in runs that stay within 0 … T', () => {
    fc.assert(
      fc.property(draws, (draw) => {
        const table = drawBlocks({ ...draw, blockLength: Math.min(draw.blockLength, draw.t) });
        for (let b = 0; b < draw.resamples; b++) expect(samplesOf(table, b)).toHaveLength(draw.t);
        for (let run = 0; run < table.runs.length; run += 2) {
          expect(table.runs[run]).toBeLessThan(table.runs[run + 1] ?? 0);
          expect(table.runs[run + 1]).toBeLessThanOrEqual(draw.t);
        }
      }),
    );
  });

  test('takes blocks of the length asked for, round the end', () => {
    const [t, blockLength] = [100, 8];
    const table = drawBlocks({ t, resamples: 200, blockLength, stationary: false, seed: 4 });
    for (let b = 0; b < 200; b++) {
      const taken = samplesOf(table, b);
      taken.forEach((k, at) => {
        if (at % blockLength !== 0) expect(k).toBe(((taken[at - 1] ?? 0) + 1) % t);
      });
    }
  });

  test('takes every sample as often as any other, those at the ends too', () => {
    const [t, resamples] = [50, 4000];
    for (const stationary of [false, true]) {
      const table = drawBlocks({ t, resamples, blockLength: 7, stationary, seed: 21 });
      const counts = new Float64Array(t);
      for (let b = 0; b < resamples; b++)
        for (const k of samplesOf(table, b)) counts[k] = (counts[k] ?? 0) + 1;
      // Blocks of 7 make a count's variance at most about 14 times that of independent draws.
      for (const count of counts) {
        expect(Math.abs(count - resamples)).toBeLessThan(5 * Math.sqrt(14 * resamples));
      }
    }
  });

  test('has geometric lengths of the mean asked for where it is stationary', () => {
    const [t, mean] = [4000, 10];
    const table = drawBlocks({ t, resamples: 20, blockLength: mean, stationary: true, seed: 8 });
    const joints = table.runs.length / 2 - 20;
    // 8,000 blocks, each as uncertain as it is long; the last of a resample is cut short.
    expect((20 * t) / joints).toBeGreaterThan(mean * 0.95);
    expect((20 * t) / joints).toBeLessThan(mean * 1.05);
  });

  test('of one resample depends on the seed, not on how many there are', () => {
    const draw = { t: 64, blockLength: 5, stationary: true, seed: 3 };
    const few = drawBlocks({ ...draw, resamples: 2 });
    const many = drawBlocks({ ...draw, resamples: 9 });
    expect(samplesOf(few, 1)).toEqual(samplesOf(many, 1));
    expect(samplesOf(few, 0)).not.toEqual(samplesOf(few, 1));
    expect(drawBlocks({ ...draw, resamples: 2, seed: 4 }).runs).not.toEqual(few.runs);
  });
});

test('the usual block is 2 ∛T, never longer than the panel', () => {
  expect([1, 2, 64, 1000, 4096].map(usualBlockLength)).toEqual([1, 2, 8, 20, 32]);
});
