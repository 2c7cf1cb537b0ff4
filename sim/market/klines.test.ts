import { describe, expect, it } from 'vitest';
import { KlineSeries } from './klines.ts';

describe('candles', () => {
  it('hold open, high, low, close and both volumes of the trades in their period', () => {
    const series = new KlineSeries(1_000, 10);
    series.add(5_000, 100, 2, true, 1);
    series.add(5_400, 104, 1, false, 2);
    series.add(5_999, 99, 3, true, 3);
    expect(series.newest()).toEqual({
      openMillis: 5_000,
      open: 100,
      high: 104,
      low: 99,
      close: 99,
      lots: 6,
      quote: 200 + 104 + 297,
      takerBuyLots: 5,
      takerBuyQuote: 497,
      trades: 3,
      firstTradeId: 1,
      lastTradeId: 3,
    });
  });

  it('repeat the last close where nothing traded, and open with the first trade where something did', () => {
    const series = new KlineSeries(1_000, 10);
    series.add(1_000, 100, 1, true, 1);
    series.add(4_000, 110, 1, true, 2);
    expect(series.all().map(({ open, close, lots }) => [open, close, lots])).toEqual([
      [100, 100, 1],
      [100, 100, 0],
      [100, 100, 0],
      [110, 110, 1],
    ]);
  });

  it('forget the oldest, and answer a range as Binance does: first after a start, last without one', () => {
    const series = new KlineSeries(1_000, 5);
    for (let second = 0; second < 8; second++) series.add(second * 1_000, 100 + second, 1, true, second + 1);
    const opens = (klines: { openMillis: number }[]): number[] => klines.map(({ openMillis }) => openMillis);
    expect(opens(series.all())).toEqual([3_000, 4_000, 5_000, 6_000, 7_000]);
    expect(opens(series.range(4_000, Infinity, 2))).toEqual([4_000, 5_000]);
    expect(opens(series.range(-Infinity, 6_500, 2))).toEqual([5_000, 6_000]);
    expect(opens(series.range(3_500, 5_000, 9))).toEqual([4_000, 5_000]);
  });

  it('build minutes out of seconds, and move in time as a whole', () => {
    const seconds = new KlineSeries(1_000, 200);
    const minutes = new KlineSeries(60_000, 10);
    for (let second = 0; second < 130; second++)
      seconds.add(second * 1_000, 100 + second, 1, true, second + 1);
    seconds.rebase(3_600_000);
    for (const kline of seconds.all()) minutes.merge(kline);
    expect(
      minutes.all().map(({ openMillis, open, close, trades }) => [openMillis, open, close, trades]),
    ).toEqual([
      [3_600_000, 100, 159, 60],
      [3_660_000, 160, 219, 60],
      [3_720_000, 220, 229, 10],
    ]);
  });
});
