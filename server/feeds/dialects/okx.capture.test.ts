import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import type { CaptureVenue } from '../testing/capture-venue.ts';
import { capturesFolder, haveCaptures, readExpected } from '../testing/captures.ts';
import type { FeedRig } from '../testing/feed-rig.ts';
import { booksOf, playRecorded, readRecorded, sum, type Recorded } from '../testing/recorded.ts';
import { okx } from './okx.ts';

let venue: CaptureVenue | null = null;
let rig: FeedRig | null = null;
afterEach(async () => {
  rig?.feed.stop();
  await venue?.stop();
});

const SYMBOLS = ['BTC-USDT', 'UNI-USD-SWAP', 'BTC-USD-220527'];
const LISTS = 'https://www.okx.com/api/v5/public/instruments?instType=';

/** What OKX answers to a frame of ours: to each argument by itself. */
function answersTo(text: string): string[] {
  if (text === 'ping') return ['pong'];
  const { op, args } = JSON.parse(text) as { op: string; args: readonly unknown[] };
  return args.map((arg) => JSON.stringify({ event: op, arg, connId: 'a4d3ae55' }));
}

async function play(
  recorded: Recorded,
  symbols: readonly string[],
  frames: readonly string[],
): Promise<FeedRig> {
  const played = await playRecorded({
    dialect: okx,
    symbols,
    frames,
    answer: answersTo,
    begins: (text) => text.includes('"subscribe"'),
    rest: (_, query) => recorded.bodies.get(LISTS + (query.get('instType') ?? '')) ?? null,
  });
  ({ venue, rig } = played);
  return played.rig;
}

describe.skipIf(!haveCaptures())('OKX’s captures', () => {
  const read = (): Recorded => readRecorded('ws-cryptofeed', 'OKX.jsonl.gz');

  it('of 2022, before books were numbered: every checksum, every trade, the final books, nothing refused', async () => {
    const expected = readExpected('ws-cryptofeed')['OKX.jsonl.gz'];
    if (!expected) throw new Error('expected.json does not name the capture');
    const recorded = read();
    const { feed, view, quarantined, instruments } = await play(recorded, SYMBOLS, recorded.frames);
    const { markets } = feed;
    expect(quarantined).toEqual([]);
    expect(view).toMatchObject({ state: 'live', gaps: 0, resyncs: 0, reconnects: 0 });
    expect(instruments.map(({ name, base, quote }) => [name, base, quote])).toEqual([
      ['BTC-USDT', 'BTC', 'USDT'],
      ['UNI-USD-PERP', 'UNI', 'USD'],
      ['BTC-USD-220527', 'BTC', 'USD'],
    ]);
    expect(instruments[0]).toMatchObject({
      priceScale: 1,
      tickStep: 1,
      sizeScale: 8,
      lotStep: 1,
      minLots: 1000,
    });
    expect(sum(markets, ({ checked }) => checked)).toBe(290);
    expect(sum(markets, ({ failed }) => failed)).toBe(0);
    expect(sum(markets, ({ chained }) => chained)).toBe(expected.seq_ok);
    expect(sum(markets, ({ snapshots }) => snapshots)).toBe(expected.channels['books:snapshot']);
    expect(sum(markets, ({ trades }) => trades)).toBe(expected.channels['trades']);
    expect(sum(markets, ({ tickers }) => tickers)).toBe(expected.channels['tickers']);
    for (const market of markets) {
      const final = expected.final_books[market.instrument.symbol];
      if (!final) throw new Error(`no final book of ${market.instrument.symbol}`);
      const [ours, theirs] = booksOf(market, final);
      expect(ours).toEqual(theirs);
    }
  });

  it('of 2026, numbered and without a checksum: every link', async () => {
    const updates = readFileSync(
      join(capturesFolder, 'ws-snippets', 'okx_btcusdt_books_updates_20260824.jsonl'),
      'utf8',
    )
      .split('\n')
      .filter((line) => line !== '');
    // The snapshot before them was not kept: this one has their first number and the levels they take away.
    const snapshot = JSON.stringify({
      arg: { channel: 'books', instId: 'BTC-USDT' },
      action: 'snapshot',
      data: [
        {
          asks: [
            ['78722.3', '1', '0', '1'],
            ['78729.9', '1', '0', '1'],
          ],
          bids: [['78721.4', '1', '0', '1']],
          ts: '1787612486107',
          checksum: 0,
          seqId: 80_274_874_800,
          prevSeqId: -1,
        },
      ],
    });
    const { feed, quarantined, view } = await play(read(), ['BTC-USDT'], [snapshot, ...updates]);
    const [market] = feed.markets;
    expect(market?.counts).toMatchObject({ snapshots: 1, chained: 6, checked: 0 });
    expect(market?.sync.book.lastUpdate).toBe(80_274_875_033);
    expect([market?.sync.book.bids.best, market?.sync.book.bids.bestSize]).toEqual([787_222, 35_528_063]);
    expect([market?.sync.book.asks.best, market?.sync.book.asks.bestSize]).toEqual([787_223, 44_699_492]);
    expect(quarantined).toEqual([]);
    expect(view).toMatchObject({ gaps: 0, resyncs: 0 });
  });
});
