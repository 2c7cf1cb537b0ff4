import { expect, it } from 'vitest';
import type { Candle, CandlesReply } from '../../protocol/messages.ts';
import { HourAgo } from './hour.ts';
import { Hours } from './hours.ts';

const MINUTE = 60_000_000;
const NOW = 100 * MINUTE;

/** Candles of the last `minutes`, the venue's whole hour or less of it. */
function candles(minutes: number, fault: string | null = null): CandlesReply {
  const rows = Array.from({ length: minutes }, (_, k) => [
    NOW - (minutes - 1 - k) * MINUTE,
    100,
    100,
    100,
    100,
    1,
  ]);
  return { ok: true, candles: rows as unknown as Candle[], gaps: [], fault };
}

it('an hour of which the server has not all is asked for again, not taken for an hour', async () => {
  const hour = new HourAgo();
  const replies = [candles(2, 'The venue has not answered yet.'), candles(61)];
  const asked: number[] = [];
  const seeded: number[] = [];
  const hours = new Hours(hour, {
    candles: ({ instrument }) => {
      asked.push(instrument);
      return Promise.resolve(replies.shift() ?? candles(61));
    },
    later: (_ms, run) => run(),
    connection: () => 1,
    onSeeded: (instrument) => seeded.push(instrument),
  });
  await hours.load(2);
  expect(asked).toEqual([0, 1, 0]);
  expect(seeded).toEqual([0, 1, 0]);
  expect(hour.change(0, NOW, 220)).toBeCloseTo(0.1, 12);
});

it('a venue without candles of its own is asked five times, and its part is kept to grow', async () => {
  const hour = new HourAgo();
  let asked = 0;
  const hours = new Hours(hour, {
    candles: () => {
      asked += 1;
      return Promise.resolve(candles(2, 'The venue has no candles of 1m.'));
    },
    later: (_ms, run) => run(),
    connection: () => 1,
    onSeeded: () => undefined,
  });
  await hours.load(1);
  expect([asked, hour.has(0)]).toEqual([5, true]);
});
