import { expect, it } from 'vitest';
import type { Instrument } from '../../../protocol/instrument.ts';
import type { SameMarket } from '../../state/same-market.ts';
import { chosenAtFirst } from './chosen.ts';
import { chanceText, lagRange, lagText, ticksText, unclearText } from './tick-words.ts';

it('a lag has a unit, and its range one unit where both ends have the same', () => {
  expect([lagText(5), lagText(560), lagText(1100)]).toEqual(['5 ms', '560 ms', '1.1 s']);
  expect(lagRange({ lagLow: 40, lagHigh: 60 })).toBe('40 … 60 ms');
  expect(lagRange({ lagLow: 950, lagHigh: 1350 })).toBe('950 ms … 1.4 s');
  expect([chanceText(0.0025), chanceText(0.04)]).toEqual(['≤ 0.0025', '0.040']);
});

it('says of whom it is not told who is first, and why', () => {
  const pair = { names: ['A', 'B'], lag: 50, clocksMs: 80 } as const;
  expect(unclearText([pair])).toBe(
    'Who is first is not told: A and B move 50 ms apart and their clocks may be 80 ms apart.',
  );
  const never = { ...pair, clocksMs: null };
  expect(unclearText([never, never, never, pair, pair])).toMatch(
    /one of their clocks was never measured.*, and so it is with 2 other pairs\.$/,
  );
});

it('says what it rests on, and what was left out of that', () => {
  const ticks = [
    { name: 'A', ticks: 1234, dropped: 0 },
    { name: 'B', ticks: 40, dropped: 2 },
  ];
  expect(ticksText({ ticks, spanMs: 299_500 })).toBe(
    'Times traded in 300 s without a break: A 1\u202f234, B 40. 2 trades out of order or without a price left out.',
  );
});

it('compares what is looked at with the same market elsewhere first, and with eight at most', () => {
  const all = Array.from({ length: 20 }, (_, index) => ({ index }) as unknown as Instrument);
  const [, , selected] = all;
  const twin = { members: [{ instrument: all[2] }, { instrument: all[15] }] } as unknown as SameMarket;
  expect(chosenAtFirst(all, null, new Map())).toEqual([0, 1, 2, 3, 4, 5, 6, 7]);
  expect(chosenAtFirst(all, selected ?? null, new Map([[2, twin]]))).toEqual([2, 15, 0, 1, 3, 4, 5, 6]);
  expect(chosenAtFirst([], null, new Map())).toEqual([]);
});
