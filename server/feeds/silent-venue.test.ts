import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { ManualClock } from '../testing/manual-clock.ts';
import { binanceSpot } from './dialects/binance-spot.ts';
import { emptyQuote } from './table.ts';
import { FakeVenue } from './testing/fake-venue.ts';
import { FeedRig } from './testing/feed-rig.ts';
import { liveTime } from './time.ts';

const STEP_MS = 100;
/** What the session calls silence of a feed that spoke ten times a second. */
const FLOOR_MS = 1000;

/** A venue and its feed, over a real socket, by the test's own clock. */
class Pair {
  readonly venue = new FakeVenue();
  readonly #clock: ManualClock;
  #rig: FeedRig | null = null;
  #told = 0;

  constructor(clock: ManualClock) {
    this.#clock = clock;
    this.venue.wallMs = () => clock.wallMicros() / 1000;
  }

  get rig(): FeedRig {
    if (!this.#rig) throw new Error('not started');
    return this.#rig;
  }
  get state(): string {
    const quote = emptyQuote();
    this.rig.reader.readQuote(0, quote);
    return quote.state;
  }

  /** `silenceMs`: what the venue itself calls dead. */
  async start(silenceMs = Infinity): Promise<void> {
    await this.venue.start();
    const { restUrl, wsUrl } = this.venue;
    const dialect = { ...binanceSpot, rules: { ...binanceSpot.rules, silenceMs } };
    const time = liveTime(this.#clock);
    this.#rig = new FeedRig({ restUrl, wsUrl, dialect, clock: this.#clock, time });
    this.rig.feed.start();
    await this.live();
  }

  /** Both ends are here: it takes turns of the loop, not time of a clock. */
  async live(): Promise<void> {
    for (let turn = 0; turn < 400 && this.rig.view.state !== 'live'; turn++) {
      await this.#clock.advanceAsync(50);
    }
    expect(this.rig.view.state).toBe('live');
  }

  /** A trade, and it is there. */
  async tell(): Promise<void> {
    this.#told += 1;
    this.venue.send(this.venue.tradeFrame('AAAUSDT', '99.60', '1'));
    await this.rig.until('the trade', () => this.rig.reader.tradeCount(0) === this.#told);
  }

  async stop(): Promise<void> {
    this.#rig?.feed.stop();
    await this.venue.kill();
  }
}

let clock: ManualClock;
let dead: Pair;
let other: Pair;
beforeEach(() => {
  clock = new ManualClock();
  [dead, other] = [new Pair(clock), new Pair(clock)];
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
  it.each([
    ['the usual limit', Infinity, FLOOR_MS],
    ['the venue’s own, which is sooner', 600, 600],
  ])(
    'is stale within its time-out, on its own row, while the other venue goes on: %s',
    async (_, own, limit) => {
      await Promise.all([dead.start(own), other.start()]);
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
