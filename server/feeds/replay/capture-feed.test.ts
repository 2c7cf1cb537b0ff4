import { join, resolve } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { formatPrice, formatSize, parsePrice, parseSize } from '../../../protocol/instrument.ts';
import { SystemClock } from '../../clock.ts';
import { emptyBook, emptyQuote } from '../table.ts';
import { capturesFolder, haveCaptures, readExpected } from '../testing/captures.ts';
import { FeedRig } from '../testing/feed-rig.ts';
import { replayTime } from '../time.ts';
import { startReplay, type Replay } from './replay.ts';

const clock = new SystemClock();
let replay: Replay | null = null;
let rig: FeedRig | null = null;
afterEach(async () => {
  rig?.feed.stop();
  await replay?.stop();
});

async function play(file: string, speed: number): Promise<FeedRig> {
  const started = await startReplay({ file, speed }, clock);
  if (!started.ok) throw new Error(started.error.sentence);
  const source = started.value;
  replay = source;
  rig = new FeedRig({
    restUrl: source.restUrl,
    wsUrl: source.wsUrl,
    origin: 'REPLAY',
    clock,
    time: replayTime(clock, speed, () => source.position()),
    replay: () => source.view(),
    remark: source.remark,
  });
  const { feed } = rig;
  source.onEnd(() => feed.end());
  feed.start();
  await rig.until('the capture has ended', () => feed.view().state === 'ended', 60_000);
  return rig;
}

it('the repository’s own capture: every book in step to its end, nothing refused', async () => {
  const { feed, instruments, quarantined } = await play(
    resolve('config/captures/sim-60s.jsonl.gz'),
    Infinity,
  );
  expect(instruments.length).toBeGreaterThan(0);
  expect(quarantined).toEqual([]);
  expect(feed.view()).toMatchObject({ state: 'ended', gaps: 0, resyncs: 0, reconnects: 0 });
  for (const { instrument, synced, counts, sync } of feed.markets) {
    expect({ symbol: instrument.symbol, synced, differed: counts.differed }).toEqual({
      symbol: instrument.symbol,
      synced: true,
      differed: 0,
    });
    expect(counts.compared).toBeGreaterThan(0);
    expect(sync.book.bids.best).toBeLessThan(sync.book.asks.best);
  }
});

describe.skipIf(!haveCaptures())('real captures through the adapter by a local WebSocket server', () => {
  it('Binance spot 2024: every link of the chain, the venue’s own best prices, its final book', async () => {
    const expected = readExpected('ws-binance')['spot_btcusdt_20240808.gz'];
    if (!expected) throw new Error('expected.json does not name the capture');
    const { feed, instruments, reader, quarantined } = await play(
      join(capturesFolder, 'ws-binance', 'spot_btcusdt_20240808.gz'),
      Infinity,
    );
    const [instrument] = instruments;
    const [market] = feed.markets;
    if (!instrument || !market) throw new Error('no instrument');
    expect(instrument).toMatchObject({
      symbol: 'BTCUSDT',
      name: 'BTC-USDT',
      priceScale: 2,
      tickStep: 1,
      sizeScale: 6,
      lotStep: 1,
    });
    expect(market.counts.chained).toBe(expected.seq_ok);
    expect(market.counts.trades).toBe(expected.channels['trade']);
    expect(market.counts.tickers).toBe(expected.channels['bookTicker']);
    expect(market.counts.compared).toBe(expected.bbo_match);
    expect(market.counts.differed).toBe(0);
    expect(quarantined).toEqual([]);
    expect(feed.view()).toMatchObject({ gaps: 0, resyncs: 0, reconnects: 0, quarantined: 0 });
    const final = expected.final_books['BTCUSDT'];
    if (!final) throw new Error('no final book');
    const { book } = market.sync;
    const prices = [parsePrice(final.best_bid[0], instrument), parsePrice(final.best_ask[0], instrument)];
    const sizes = [parseSize(final.best_bid[1], instrument), parseSize(final.best_ask[1], instrument)];
    expect([book.bids.best, book.asks.best]).toEqual(prices.map((price) => price.ok && price.value));
    expect([book.bids.bestSize, book.asks.bestSize]).toEqual(sizes.map((size) => size.ok && size.value));
    const shown = emptyBook();
    expect(reader.readBook(0, shown)).toBe(true);
    expect(shown).toMatchObject({ state: 'ended', bidRows: 20, askRows: 20 });
    expect(shown.bidPrice[0]).toBe(book.bids.best);
    const quote = emptyQuote();
    expect(reader.readQuote(0, quote)).toBe(true);
    expect(quote.state).toBe('ended');
    expect(quote.bid).toBeLessThan(quote.ask);
  });

  it('cryptofeed’s Binance capture: four books from four snapshots, listed by the venue itself', async () => {
    const expected = readExpected('ws-cryptofeed')['BINANCE.jsonl.gz'];
    if (!expected) throw new Error('expected.json does not name the capture');
    const { feed, instruments, quarantined } = await play(
      join(capturesFolder, 'ws-cryptofeed', 'BINANCE.jsonl.gz'),
      Infinity,
    );
    expect(instruments.map(({ symbol }) => symbol).sort()).toEqual(Object.keys(expected.final_books).sort());
    let chained = 0;
    for (const market of feed.markets) {
      const { instrument, sync } = market;
      chained += market.counts.chained;
      const final = expected.final_books[instrument.symbol];
      expect({
        bid: Number(formatPrice(sync.book.bids.best as never, instrument)),
        bidSize: Number(formatSize(sync.book.bids.bestSize as never, instrument)),
        ask: Number(formatPrice(sync.book.asks.best as never, instrument)),
        askSize: Number(formatSize(sync.book.asks.bestSize as never, instrument)),
      }).toEqual({
        bid: Number(final?.best_bid[0]),
        bidSize: Number(final?.best_bid[1]),
        ask: Number(final?.best_ask[0]),
        askSize: Number(final?.best_ask[1]),
      });
      expect(market.counts.differed).toBe(0);
    }
    expect(chained).toBe(expected.seq_ok);
    // Real: one book still holds orders from before its tick became larger.
    expect(quarantined.map(({ code }) => code)).toEqual(['off-tick']);
    expect(feed.view()).toMatchObject({ gaps: 0, resyncs: 0, quarantined: 1 });
  });
});
