import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { ManualClock } from '../testing/manual-clock.ts';
import { binanceUsdM } from './dialects/binance-futures.ts';
import { binanceSpot } from './dialects/binance-spot.ts';
import { binanceLines } from './dialects/binance-streams.ts';
import type { Dialect } from './dialect.ts';
import { FeedPair } from './testing/feed-pair.ts';

const STEP_MS = 100;
/** Silence that the venue calls dead; not more than what every connection is allowed. */
const LIMIT_MS = 1000;

let clock: ManualClock;
let dead: FeedPair;
let other: FeedPair;
beforeEach(() => {
  clock = new ManualClock();
  [dead, other] = [new FeedPair(clock), new FeedPair(clock)];
});
afterEach(async () => {
  await Promise.all([dead.stop(), other.stop()]);
});

/** Time passes; the other venue tells a trade at each step, and is live at each. Returns the dead one's states. */
async function pass(ms: number): Promise<string[]> {
  const states: string[] = [];
  for (let passed = 0; passed < ms; passed += STEP_MS) {
    await clock.advanceAsync(STEP_MS);
    await other.tell();
    expect([other.state, other.rig.view.state]).toEqual(['live', 'live']);
    states.push(dead.state);
  }
  return states;
}

describe('a venue whose cable is pulled: its socket stays open, nothing comes', () => {
  it.each([LIMIT_MS, 600])(
    'is stale within its time-out of %i ms, on its own row, while the other venue goes on',
    async (limit) => {
      await Promise.all([dead.start(limit, binanceSpot), other.start(LIMIT_MS, binanceSpot)]);
      for (let step = 0; step < 10; step++) {
        await dead.tell();
        await pass(STEP_MS);
      }
      await dead.tell();
      dead.venue.silence(true);
      expect(new Set(await pass(limit))).toEqual(new Set(['live']));
      expect(new Set(await pass(STEP_MS))).toEqual(new Set(['stale']));
      expect(dead.rig.view).toMatchObject({ state: 'stale' });
      expect(dead.rig.view.sentence).toContain(`No frame of any kind for ${(limit / 1000).toFixed(1)} s`);
      // Given up and tried again: the venue takes the connection, and says nothing on it.
      expect(new Set(await pass(3500))).toEqual(new Set(['stale']));
      expect(dead.rig.view).toMatchObject({ state: 'down', reconnects: 1 });
      dead.venue.silence(false);
      await dead.live();
      await dead.tell();
      expect(dead.state).toBe('live');
      expect(other.rig.view).toMatchObject({ gaps: 0, resyncs: 0, reconnects: 0, quarantined: 0 });
    },
  );
});

/** Marks come over a connection of their own, as Binance USD-M has it. */
const twoLines: Dialect = {
  ...binanceSpot,
  lines: (base, instruments) =>
    binanceLines(
      [
        { path: '/public', streams: ['bookTicker', 'depth@100ms', 'trade'], hasBooks: true },
        { path: '/market', streams: ['markPrice@1s'], hasBooks: false },
      ],
      base,
      instruments,
    ),
  decoder: (instruments) => {
    const [spot, futures] = [binanceSpot, binanceUsdM].map((dialect) => dialect.decoder(instruments));
    return {
      decode: (bytes, sink) =>
        (Buffer.from(bytes).includes('markPrice') ? futures : spot)?.decode(bytes, sink),
    };
  },
};

describe('marks that come over a connection of their own', () => {
  const tellMark = async (price: string): Promise<void> => {
    const now = dead.venue.now();
    const data = { e: 'markPriceUpdate', E: now, s: 'AAAUSDT', p: price, i: price, r: '0.0001', T: now };
    dead.venue.send(JSON.stringify({ stream: 'aaausdt@markPrice@1s', data }), '/market');
    await dead.rig.until('the mark', () => dead.mark.price === Number(price) * 100);
  };

  it('say that they are old when that connection is silent; the book is live all the while', async () => {
    await dead.start(LIMIT_MS, twoLines);
    expect(dead.mark.state).toBe('never');
    await tellMark('99.50');
    for (let step = 0; step < 10; step++) {
      await clock.advanceAsync(STEP_MS);
      await dead.tell('/public');
      await tellMark(`99.${60 + step}`);
    }
    expect(dead.mark).toEqual({ price: 9969, state: 'live' });
    dead.venue.silence(true, '/market');
    const marks: string[] = [];
    for (let passed = 0; passed <= LIMIT_MS; passed += STEP_MS) {
      await clock.advanceAsync(STEP_MS);
      await dead.tell('/public');
      marks.push(dead.mark.state);
      expect(dead.state).toBe('live');
    }
    expect([...new Set(marks.slice(0, -1)), marks.at(-1)]).toEqual(['live', 'stale']);
    expect(dead.mark.price).toBe(9969);
    // Another connection alone does not make it new.
    await clock.advanceAsync(3500);
    dead.venue.silence(false);
    await dead.live();
    expect(dead.rig.view.reconnects).toBe(1);
    expect(dead.mark).toEqual({ price: 9969, state: 'stale' });
    await tellMark('99.70');
    expect(dead.mark).toEqual({ price: 9970, state: 'live' });
  });
});
