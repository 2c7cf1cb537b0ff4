import { expect, test } from 'vitest';
import { isPresent, type ReturnsPanel } from '../../shaders/analyses/returns-panel.ts';
import { LiveReturns } from './live-returns.ts';
import { WHOLE } from './port.ts';
import { Returns } from './returns.ts';

const T = 40;
const imported: ReturnsPanel = {
  ...{ names: ['A', 'B'], n: 2, t: T, horizon: '1d' },
  returns: Float64Array.from({ length: 2 * T }, (_, k) => k),
  // The last return of A is missing.
  valid: Uint32Array.of(-1, 0x7f, -1, 0xff),
  times: Float64Array.from({ length: T }, (_, k) => k * 1e6),
  source: { kind: 'imported', name: 'prices', sha256: 'hash' },
};
const of = (window: number) => ({ horizon: '1d', imported: 'hash', window }) as const;

test('imported prices are there until they are let go, and are never taken for the live market', () => {
  const returns = new Returns(new LiveReturns(8, 8, () => undefined));
  expect(returns.panel(of(8))).toMatchObject({ error: { code: 'no-prices' } });
  returns.take(imported);
  expect(returns.panel(of(8))).toMatchObject({ value: { t: 8, source: imported.source, horizon: '1d' } });
  expect(returns.panel({ horizon: '1s', window: 8 })).toMatchObject({ error: { code: 'no-bars' } });
  returns.forget('hash');
  expect(returns.panel(of(8))).toMatchObject({ error: { code: 'no-prices' } });
});

test('a window is of the newest columns, a copy of its own; one that is too long is the whole', () => {
  const returns = new Returns(new LiveReturns(8, 8, () => undefined));
  returns.take(imported);
  const newest = returns.panel(of(3));
  if (!newest.ok) throw new Error(newest.error.sentence);
  expect([...newest.value.returns.subarray(3)]).toEqual([77, 78, 79]);
  expect([...newest.value.times]).toEqual([37e6, 38e6, 39e6]);
  expect([isPresent(newest.value, 0, 1), isPresent(newest.value, 0, 2)]).toEqual([true, false]);
  // Whoever asked may hand it on to another thread.
  structuredClone(newest.value.returns, { transfer: [newest.value.returns.buffer] });
  expect(returns.panel(of(WHOLE))).toMatchObject({ value: { t: T } });
});
