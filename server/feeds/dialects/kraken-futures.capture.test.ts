import fc from 'fast-check';
import { afterEach, describe, expect, it } from 'vitest';
import { parsePrice, parseSize } from '../../../protocol/instrument.ts';
import type { VenueId } from '../../../protocol/units.ts';
import { SystemClock } from '../../clock.ts';
import type { Mishap } from '../../../protocol/feed-quality.ts';
import { CaptureVenue } from '../testing/capture-venue.ts';
import { todaysContracts } from '../testing/captured.ts';
import { haveCaptures, readExpected, readLines } from '../testing/captures.ts';
import { DirectMarkets, withMishap } from '../testing/direct.ts';
import { FeedRig } from '../testing/feed-rig.ts';
import { replayTime } from '../time.ts';
import { krakenFuturesRest } from './kraken-futures-rest.ts';
import { krakenFutures } from './kraken-futures.ts';

const clock = new SystemClock();
let venue: CaptureVenue | null = null;
let rig: FeedRig | null = null;
afterEach(async () => {
  rig?.feed.stop();
  await venue?.stop();
});

interface Recorded {
  readonly t: string;
  readonly data: string;
}

describe.skipIf(!haveCaptures())('Kraken Futures’ capture', () => {
  const records = (haveCaptures() ? readLines('ws-cryptofeed', 'KRAKEN_FUTURES.jsonl.gz') : [])
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as Recorded);
  const list = todaysContracts(records.find(({ t }) => t === 'http')?.data ?? '{"instruments":[]}');
  // Its ticker is the one of then, without sizes and marks: we ask for another.
  const frames = records
    .filter(({ t, data }) => t === 'recv' && !/"event"|"feed":"ticker_lite"/.test(data))
    .map(({ data }) => data);
  const expected = haveCaptures() ? readExpected('ws-cryptofeed')['KRAKEN_FUTURES.jsonl.gz'] : undefined;
  const books = expected?.final_books ?? {};
  const symbols = Object.keys(books);
  const listing = krakenFuturesRest.readInstruments(JSON.parse(list), symbols, 'test' as VenueId);
  const instruments = listing.ok ? listing.value.instruments : [];

  it('7,014 links of ten chains, the venue’s final books, nothing refused', async () => {
    const server = new CaptureVenue({
      greeting: ['{"event":"info","version":1}'],
      answer: (text) => [text.replace('"subscribe"', '"subscribed"')],
      begins: (text) => text.includes('"ticker"'),
      rest: (path) => (path === '/derivatives/api/v3/instruments' ? list : null),
      frames: () => frames,
    });
    venue = server;
    await server.start();
    const { restUrl, wsUrl } = server;
    const time = replayTime(clock, Infinity, () => clock.wallMicros());
    const running = new FeedRig({ dialect: krakenFutures, symbols, restUrl, wsUrl, clock, time });
    rig = running;
    running.feed.start();
    await server.drained;
    const { markets } = running.feed;
    expect(running.quarantined).toEqual([]);
    expect(running.view).toMatchObject({ state: 'live', gaps: 0, resyncs: 0, reconnects: 0, quarantined: 0 });
    const total = (count: 'chained' | 'snapshots' | 'trades'): number =>
      markets.reduce((sum, { counts }) => sum + counts[count], 0);
    expect(total('chained')).toBe(expected?.seq_ok);
    expect(total('chained')).toBe(7014);
    expect(total('snapshots')).toBe(expected?.channels['book_snapshot']);
    // `expected.json` counts the ten answers to the subscription as trades too.
    expect(total('trades')).toBe((expected?.channels['trade'] ?? 0) - 10);
    for (const { instrument, sync } of markets) {
      const final = books[instrument.symbol];
      if (!final) throw new Error(`no final book of ${instrument.symbol}`);
      const level = ([price, size]: readonly [string, string]): unknown[] =>
        [parsePrice(price, instrument), parseSize(size, instrument)].map((read) => read.ok && read.value);
      const { bids, asks } = sync.book;
      expect([instrument.symbol, bids.best, bids.bestSize, bids.length]).toEqual([
        instrument.symbol,
        ...level(final.best_bid),
        final.bids,
      ]);
      expect([asks.best, asks.bestSize, asks.length]).toEqual([...level(final.best_ask), final.asks]);
    }
  });

  it('names its contracts as people read them', () => {
    const names = Object.fromEntries(instruments.map(({ symbol, name }) => [symbol, name]));
    expect(names).toMatchObject({
      PI_ETHUSD: 'ETH-USD-PERP',
      FI_ETHUSD_211231: 'ETH-USD-211231',
      FI_XBTUSD_210730: 'BTC-USD-210730',
    });
    expect(instruments.find(({ symbol }) => symbol === 'FI_ETHUSD_211231')).toMatchObject({
      priceScale: 2,
      tickStep: 5,
      sizeScale: 0,
      lotStep: 1,
    });
  });

  describe('what can befall a message', () => {
    const busiest = frames.filter((text) => /"feed":"book.*PI_ETHUSD/.test(text));
    const changed = (frame: string): string => frame.replace(/"qty":\d+/, '"qty":77');

    it.each<Mishap>(['dropped', 'doubled', 'swapped', 'changed'])('a %s change of a book', (mishap) => {
      fc.assert(
        // The last one of all that is dropped shows when the next one comes.
        fc.property(fc.integer({ min: 1, max: busiest.length - 3 }), (at) => {
          const told = new DirectMarkets(krakenFutures, instruments);
          for (const text of withMishap(busiest, () => true, at, mishap, changed).slice(0, at + 3))
            told.frame(Buffer.from(text));
          if (mishap in krakenFutures.reveals.book) expect(told.noticed).toBeGreaterThan(0);
          // A changed price may cross the book; a changed size shows in nothing.
          else expect(told.noticed).toBe(0);
        }),
        { numRuns: 60 },
      );
    });

    it.each<Mishap>(['dropped', 'doubled', 'swapped', 'changed'])('a %s trade', (mishap) => {
      const trade = (seq: number): string =>
        `{"feed":"trade","product_id":"PI_ETHUSD","uid":"${seq}","side":"buy","type":"fill","seq":${seq},"time":1626994936490,"qty":40.0,"price":2005.2}`;
      for (const at of [0, 1, 2, 3]) {
        const told = new DirectMarkets(krakenFutures, instruments);
        for (const text of withMishap([1, 2, 3, 4, 5].map(trade), () => true, at, mishap, changed))
          told.frame(Buffer.from(text));
        expect(told.noticed > 0).toBe(mishap in krakenFutures.reveals.trades);
      }
    });
  });
});
