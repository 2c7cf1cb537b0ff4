import { expect, it } from 'vitest';
import { ok } from '../../protocol/result.ts';
import { instrument } from '../testing/orders.ts';
import { Candles } from './candles.ts';
import { binanceSpot } from './dialects/binance-spot.ts';
import type { CandlesRange, Dialect } from './dialect.ts';
import type { RestClient } from './rest.ts';

/** A venue with a candle each minute up to `now`, at most 300 an answer, and none of 1 s. */
function rig() {
  const venue = { now: 1000 };
  const asked: CandlesRange[] = [];
  const dialect: Dialect = {
    ...binanceSpot,
    name: 'Minutes only',
    rest: {
      ...binanceSpot.rest,
      candlesAPage: 300,
      candles: (_, range) => {
        asked.push(range);
        return range.interval === '1s' ? null : { path: '', query: {}, weight: 1 };
      },
      readCandles: (answer) => ok(answer as never),
    },
  };
  const rest = {
    get: () => {
      const { limit, from } = asked.at(-1) as CandlesRange;
      const count = Math.min(limit, from === undefined ? limit : venue.now - from + 1);
      const json = Array.from({ length: count }, (_, at) => ({
        candle: [venue.now - count + 1 + at, 1, 1, 1, 1, 1],
        trades: 1,
      }));
      return Promise.resolve(ok({ json }));
    },
  } as unknown as RestClient;
  let clock = 0;
  const candles = new Candles(dialect, rest, [instrument(0, 'AAAUSDT')], () => (clock += 1e6));
  return { venue, asked, candles };
}
const question = { instrument: 0 as never, interval: '1m', limit: 1000 } as const;

it('asks for no more than the venue answers at once, and leaves no gap when that does not reach', async () => {
  const { venue, asked, candles } = rig();
  const opensAt = async (): Promise<number[]> => {
    const reply = await candles.query(question);
    return reply.ok ? reply.candles.map(([at]) => at) : [];
  };
  expect(await opensAt()).toHaveLength(300);
  venue.now = 1010;
  const opens = await opensAt();
  expect(opens).toHaveLength(310);
  venue.now = 2000;
  const later = await opensAt();
  expect(later).toEqual(Array.from({ length: 300 }, (_, at) => 1701 + at));
  expect(asked.map(({ limit }) => limit)).toEqual([300, 300, 300, 300]);
});

it('says that the venue has no candles of an interval', async () => {
  const { candles } = rig();
  expect(await candles.query({ ...question, interval: '1s' })).toEqual({
    ok: false,
    code: 'candles',
    sentence: 'Minutes only has no candles of 1s.',
  });
});
