import { expect, it } from 'vitest';
import { ok, refuse } from '../../protocol/result.ts';
import { instrument } from '../testing/orders.ts';
import { BarSeries } from './bars.ts';
import type { CandlesRange, VenueCandle } from './dialect.ts';
import { prefillBars, type PrefillOptions } from './prefill.ts';

const S = 1_000_000;
const T0 = 1_700_000_000 * S;

/** A venue with a candle of every second up to `now.at`, whose answers fail while `down` says so. */
function rig(down: (asked: number) => boolean) {
  const now = { at: T0 };
  const bars = new BarSeries(1, T0);
  const asked: CandlesRange[] = [];
  const said: (string | null)[] = [];
  const options: PrefillOptions = {
    bars,
    markets: [{ index: 0, instrument: instrument(0, 'AAAUSDT') }],
    dialect: {
      rest: {
        candlesAPage: 1000,
        candles: (_, range) => {
          asked.push(range);
          return { path: '', query: {}, weight: 1 };
        },
        readCandles: (answer) => ok(answer as VenueCandle[]),
      },
    },
    rest: {
      get: () => {
        if (down(asked.length)) return Promise.resolve(refuse('rest-status', 'It is down.'));
        const range = asked.at(-1);
        const newest = Math.floor((range?.to ?? now.at) / S) * S;
        const json = Array.from({ length: range?.limit ?? 0 }, (_, k) => ({
          candle: [newest - ((range?.limit ?? 0) - 1 - k) * S, 7, 7, 7, 7, 1],
          trades: 1,
        }));
        return Promise.resolve(ok({ json, text: '', sentAt: 0, answeredAt: 0 }));
      },
    },
    offsetMicros: () => 0,
    venueNow: () => now.at,
    pause: () => Promise.resolve(true),
    onFault: (sentence) => said.push(sentence),
  };
  const missing = (): number => [...bars.history(4096).state].filter((state) => state === 0).length;
  return { now, bars, asked, said, options, missing };
}

it('fills the whole past page by page, once each', async () => {
  const { options, asked, missing, said } = rig(() => false);
  await prefillBars(options);
  expect(missing()).toBe(0);
  expect(asked.map(({ to }) => to === undefined)).toEqual([true, false, false, false, false]);
  expect(said).toEqual([null]);
});

it('a page that fails is asked for again and the others are not; it says so until it is there', async () => {
  const { options, asked, missing, said } = rig((n) => n === 3 || n === 4);
  await prefillBars(options);
  expect(missing()).toBe(0);
  expect(asked).toHaveLength(7);
  expect(asked[3]).toEqual(asked[2]);
  expect(said).toEqual(['It is down.', 'It is down.', null]);
});

it('after an outage longer than a page, what is before our own bars is filled all the same', async () => {
  const { options, now, bars, missing } = rig((n) => n === 1);
  const pause = (): Promise<boolean> => {
    for (let second = 1; second <= 1500; second++) {
      bars.advance(T0 + second * S, () => ({ mid: 9, valid: true, changes: 1 }));
    }
    now.at = T0 + 1500 * S;
    return Promise.resolve(true);
  };
  await prefillBars({ ...options, pause });
  expect(missing()).toBe(0);
});

it('a stop ends the waiting', async () => {
  const { options, asked } = rig(() => true);
  await prefillBars({ ...options, pause: () => Promise.resolve(false) });
  expect(asked).toHaveLength(1);
});

it('a venue without candles of 1 s has no past, and that is no fault', async () => {
  const { options, said, asked } = rig(() => false);
  const rest = { ...options.dialect.rest, candles: () => null };
  await prefillBars({ ...options, dialect: { rest } });
  expect(said).toEqual([null]);
  expect(asked).toEqual([]);
});
