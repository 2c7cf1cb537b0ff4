import { expect, it } from 'vitest';
import { gapText, gapTimes } from './gaps.ts';

const MINUTE = 60_000_000;
const gaps = [
  [10 * MINUTE, 12 * MINUTE],
  [20 * MINUTE, 21 * MINUTE],
] as never;

it('a gap has a place for each bar that is not there', () => {
  expect(gapTimes(gaps, MINUTE)).toEqual([10 * MINUTE, 11 * MINUTE, 20 * MINUTE]);
  expect(gapTimes([], MINUTE)).toEqual([]);
});

it('gaps are told with how many bars they are, and why they were not filled', () => {
  expect(gapText({ gaps: [], fault: 'It is down.' }, '1m')).toBeNull();
  expect(gapText({ gaps, fault: null }, '1m')).toBe('3 bars of 1 min not watched whole (shaded), in 2 gaps');
  expect(gapText({ gaps, fault: 'It is down.' }, '1m')).toMatch(/in 2 gaps\. Not filled: It is down\.$/);
});
