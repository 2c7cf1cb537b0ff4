import { expect, it } from 'vitest';
import type { InstrumentIndex, Ticks } from '../../protocol/units.ts';
import { ExposureLedger } from '../gate/exposure.ts';
import type { Mark } from '../gate/rule.ts';
import { instrument } from '../testing/orders.ts';
import { bookOf } from './kernels.ts';

const [DOLLARS, EUROS] = [0 as InstrumentIndex, 1 as InstrumentIndex];
const instruments = [instrument(0, 'BTCUSDT'), { ...instrument(1, 'BTCEUR'), quote: 'EUR' }];
const priced = (fresh: boolean) => (): Mark => ({ bid: 100 as Ticks, ask: 102 as Ticks, fresh });

it('R-6: a position is worth its size at the middle of a fresh mark, in dollars, or its worth is unknown', () => {
  const exposure = new ExposureLedger();
  exposure.hold(DOLLARS, -3);
  exposure.hold(EUROS, 3);
  const worth = bookOf({ exposure }, instruments, priced(true)).map(({ value }) => value);
  expect(worth[0]).toBeLessThan(0n);
  expect(worth[1]).toBeNull();
  expect(bookOf({ exposure }, instruments, priced(false)).map(({ value }) => value)).toEqual([null, null]);
  expect(bookOf({ exposure }, instruments, () => null).map(({ value }) => value)).toEqual([null, null]);
});
