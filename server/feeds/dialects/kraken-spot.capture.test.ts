import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterEach, describe, expect, it } from 'vitest';
import { parsePrice, parseSize, type Instrument } from '../../../protocol/instrument.ts';
import type { VenueId } from '../../../protocol/units.ts';
import { SystemClock } from '../../clock.ts';
import type { Mishap } from '../../../protocol/feed-quality.ts';
import type { Dialect } from '../dialect.ts';
import type { Market } from '../market.ts';
import { CaptureVenue } from '../testing/capture-venue.ts';
import { capturesFolder, haveCaptures, readExpected } from '../testing/captures.ts';
import { DirectMarkets, withMishap } from '../testing/direct.ts';
import { FeedRig } from '../testing/feed-rig.ts';
import { assetPair, readKrakenCapture } from '../testing/kraken-v1.ts';
import { replayTime } from '../time.ts';
import { krakenRest } from './kraken-rest.ts';
import { krakenSpot, krakenSpotAt } from './kraken-spot.ts';

const clock = new SystemClock();
let venue: CaptureVenue | null = null;
let rig: FeedRig | null = null;
afterEach(async () => {
  rig?.feed.stop();
  await venue?.stop();
});

interface Subscription {
  readonly method: string;
  readonly params?: { readonly channel: string; readonly symbol: readonly string[] };
}

const parsed = (text: string): Subscription => JSON.parse(text) as Subscription;
const isOfBook = (text: string): boolean => parsed(text).params?.channel === 'book';

function answersTo(text: string): string[] {
  const { method, params } = parsed(text);
  if (!params) return ['{"method":"pong"}'];
  return params.symbol.map((symbol) =>
    JSON.stringify({ method, result: { channel: params.channel, symbol }, success: true }),
  );
}

/** A feed of a local server that answers as Kraken does and plays the frames once all is subscribed. */
async function play(
  dialect: Dialect,
  symbols: readonly string[],
  assetPairs: string,
  frames: readonly string[],
  more: (text: string) => readonly string[] = () => [],
): Promise<{ rig: FeedRig }> {
  const server = new CaptureVenue({
    answer: (text) => [...answersTo(text), ...more(text)],
    begins: (text) => text.includes('"subscribe"') && text.includes('"trade"'),
    rest: (path) => (path === '/0/public/AssetPairs' ? assetPairs : null),
    frames: () => frames,
  });
  venue = server;
  await server.start();
  const { restUrl, wsUrl } = server;
  const time = replayTime(clock, Infinity, () => clock.wallMicros());
  rig = new FeedRig({ dialect, symbols, restUrl, wsUrl, clock, time });
  rig.feed.start();
  await server.drained;
  return { rig };
}

const bestOf = ({ sync: { book } }: Market): object => ({
  bid: [book.bids.best, book.bids.bestSize],
  ask: [book.asks.best, book.asks.bestSize],
});

function levelOf([price, size]: readonly [string, string], instrument: Instrument): unknown[] {
  return [parsePrice(price, instrument), parseSize(size, instrument)].map((read) => read.ok && read.value);
}

describe.skipIf(!haveCaptures())('Kraken’s captures', () => {
  const snippet = (): string[] =>
    readFileSync(join(capturesFolder, 'ws-snippets', 'kraken_btcusd_d10_v2_20260824.jsonl'), 'utf8')
      .split('\n')
      .filter((line) => line.startsWith('{"channel"'));

  it('v2 of 2026, ten levels: every checksum, and nothing kept beyond the tenth level', async () => {
    const pairs = JSON.stringify({ error: [], result: { 'BTC/USD': assetPair('BTC/USD', 1) } });
    const { rig } = await play(krakenSpotAt(10), ['BTC/USD'], pairs, snippet());
    const [market] = rig.feed.markets;
    expect(market?.counts).toMatchObject({ snapshots: 1, checked: 4, failed: 0 });
    expect(market?.sync.book.bids.length).toBe(10);
    expect(rig.quarantined).toEqual([]);
    expect(rig.instruments[0]).toMatchObject({
      name: 'BTC-USD',
      symbol: 'BTC/USD',
      priceScale: 1,
      sizeScale: 8,
    });
  });

  it('v1 of 2021 rewritten as v2: 4,269 checksums, the venue’s final books, nothing refused', async () => {
    const expected = readExpected('ws-cryptofeed')['KRAKEN.jsonl.gz'];
    if (!expected) throw new Error('expected.json does not name the capture');
    const { frames, symbols, assetPairs } = readKrakenCapture();
    const texts = frames.map(({ text }) => text);
    const { rig } = await play(krakenSpotAt(1000), symbols, assetPairs, texts);
    const { markets } = rig.feed;
    const total = (count: (market: Market) => number): number =>
      markets.reduce((sum, market) => sum + count(market), 0);
    // v1 wrote XMR with 8 decimals, and with those an offer for 99,999,997 is beyond 2^53 ticks: left out.
    expect(rig.quarantined.map(({ code, sentence }) => [code, sentence.slice(0, 19)])).toEqual([
      ['off-tick', '1 levels of XMR-USD'],
    ]);
    expect(rig.view).toMatchObject({ state: 'live', gaps: 0, resyncs: 0, reconnects: 0, quarantined: 1 });
    // The snapshots' checksums are ours; `expected.json` counts those that Kraken sent.
    expect(total(({ counts }) => counts.snapshots)).toBe(10);
    expect(total(({ counts }) => counts.checked)).toBe(4269 + 10);
    expect(total(({ counts }) => counts.failed)).toBe(0);
    expect(total(({ counts }) => counts.tickers)).toBe(expected.channels['ticker']);
    // In 8 messages.
    expect(expected.channels['trade']).toBe(8);
    expect(total(({ counts }) => counts.trades)).toBe(10);
    for (const market of markets) {
      const { instrument, sync } = market;
      const final = expected.final_books[instrument.symbol.replace('BTC', 'XBT')];
      if (!final) throw new Error(`no final book of ${instrument.symbol}`);
      expect({ name: instrument.name, ...bestOf(market) }).toEqual({
        name: instrument.symbol.replace('/', '-'),
        bid: levelOf(final.best_bid, instrument),
        ask: levelOf(final.best_ask, instrument),
      });
      const leftOut = instrument.name === 'XMR-USD' ? 1 : 0;
      expect([sync.book.bids.length, sync.book.asks.length + leftOut]).toEqual([final.bids, final.asks]);
    }
  });

  it('a book that fails its checksum is ended, subscribed anew and in step again', async () => {
    const pairs = JSON.stringify({ error: [], result: { 'BTC/USD': assetPair('BTC/USD', 1) } });
    const [, snapshot = '', ...rest] = snippet();
    const wrong = snapshot.replace('"qty":0.01266503', '"qty":0.01266504');
    const again = (text: string): string[] =>
      isOfBook(text) && asked().length > 2 ? [snapshot, ...rest] : [];
    const asked = (): string[] => (venue?.received ?? []).filter(isOfBook).map((text) => parsed(text).method);
    const { rig } = await play(krakenSpotAt(10), ['BTC/USD'], pairs, [wrong, ...rest], again);
    const [market] = rig.feed.markets;
    await rig.until('the book is in step', () => market?.counts.checked === 5);
    expect(asked()).toEqual(['subscribe', 'unsubscribe', 'subscribe']);
    expect(rig.quarantined.map(({ code }) => code)).toEqual(['checksum']);
    expect(market).toMatchObject({ synced: true, counts: { snapshots: 2, failed: 1 } });
  });

  describe('what can befall a message', () => {
    const { frames, symbols, assetPairs } = haveCaptures()
      ? readKrakenCapture()
      : { frames: [], symbols: [], assetPairs: '{}' };
    const listing = krakenRest.readInstruments(JSON.parse(assetPairs), symbols, 'test' as VenueId);
    const instruments = listing.ok ? listing.value.instruments : [];
    const [xmr = ''] = symbols.filter((symbol) => symbol === 'XMR/USD');
    const books = frames
      .filter(({ channel, symbol }) => channel === 'book' && symbol === xmr)
      .map(({ text }) => text);
    const dialect = krakenSpotAt(1000);
    const topOf = (rig: DirectMarkets): number[] => {
      const book = rig.markets[symbols.indexOf(xmr)]?.sync.book;
      const rows = Array.from({ length: 10 }, (_, row) => row);
      return [book?.bids, book?.asks].flatMap((side) =>
        rows.flatMap((row) => [side?.price(row) ?? 0, side?.size(row) ?? 0]),
      );
    };
    /** Another last digit of the first size. */
    const changed = (frame: string): string =>
      frame.replace(
        /("qty":[\d.]*)(\d)/,
        (_, head: string, digit: string) => head + String((Number(digit) + 1) % 10),
      );

    const REACH = { dropped: [2, 3], doubled: [3, 2], swapped: [3, 3], changed: [2, 2] } as const;

    it.each<Mishap>(['dropped', 'doubled', 'swapped', 'changed'])(
      'a book’s %s message is noticed, or the ten best levels are the true ones',
      (mishap) => {
        let noticed = 0;
        let places = 0;
        fc.assert(
          fc.property(fc.integer({ min: 1, max: books.length - 4 }), (at) => {
            const told = new DirectMarkets(dialect, instruments);
            const truth = new DirectMarkets(dialect, instruments);
            // To the message behind those that it befell, by the mishap and in truth.
            const [by, of] = REACH[mishap];
            for (const text of withMishap(books, () => true, at, mishap, changed).slice(0, at + by))
              told.frame(Buffer.from(text));
            for (const text of books.slice(0, at + of)) truth.frame(Buffer.from(text));
            places += 1;
            if (told.noticed > 0) noticed += 1;
            else expect(topOf(told)).toEqual(topOf(truth));
          }),
          { numRuns: 60 },
        );
        // Most messages are of the ten best levels.
        if (mishap in dialect.reveals.book) expect(noticed).toBeGreaterThan(places / 4);
        else expect(noticed).toBe(0);
      },
    );

    it.each<Mishap>(['dropped', 'doubled', 'swapped', 'changed'])('a %s trade', (mishap) => {
      const trade = (id: number): string =>
        `{"channel":"trade","type":"update","data":[{"symbol":"${xmr}","side":"buy","price":354.11000000,"qty":0.${id}0000000,"ord_type":"limit","trade_id":${id},"timestamp":"2021-04-17T16:48:53.365913Z"}]}`;
      const trades = [1, 2, 3, 4, 5].map(trade);
      for (const at of [0, 1, 2, 3]) {
        const told = new DirectMarkets(krakenSpot, instruments);
        for (const text of withMishap(trades, () => true, at, mishap, changed)) told.frame(Buffer.from(text));
        expect(told.noticed > 0).toBe(mishap in krakenSpot.reveals.trades);
      }
    });
  });
});
