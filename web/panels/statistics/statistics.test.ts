import { describe, expect, it } from 'vitest';
import { FrameWriter, decodeFrame } from '../../../protocol/frame.ts';
import type { Instrument } from '../../../protocol/instrument.ts';
import { writeStatistics } from '../../../protocol/statistics.ts';
import type { Micros } from '../../../protocol/units.ts';
import { createStatisticsStore } from '../../state/statistics.ts';
import { statisticsOf } from '../../stream/statistics.ts';
import type { StatisticsView } from '../../stream/port.ts';
import { readings } from './statistics-words.ts';

const btc = { base: 'BTC', sizeScale: 3, lotStep: 1 } as Instrument;
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
};

describe('statistics', () => {
  it('are said with what they rest on', () => {
    const texts = readings(btc, view).map(({ name, value, unit, basis }) => [name, value, unit, basis]);
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
      const texts = readings(btc, nothing).map(({ value, basis }) => [value, basis]);
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
    const frame = decodeFrame(writer.finish(9 as Micros));
    if (!frame.ok) throw new Error(frame.error.sentence);
    expect(statisticsOf(frame.value)).toMatchObject({
      ok: true,
      value: [{ instrument: 7, asOf: 5, sentAt: 9, volatility: null, vpin: 0.25 }],
    });
  });
});
