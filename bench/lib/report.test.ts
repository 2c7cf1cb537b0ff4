import { expect, test } from 'vitest';
import { formatTable, median, quantile } from './report.ts';

test('a quantile interpolates between order statistics and does not need sorted input', () => {
  expect(median([3, 1, 2])).toBe(2);
  expect(median([4, 1, 2, 3])).toBe(2.5);
  expect(quantile([10, 0], 0.25)).toBe(2.5);
  expect(quantile([7], 0.99)).toBe(7);
  expect(median([])).toBeNaN();
});

test('a table lines up its columns and rounds what was measured', () => {
  expect(
    formatTable(
      ['backend', 'ms'],
      [
        ['wasm', 9.51234],
        ['plain', 588],
        ['none', Number.NaN],
      ],
    ),
  ).toBe(
    ['backend     ms', '-------  -----', 'wasm     9.512', 'plain      588', 'none         –'].join('\n'),
  );
});
