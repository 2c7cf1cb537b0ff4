import { describe, expect, it } from 'vitest';
import { FrameWriter, decodeFrame } from '../../../protocol/frame.ts';
import type { Instrument } from '../../../protocol/instrument.ts';
import { QUOTE_STATES } from '../../../protocol/quotes.ts';
import { writeStatistics } from '../../../protocol/statistics.ts';
import type { Micros } from '../../../protocol/units.ts';
import { createStatisticsStore } from '../../state/statistics.ts';
import { statisticsOf } from '../../stream/statistics.ts';
import type { MarkView, StatisticsView } from '../../stream/port.ts';
import { readings } from './statistics-words.ts';

const btc = {
  ...{ base: 'BTC', quote: 'USDT', sizeScale: 3, lotStep: 1, priceScale: 2, tickStep: 10 },
} as Instrument;
const view: StatisticsView = {
  instrument: 0,
  asOf: 1,
  sentAt: 2,
  volatility: 1e-4,
  returns: 299,
  imbalance: -1_234_500,
  depth: 100_000,
  changes: 40,
  vpin: 0.3141,
  bucketLots: 5000,
  buckets: 12,
  mark: null,
};

describe('statistics', () => {
  it('are said with what they rest on', () => {
    const texts = readings(btc, view, 0).map(({ name, value, unit, basis }) => [name, value, unit, basis]);
    expect(texts).toEqual([
      ['Realised volatility', '56.2 %', 'a year', '7.75 bp a minute · 299 of 300 returns of 1 s'],
      [
        'Order-flow imbalance',
        '−1\u202f234.500',
        'BTC',
        '−12.3 × the mean best size · 40 changes of the best prices in 60 s',
      ],
      ['VPIN', '0.31', 'of 1', '12 of 50 full buckets of 5.000 BTC'],
    ]);
  });

  it.each<[Partial<MarkView>, string, string, boolean]>([
    [{}, '62\u202f345.60', 'told 3.4 s ago · index 62\u202f344.00 · funding +0.0100 % at 00:00:00', false],
    [
      { fundingRate: -18_754, nextFundingAt: null },
      '62\u202f345.60',
      'told 3.4 s ago · index 62\u202f344.00 · funding −0.0188 %',
      false,
    ],
    [
      { price: null, index: null, fundingRate: 0, at: null },
      'not known',
      'funding 0.0000 % at 00:00:00',
      false,
    ],
    [
      { state: 'stale', index: null, fundingRate: null },
      '62\u202f345.60',
      'last known: the venue’s marks do not come · told 3.4 s ago',
      true,
    ],
  ])('a mark %j: %s, %s', (part, value, basis, isOld) => {
    const mark: MarkView = {
      ...{ price: 623_456, index: 623_440, fundingRate: 10_000, state: 'live' },
      ...{ nextFundingAt: Date.UTC(2026, 10, 22) * 1000, at: 5_000_000, ...part },
    };
    const [reading] = readings(btc, { ...view, mark }, 8_400_000);
    expect(reading).toMatchObject({ name: 'Mark and funding', value, basis, isOld });
  });

  it('that are not known say so, and what they wait for', () => {
    for (const nothing of [
      undefined,
      {
        ...view,
        volatility: null,
        returns: 0,
        imbalance: null,
        depth: null,
        changes: 0,
        vpin: null,
        bucketLots: 0,
      },
    ]) {
      const texts = readings(btc, nothing, 0).map(({ value, basis }) => [value, basis]);
      expect(texts).toEqual([
        ['not known', '0 of 300 returns of 1 s'],
        ['not known', '0 changes of the best prices in 60 s'],
        ['not known', 'needs ten whole minutes of volume'],
      ]);
    }
  });

  it('come by venue: those of others stay, until the list of instruments is another one', () => {
    const store = createStatisticsStore();
    store.add([view, { ...view, instrument: 3 }]);
    store.add([{ ...view, vpin: 0.5 }]);
    expect(store.getState().of.map((each) => each?.vpin)).toEqual([0.5, undefined, undefined, 0.3141]);
    store.forget();
    expect(store.getState().of).toEqual([]);
  });

  it('are read from their frame, what is not known as null', () => {
    const writer = new FrameWriter().begin('statistics', 'SIM');
    const rows = writeStatistics(writer, 1, 5);
    rows.instrument[0] = 7;
    rows.volatility[0] = Number.NaN;
    rows.vpin[0] = 0.25;
    rows.markPrice[0] = 9;
    rows.fundingRate[0] = Number.NaN;
    rows.markAt[0] = 8;
    rows.markState[0] = QUOTE_STATES.indexOf('stale');
    const mark = { price: 9, index: null, fundingRate: null, nextFundingAt: null, at: 8, state: 'stale' };
    const frame = decodeFrame(writer.finish(9 as Micros));
    if (!frame.ok) throw new Error(frame.error.sentence);
    expect(statisticsOf(frame.value)).toMatchObject({
      ok: true,
      value: [{ instrument: 7, asOf: 5, sentAt: 9, volatility: null, vpin: 0.25, mark }],
    });
  });
});
