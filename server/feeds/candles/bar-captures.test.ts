import { describe, expect, it } from 'vitest';
import { parsePrice, parseSize, type Instrument } from '../../../protocol/instrument.ts';
import { haveCaptures } from '../testing/captures.ts';
import { readRecorded } from '../testing/recorded.ts';
import { instrument } from '../../testing/orders.ts';
import { BarRing } from './bar-ring.ts';
import { MINUTE } from './instrument-bars.ts';

interface Kline {
  readonly t: number;
  readonly s: string;
  /** First and last trade in it. */
  readonly f: number;
  readonly L: number;
  readonly o: string;
  readonly c: string;
  readonly h: string;
  readonly l: string;
  readonly v: string;
  /** Of it, what takers bought. */
  readonly V: string;
}
interface Trade {
  readonly s: string;
  readonly p: string;
  readonly q: string;
  readonly f: number;
  readonly l: number;
  readonly T: number;
  readonly m: boolean;
}

/** Whole numbers of 10^-8, so that any symbol's texts are exact. */
const exact: Instrument = { ...instrument(0, 'ANYUSDT'), priceScale: 8, sizeScale: 8 };
const ticks = (text: string): number => {
  const price = parsePrice(text, exact);
  return price.ok ? price.value : Number.NaN;
};
const lots = (text: string): number => {
  const size = parseSize(text, exact);
  return size.ok ? size.value : Number.NaN;
};

describe.skipIf(!haveCaptures())('minute bars of recorded trades', () => {
  it('are the venue’s own candles, at every one that it sent of a minute whose trades were all recorded', () => {
    const frames = readRecorded('ws-cryptofeed', 'BINANCE_FUTURES.jsonl.gz').frames.map(
      (text) => JSON.parse(text) as { stream?: string; data?: unknown },
    );
    const of = <T>(kind: string): T[] =>
      frames.filter(({ stream }) => stream?.includes(kind)).map(({ data }) => data as T);
    const trades = of<Trade>('@aggTrade');
    const klines = of<{ k: Kline }>('@kline_1m').map(({ k }) => k);
    let compared = 0;
    for (const kline of klines) {
      const own = trades.filter(({ s, f, l }) => s === kline.s && f >= kline.f && l <= kline.L);
      // Begun before the recording, or an aggregate that goes on behind it.
      if (own[0]?.f !== kline.f || own.at(-1)?.l !== kline.L) continue;
      const ring = new BarRing(MINUTE, 4);
      for (const { T, p, q, m } of own) ring.trade(T * 1000, ticks(p), lots(q), m ? 1 : 0);
      expect(ring.read(kline.t * 1000)).toMatchObject({
        open: ticks(kline.o),
        high: ticks(kline.h),
        low: ticks(kline.l),
        close: ticks(kline.c),
        volume: lots(kline.v),
        buys: lots(kline.V),
      });
      compared += 1;
    }
    expect(compared).toBeGreaterThan(10);
  });
});
