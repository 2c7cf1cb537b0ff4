import fc from 'fast-check';
import { expect, it } from 'vitest';
import { panelOf, series } from '../analyses/planted.testkit.ts';
import { isPresent } from '../analyses/returns-panel.ts';
import { foldReturns } from './fold-returns.ts';

const SECOND = 1_000_000;

it('whole bars add up and close with the clock; one with a hole is missing, one begun or ended early is left out', () => {
  const cell = fc.oneof({ weight: 9, arbitrary: fc.integer({ min: -9, max: 9 }) }, fc.constant(Number.NaN));
  const rows = fc
    .integer({ min: 1, max: 40 })
    .chain((t) => fc.tuple(fc.array(cell, { minLength: t, maxLength: t }), fc.integer({ min: 0, max: 9 })));
  fc.assert(
    fc.property(rows, fc.integer({ min: 1, max: 7 }), ([values, offset], by) => {
      const panel = panelOf({ A: values, B: series(values.length, (k) => k) });
      const shifted = { ...panel, times: panel.times.map((at) => at + offset * SECOND) };
      const folded = foldReturns(shifted, by, SECOND);
      const closes = [...shifted.times].filter((at, k) => at % (by * SECOND) === 0 && k >= by - 1);
      expect([...folded.times]).toEqual(closes);
      closes.forEach((at, column) => {
        const end = [...shifted.times].indexOf(at) + 1;
        const sum = values.slice(end - by, end).reduce((a, b) => a + b, 0);
        expect(isPresent(folded, 0, column)).toBe(!Number.isNaN(sum));
        if (!Number.isNaN(sum)) expect(folded.returns[column]).toBe(sum === 0 ? folded.returns[column] : sum);
        if (sum === 0) expect(Math.abs(folded.returns[column] ?? 1)).toBe(0);
      });
    }),
  );
});
