import fc from 'fast-check';
import { expect, test } from 'vitest';
import { pairAt } from '../lib/pairs.ts';
import { tickCorrelationsTypescript } from './cpu.ts';
import { FIGURES } from './estimate.ts';
import { hayashiYoshidaReference, type Path } from './reference.ts';
import { laggedStretch } from './stretch.ts';
import { buildTickPanel } from './ticks.ts';

/** Rising times, and prices that move at each. */
const path = fc
  .array(fc.tuple(fc.integer({ min: 1, max: 12 }), fc.double({ min: -1, max: 1, noNaN: true })), {
    minLength: 2,
    maxLength: 60,
  })
  .map((steps): Path => {
    const times: number[] = [];
    const prices: number[] = [];
    let [time, log] = [0, 0];
    for (const [wait, move] of steps) {
      time += wait;
      log += 0.01 * move + 0.001;
      times.push(time);
      prices.push(Math.exp(log));
    }
    return { times, prices };
  });

const later = ({ times, prices }: Path, by: number): Path => ({
  times: times.map((time) => time + by),
  prices,
});

test('the parts of stretches that follow on each other add up to the definition, at any lag and wherever they are cut', () => {
  const cuts = fc.array(fc.integer({ min: 0, max: 600 }), { maxLength: 6 });
  fc.assert(
    fc.property(path, path, cuts, fc.integer({ min: 0, max: 80 }), (x, y, inner, lag) => {
      const edges = [0, ...inner.toSorted((a, b) => a - b), Infinity];
      // The panel counts from its first tick, which the definition does not mind.
      const panel = buildTickPanel([x, y]);
      const sum = { forward: 0, backward: 0 };
      edges.slice(1).forEach((to, b) => {
        const { n, pairs } = tickCorrelationsTypescript(laggedStretch(panel, edges[b] ?? 0, to, lag), 2);
        sum.forward += pairs[pairAt(n, 0, 3) * FIGURES] ?? 0;
        sum.backward += pairs[pairAt(n, 1, 2) * FIGURES] ?? 0;
      });
      expect(sum.forward).toBeCloseTo(hayashiYoshidaReference(later(x, lag), y), 4);
      expect(sum.backward).toBeCloseTo(hayashiYoshidaReference(later(y, lag), x), 4);
    }),
    { numRuns: 200 },
  );
});

test('a stretch in which nothing ends has no ticks, and an instrument without ticks has none anywhere', () => {
  const [x, none]: [Path, Path] = [
    { times: [0, 5, 900], prices: [1, 2, 3] },
    { times: [], prices: [] },
  ];
  const panel = buildTickPanel([x, none]);
  expect(laggedStretch(panel, 10, 800, 3).times).toHaveLength(0);
  expect([...laggedStretch(panel, 0, 10, 3).offsets]).toEqual([0, 2, 2, 5, 5]);
});
