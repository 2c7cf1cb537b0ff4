import { describe, expect, it } from 'vitest';
import { Faults } from './face/faults.ts';
import { Streams } from './face/streams.ts';
import { Market } from './market/market.ts';
import { Pacer } from './pacer.ts';

const START = 60_000;

/** A market that is paced by hand, and what its first instrument says. */
function paced(paused = false) {
  let clock = START;
  const market = new Market(4, 7);
  market.preroll(10);
  market.goLive(START - 10_000, START);
  const streams = new Streams(market.listings, new Faults(), () => clock);
  const said: string[] = [];
  const subscriber = { combined: true, send: (text: string) => said.push(text) };
  for (const stream of ['trade', 'kline_1s', 'kline_1m', 'depth@100ms']) {
    streams.subscribe(`btcusdt@${stream}`, subscriber);
  }
  const pacer = new Pacer(market, market.listings, streams, () => clock, START, paused);
  const advance = (millis: number): void => {
    clock = millis;
    pacer.advance(millis);
  };
  const of = (stream: string): string[] => said.filter((text) => text.includes(`"btcusdt@${stream}"`));
  const candles = (): number[] => market.listings[0]?.seconds.all().map(({ trades }) => trades) ?? [];
  return { pacer, advance, of, candles, said };
}

describe('the pace of the market', () => {
  it('says the same whether the clock runs smoothly or in jumps', () => {
    const smooth = paced();
    for (let millis = START; millis < START + 5_000; millis += 25) smooth.advance(millis);
    const jumpy = paced();
    for (const jump of [700, 2_100, 2_101, 4_975]) jumpy.advance(START + jump);
    expect(smooth.of('trade').length).toBeGreaterThan(10);
    expect(jumpy.of('trade')).toEqual(smooth.of('trade'));
    expect(jumpy.candles()).toEqual(smooth.candles());
  });

  it('sends a depth message each 100 ms, a closed candle each second, the minute’s every other', () => {
    const { advance, of } = paced();
    for (let millis = START; millis < START + 4_000; millis += 25) advance(millis);
    expect(of('depth@100ms')).toHaveLength(40);
    expect(of('kline_1s')).toHaveLength(4);
    expect(of('kline_1m')).toHaveLength(3);
    expect(of('kline_1m').filter((text) => text.includes('"x":true'))).toHaveLength(1);
  });

  it('leaves out what a long sleep missed, and goes on by a clock that was set back', () => {
    const { advance, of, candles } = paced();
    advance(START + 1_000);
    const before = of('trade').length;
    advance(START + 100_000);
    expect(of('trade').length - before).toBeLessThan(10);
    expect(candles()).toHaveLength(111);
    advance(START + 50_000);
    const back = of('trade').length;
    advance(START + 53_000);
    expect(of('trade').length).toBeGreaterThan(back);
  });

  it('rests when paused, with candles going on flat, and resumes at a whole second', () => {
    const { pacer, advance, of, candles } = paced(true);
    expect(pacer.paused).toBe(true);
    advance(START + 3_000);
    expect([of('trade'), of('depth@100ms')]).toEqual([[], []]);
    expect(candles().slice(-3)).toEqual([0, 0, 0]);
    advance(START + 3_300);
    pacer.pause(false);
    advance(START + 3_975);
    expect(of('trade')).toEqual([]);
    advance(START + 4_975);
    expect(of('trade').length).toBeGreaterThan(0);
    expect(candles().at(-1)).toBe(of('trade').length);
  });
});
