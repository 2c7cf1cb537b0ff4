import { describe, expect, it } from 'vitest';
import type { Instrument } from '../../../protocol/instrument.ts';
import type { MarkView } from '../../stream/port.ts';
import { hasMark, markText } from './watch-mark.ts';

const btc = { priceScale: 1, tickStep: 1, contract: { kind: 'linear' } } as unknown as Instrument;
const told: MarkView = {
  ...{ price: 610_004, index: null, fundingRate: null, nextFundingAt: null },
  ...{ at: 5_000_000, state: 'live' },
};

describe('the mark of a row', () => {
  it.each<[string, Partial<MarkView> | null, number, boolean, string, boolean]>([
    ['is told with its age', {}, 6200, false, '61000.4 · 1.2 s', false],
    ['is old when its connection is dead', { state: 'stale' }, 6200, false, '61000.4 · 1.2 s', true],
    ['is old when the way to here is', {}, 6200, true, '61000.4 · 1.2 s', true],
    ['is borne as long as venues may keep it', {}, 40_000, false, '61000.4 · 35 s', false],
    ['is old when no word came for longer', {}, 40_001, false, '61000.4 · 35 s', true],
    ['is not there before it was told', null, 6200, false, 'no data', false],
    ['is not there where only its index is told', { price: null }, 6200, false, 'no data', false],
  ])('%s', (_what, part, nowMs, pathStale, text, isOld) => {
    expect(markText(btc, part && { ...told, ...part }, nowMs, pathStale)).toEqual({ text, isOld });
  });

  it('is of contracts only', () => {
    expect([hasMark(btc), hasMark({})]).toEqual([true, false]);
  });
});
