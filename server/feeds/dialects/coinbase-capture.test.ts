import fc from 'fast-check';
import { afterEach, describe, expect, it } from 'vitest';
import { formatPrice, formatSize } from '../../../protocol/instrument.ts';
import type { VenueId } from '../../../protocol/units.ts';
import { SystemClock } from '../../clock.ts';
import { CaptureVenue } from '../testing/capture-venue.ts';
import { haveCaptures, readExpected, readLines } from '../testing/captures.ts';
import { Collected } from '../testing/collected.ts';
import { FeedRig } from '../testing/feed-rig.ts';
import { replayTime } from '../time.ts';
import { coinbaseRest } from './coinbase-rest.ts';
import { coinbase } from './coinbase.ts';

const FILE = 'COINBASE_ADV_first600.jsonl.gz';
const SYMBOLS = ['BTC-USD', 'ETH-USD'];
/** The recorder also asked for candles, which we pass over. */
const FRAMES_OF_OURS = 4;

interface Frame {
  readonly channel: string;
  readonly sequence_num: number;
  readonly events: readonly { type?: string; product_id?: string; trades?: unknown[]; updates?: unknown[] }[];
}

function readCapture(): { products: string; frames: string[]; read: Frame[] } {
  let products = '';
  const frames: string[] = [];
  for (const line of readLines('ws-cryptofeed-v3', FILE)) {
    if (line === '') continue;
    const { t, data } = JSON.parse(line) as { t: string; data: string };
    if (t === 'http') products = data;
    if (t === 'recv') frames.push(data);
  }
  return { products, frames, read: frames.map((text) => JSON.parse(text) as Frame) };
}

describe.skipIf(!haveCaptures())('Coinbase as it was recorded', () => {
  const { products, frames, read } = readCapture();
  let venue: CaptureVenue | null = null;
  let rig: FeedRig | null = null;
  afterEach(async () => {
    rig?.feed.stop();
    await venue?.stop();
  });

  /** Plays these frames to each connection in turn, until the feed has read so many. */
  async function play(total: number, ...plays: readonly (readonly string[])[]): Promise<FeedRig> {
    let connection = 0;
    venue = await new CaptureVenue({
      answer: () => [],
      begins: (_, asked) => asked === FRAMES_OF_OURS,
      rest: (path) => (path === coinbaseRest.instruments(SYMBOLS)?.path ? products : null),
      frames: () => plays[connection++] ?? [],
    }).start();
    const clock = new SystemClock();
    rig = new FeedRig({
      dialect: coinbase,
      symbols: SYMBOLS,
      restUrl: venue.restUrl,
      wsUrl: venue.wsUrl,
      clock,
      time: replayTime(clock, Infinity, () => 1_786_309_552_000_000),
    });
    rig.feed.start();
    const { feed } = rig;
    await rig.until('every frame was read', () => feed.view().frames === total, 60_000);
    return rig;
  }

  function finalBooks({ feed }: FeedRig): object {
    return Object.fromEntries(
      feed.markets.map(({ instrument, sync: { book } }) => [
        instrument.symbol,
        {
          best_bid: [formatPrice(book.bids.best as never, instrument), book.bids.bestSize],
          best_ask: [formatPrice(book.asks.best as never, instrument), book.asks.bestSize],
        },
      ]),
    );
  }
  function expectedBooks(): object {
    const books = readExpected('ws-cryptofeed-v3')[FILE]?.final_books ?? {};
    return Object.fromEntries(
      Object.entries(books).map(([symbol, { best_bid, best_ask }]) => [
        symbol,
        {
          best_bid: [Number(best_bid[0]).toFixed(2), Math.round(Number(best_bid[1]) * 1e8)],
          best_ask: [Number(best_ask[0]).toFixed(2), Math.round(Number(best_ask[1]) * 1e8)],
        },
      ]),
    );
  }

  it('every frame in order, every change chained, two books to the venue’s last best prices', async () => {
    const expected = readExpected('ws-cryptofeed-v3')[FILE];
    const played = await play(600, frames);
    const { feed, quarantined } = played;
    const links = read.filter((frame, at) => frame.sequence_num === (read[at - 1]?.sequence_num ?? NaN) + 1);
    expect(links).toHaveLength(expected?.seq_ok ?? NaN);
    expect(feed.view()).toMatchObject({ frames: 600, gaps: 0, resyncs: 0, reconnects: 0 });
    expect(quarantined).toEqual([]);
    const events = read.flatMap(({ channel, events: told }) => told.map((event) => ({ channel, ...event })));
    const sum = (count: 'trades' | 'tickers' | 'snapshots' | 'chained'): number =>
      feed.markets.reduce((all, market) => all + market.counts[count], 0);
    const updates = (channel: string) =>
      events.filter((event) => event.channel === channel && event.type === 'update');
    expect(sum('trades')).toBe(updates('market_trades').flatMap(({ trades }) => trades ?? []).length);
    expect(sum('tickers')).toBe(expected?.channels['ticker']);
    expect(sum('snapshots')).toBe(2);
    expect(sum('chained')).toBe((expected?.channels['l2_data'] ?? NaN) - 2);
    expect(finalBooks(played)).toEqual(expectedBooks());
    expect(feed.markets.map(({ synced }) => synced)).toEqual([true, true]);
  });

  it('a frame that is lost on its way is a gap: both books are asked for anew, and the trades go on', async () => {
    const at = read.findIndex(({ channel }, index) => index > 300 && channel === 'l2_data');
    const played = await play(599, frames.toSpliced(at, 1));
    expect(played.feed.view()).toMatchObject({ gaps: 1, resyncs: 2, reconnects: 0, state: 'resyncing' });
    expect(played.quarantined.map(({ code }) => code)).toEqual(['gap']);
    const trades = read
      .filter(({ channel }) => channel === 'market_trades')
      .flatMap(({ events }) =>
        events.filter(({ type }) => type === 'update').flatMap((event) => event.trades ?? []),
      );
    expect(played.feed.markets.reduce((sum, { counts }) => sum + counts.trades, 0)).toBe(trades.length);
  });

  it('gives away what it says it does, wherever it befalls a message', () => {
    const listed = coinbaseRest.readInstruments(JSON.parse(products), SYMBOLS, 'test' as VenueId);
    const instruments = listed.ok ? listed.value.instruments : [];
    const channels = { book: 'l2_data', ticker: 'ticker', trades: 'market_trades' } as const;
    const place = fc.integer({ min: 40, max: 560 });
    fc.assert(
      fc.property(fc.constantFrom('book', 'ticker', 'trades'), place, fc.nat(2), (channel, from, which) => {
        const at = read.findIndex((frame, index) => index >= from && frame.channel === channels[channel]);
        const mishap = Object.keys(coinbase.reveals[channel])[which];
        if (at < 0 || mishap === undefined) return;
        const some = frames.slice(at - 5, at + 20);
        if (mishap === 'dropped') some.splice(5, 1);
        else if (mishap === 'doubled') some.splice(5, 0, some[5] ?? '');
        else some.splice(5, 2, some[6] ?? '', some[5] ?? '');
        const decoder = coinbase.decoder(instruments);
        const noticed = some.flatMap((text) => new Collected().of(decoder, text)).map(([what]) => what);
        expect(noticed).toContain(mishap === 'doubled' ? 'refused' : 'broken');
      }),
    );
    // None of them says what a frame must hold: one that says something else is only ever found by luck.
    expect(Object.values(coinbase.reveals).flatMap((means) => Object.keys(means))).not.toContain('changed');
  });

  it('lists what trades, each market once, and knows who shares one', () => {
    const list = JSON.parse(products) as unknown;
    const all = coinbaseRest.readInstruments(list, 'all', 'test' as VenueId);
    if (!all.ok) throw new Error(all.error.sentence);
    expect(all.value.instruments.length).toBeGreaterThan(300);
    expect(all.value.instruments.map(({ index }) => index)).toEqual(all.value.instruments.map((_, at) => at));
    const btc = all.value.instruments.find(({ symbol }) => symbol === 'BTC-USD');
    expect(btc).toMatchObject({
      name: 'BTC-USD',
      base: 'BTC',
      quote: 'USD',
      priceScale: 2,
      tickStep: 1,
      sizeScale: 8,
      lotStep: 1,
      minLots: 1,
      maxLots: 3400 * 1e8,
      minNotional: '1000000',
    });
    expect(btc && formatSize(btc.minLots, btc)).toBe('0.00000001');
    const refusal = (symbols: string[]): unknown => {
      const one = coinbaseRest.readInstruments(list, symbols, 'test' as VenueId);
      return one.ok ? one.value.instruments.map(({ symbol }) => symbol) : one.error.sentence;
    };
    expect(refusal(['ETH-USD', 'BTC-USD'])).toEqual(['ETH-USD', 'BTC-USD']);
    expect(refusal(['BTC-USDC'])).toBe(
      'BTC-USDC shares the market of BTC-USD, and its data comes under that name: ask for BTC-USD.',
    );
    expect(refusal(['BTC-XYZ'])).toBe('The venue does not list BTC-XYZ as a spot product.');
  });
});
