import fc from 'fast-check';
import { expect, test } from 'vitest';
import { normalCdf, normalQuantile } from './normal.ts';

test('Φ and its inverse at tabulated points', () => {
  expect(normalCdf(0)).toBe(0.5);
  expect(normalCdf(1.959963984540054)).toBeCloseTo(0.975, 14);
  expect(normalCdf(-3)).toBeCloseTo(0.0013498980316301, 15);
  expect(normalQuantile(0.975)).toBeCloseTo(1.959963984540054, 13);
});

test('Φ ends at 0 and 1, and what is no number or no probability is NaN', () => {
  expect([-Infinity, -9, 9, Infinity].map(normalCdf)).toEqual([0, 0, 1, 1]);
  expect([Number.NaN].map(normalCdf)).toEqual([Number.NaN]);
  expect([-0.1, 1.1, Number.NaN].map(normalQuantile)).toEqual([Number.NaN, Number.NaN, Number.NaN]);
});

test('each undoes the other', () => {
  fc.assert(
    fc.property(fc.double({ min: -5, max: 5, noNaN: true }), (x) => {
      expect(normalQuantile(normalCdf(x))).toBeCloseTo(x, 7);
    }),
  );
});
