import { expect, it } from 'vitest';
import { agreement } from './agreement.ts';

const ranked = (...walked: number[]): { evolvedRank: number; walkedRank: number }[] =>
  walked.map((walkedRank, at) => ({ evolvedRank: at + 1, walkedRank }));

it('two rankings agree by 1 where they are the same, by −1 where one is the other reversed', () => {
  expect(agreement(ranked(1, 2, 3, 4))).toBe(1);
  expect(agreement(ranked(4, 3, 2, 1))).toBe(-1);
  expect(agreement(ranked(2, 1, 3))).toBeCloseTo(0.5);
  expect(agreement(ranked(1))).toBeNull();
});
