import { afterEach, describe, expect, it } from 'vitest';
import { ManualClock } from '../testing/manual-clock.ts';
import { emptyQuote, emptyTrades } from './table.ts';
import { FeedRig } from './testing/feed-rig.ts';
import { STREAM_SPEECHES } from './testing/stream-speech.ts';
import { StreamVenue, type StreamSpeech } from './testing/stream-venue.ts';
import { liveTime } from './time.ts';

const STEP_MS = 200;
const MAX_AGE_MS = 1000;

let venue: StreamVenue;
let rig: FeedRig;
let clock: ManualClock;
afterEach(async () => {
  rig.feed.stop();
  await venue.stop();
});

async function start(speech: StreamSpeech, maxAgeMs: number): Promise<void> {
  venue = await new StreamVenue(speech).start();
  clock = new ManualClock();
  const { instruments } = speech;
  const dialect = { ...speech.dialect, rules: { ...speech.dialect.rules, maxAgeMs } };
  const [restUrl, wsUrl] = [`http://${venue.url}`, `ws://${venue.url}`];
  // Its REST answers nothing: neither its clock nor its history is asked for.
  const time = { ...liveTime(clock), comparable: false };
  rig = new FeedRig({ dialect, instruments, restUrl, wsUrl, clock, time });
  rig.feed.start();
  await until(() => rig.view.state === 'live');
}

/** Both ends are here: it takes turns of the loop, not time of a clock. */
async function until(holds: () => boolean): Promise<void> {
  for (let turn = 0; turn < 400 && !holds(); turn++) await clock.advanceAsync(50);
  expect(holds(), JSON.stringify(rig.view)).toBe(true);
}

const quoteOf = (index: number) => {
  const quote = emptyQuote();
  rig.reader.readQuote(index, quote);
  return quote;
};

/** Another size at the best bid, and it is there; what readers see while it is on its way. */
async function change(index: number, lots: number): Promise<void> {
  venue.change(index, lots);
  await rig.until('the change', () => quoteOf(index).bidSize === lots);
}

describe.each(Object.values(STREAM_SPEECHES).map((speech) => [speech.dialect.name, speech] as const))(
  'a connection of %s near its age',
  (_name, speech) => {
    it('is replaced by one that has its books already: readers see no gap, every trade once', async () => {
      await start(speech, MAX_AGE_MS);
      const seen = new Set<string>();
      const look = (): void => void seen.add(quoteOf(0).state);
      let most = 0;
      let lots = 2000;
      while (lots < 2100 && !(most === 2 && venue.connections === 1)) {
        await clock.advanceAsync(STEP_MS);
        look();
        await change(0, ++lots);
        look();
        most = Math.max(most, venue.connections);
      }
      expect([most, venue.connections]).toEqual([2, 1]);
      for (let more = 0; more < 3; more++) await change(0, ++lots);
      expect([...seen]).toEqual(['live']);
      const rows = emptyTrades();
      await rig.until('the trades', () => rig.reader.tradeCount(0) === venue.trades);
      rig.reader.readTrades(0, 0, rows);
      expect(new Set(rows.tradeId.subarray(0, rows.rows)).size).toBe(venue.trades);
      expect(rig.quarantined).toEqual([]);
      expect(rig.view).toMatchObject({ state: 'live', gaps: 0, resyncs: 0, reconnects: 0 });
    });
  },
);

describe('Coinbase, which numbers what a connection tells and not its books', () => {
  it('a frame that is lost is a gap: all its books are sent anew over the same connection, at once', async () => {
    await start(STREAM_SPEECHES.coinbase, Infinity);
    await change(0, 2000);
    await change(1, 3000);
    const asked = venue.received.length;
    venue.lose(1, 3001);
    // What gives it away is of another book, and counts.
    venue.change(0, 2001);
    await rig.until('the gap', () => rig.view.gaps === 1);
    await rig.until('the trade', () => rig.reader.tradeCount(0) === 2);
    expect([0, 1].map((index) => quoteOf(index).state)).toEqual(['resyncing', 'resyncing']);
    expect(rig.view.state).toBe('resyncing');
    await until(() => rig.view.state === 'live');
    expect([0, 1].map((index) => quoteOf(index).bidSize)).toEqual([2001, 3001]);
    expect(venue.received.slice(asked).map((text) => JSON.parse(text) as object)).toEqual(
      ['unsubscribe', 'subscribe'].map((type) => ({
        ...{ type, channel: 'level2', product_ids: ['BTC-USD', 'ETH-USD'] },
      })),
    );
    expect(rig.view).toMatchObject({ gaps: 1, resyncs: 2, reconnects: 0 });
    expect(rig.quarantined.map(({ code, sentence }) => [code, sentence])).toEqual([
      ['gap', expect.stringMatching(/^Frame \d+ of the connection is missing\.$/)],
    ]);
  });
});
