import { expect, it } from 'vitest';
import { ok } from '../../protocol/result.ts';
import { instrument } from '../testing/orders.ts';
import { Candles } from './candles.ts';
import { binanceSpot } from './dialects/binance-spot.ts';
import type { CandlesRange, Dialect } from './dialect.ts';
import type { RestClient } from './rest.ts';

/** A venue with a candle each minute up to `now`, at most 300 an answer, and none of 1 s. */
function rig() {
  /** `holds`: what it still has of the past. */
  const venue = { now: 1000, holds: Infinity };
  const asked: (CandlesRange & { now: number })[] = [];
  const dialect: Dialect = {
    ...binanceSpot,
    name: 'Minutes only',
    rest: {
      ...binanceSpot.rest,
      candlesAPage: 300,
      candles: (_, range, now) => {
        asked.push({ ...range, now });
        return range.interval === '1s' ? null : { path: '', query: {}, weight: 1 };
      },
      readCandles: (answer) => ok(answer as never),
    },
  };
  const rest = {
    get: () => {
      const { limit, from } = asked.at(-1) as CandlesRange;
      const count = Math.min(limit, from === undefined ? limit : venue.now - from + 1, venue.holds);
      const json = Array.from({ length: count }, (_, at) => ({
        candle: [venue.now - count + 1 + at, 1, 1, 1, 1, 1],
        trades: 1,
      }));
      return Promise.resolve(ok({ json }));
    },
  } as unknown as RestClient;
  let clock = 0;
  const candles = new Candles(dialect, rest, [instrument(0, 'AAAUSDT')], {
    now: () => (clock += 1e6),
    venueNow: () => venue.now,
  });
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

it('forgets the past rather than show it with a hole, when the venue does not reach back to it', async () => {
  const { venue, asked, candles } = rig();
  await candles.query(question);
  venue.now = 1100;
  venue.holds = 5;
  expect(await candles.query(question)).toMatchObject({
    ok: true,
    candles: [1096, 1097, 1098, 1099, 1100].map((at) => [at, 1, 1, 1, 1, 1]),
  });
  expect(asked.map(({ from, now }) => [from, now])).toEqual([
    [undefined, 1000],
    [1000, 1100],
  ]);
});
