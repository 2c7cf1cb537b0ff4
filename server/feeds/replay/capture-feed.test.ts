import { join, resolve } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { formatPrice, formatSize } from '../../../protocol/instrument.ts';
import type { Lots, Ticks, VenueId } from '../../../protocol/units.ts';
import { SystemClock } from '../../clock.ts';
import { binanceCoinM } from '../dialects/binance-futures.ts';
import { dialects } from '../dialects/index.ts';
import type { MarketCounts } from '../market-counts.ts';
import { emptyBook, emptyQuote } from '../table.ts';
import { capturesFolder, haveCaptures, readExpected } from '../testing/captures.ts';
import type { FeedRig } from '../testing/feed-rig.ts';
import { playInto, type ReplayRig } from '../testing/replay-rig.ts';
import { surveyCapture } from './survey.ts';

/** A whole capture, on a machine that does other things too. */
const PLAYED_MS = 180_000;

const clock = new SystemClock();
let played: ReplayRig | null = null;
afterEach(() => played?.stop());

async function play(file: string, speed: number): Promise<FeedRig> {
  played = await playInto({ files: [file], speed }, clock);
  await played.ended(PLAYED_MS);
  return played.rigs[0];
}

it(
  'the repository’s own capture: every book in step to its end, nothing refused',
  { timeout: PLAYED_MS },
  async () => {
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
  },
);

interface Played {
  readonly folder: 'ws-binance' | 'ws-cryptofeed';
  readonly file: string;
  readonly dialect: string;
  /** Codes of what is quarantined. */
  readonly refused: readonly string[];
  readonly resyncs: number;
}

const binance = { folder: 'ws-binance', refused: [], resyncs: 0 } as const;
// Real: in two of these a book still holds orders from before its tick became larger.
const cryptofeed = { folder: 'ws-cryptofeed', refused: ['off-tick'], resyncs: 0 } as const;
const captures: readonly Played[] = [
  { ...binance, file: 'spot_btcusdt_20240808.gz', dialect: 'binance-spot' },
  // Real: one change takes the price beyond all 1,000 levels of the snapshot.
  { ...binance, file: 'usdm_btcusdt_20240808.gz', dialect: 'binance-usdm', resyncs: 1 },
  { ...binance, file: 'cm_btcusd_perp_20240808.gz', dialect: 'binance-coinm' },
  { ...cryptofeed, file: 'BINANCE.jsonl.gz', dialect: 'binance-spot' },
  { ...cryptofeed, file: 'BINANCE_FUTURES.jsonl.gz', dialect: 'binance-usdm' },
  { ...cryptofeed, file: 'BINANCE_DELIVERY.jsonl.gz', dialect: 'binance-coinm', refused: [] },
];

describe.skipIf(!haveCaptures())('real captures by a local WebSocket server', { timeout: PLAYED_MS }, () => {
  it.each(captures)('$file: every link of the chain, every book to its end', async (capture) => {
    const { folder, file, dialect, refused, resyncs } = capture;
    const expected = readExpected(folder)[file];
    if (!expected) throw new Error('expected.json does not name the capture');
    const { feed, instruments, reader, quarantined } = await play(
      join(capturesFolder, folder, file),
      Infinity,
    );
    expect(played?.replay.venues[0].dialect.id).toBe(dialect);
    expect(quarantined.map(({ code }) => code)).toEqual(refused);
    expect(feed.view()).toMatchObject({ gaps: 0, resyncs, reconnects: 0, quarantined: refused.length });
    expect(instruments.map(({ symbol }) => symbol).sort()).toEqual(Object.keys(expected.final_books).sort());
    const sum = (count: keyof MarketCounts): number =>
      feed.markets.reduce((total, { counts }) => total + counts[count], 0);
    expect(sum('chained')).toBe(expected.seq_ok);
    expect(sum('trades')).toBe(expected.channels['trade'] ?? 0);
    expect(sum('tickers')).toBe(expected.channels['bookTicker']);
    expect(sum('differed')).toBe(0);
    // While a book is fetched anew it is not compared.
    if (expected.bbo_match !== undefined && resyncs === 0) expect(sum('compared')).toBe(expected.bbo_match);
    for (const { index, instrument, sync } of feed.markets) {
      const final = expected.final_books[instrument.symbol];
      const { bids, asks } = sync.book;
      expect({
        bid: Number(formatPrice(bids.best as Ticks, instrument)),
        bidSize: Number(formatSize(bids.bestSize as Lots, instrument)),
        ask: Number(formatPrice(asks.best as Ticks, instrument)),
        askSize: Number(formatSize(asks.bestSize as Lots, instrument)),
      }).toEqual({
        bid: Number(final?.best_bid[0]),
        bidSize: Number(final?.best_bid[1]),
        ask: Number(final?.best_ask[0]),
        askSize: Number(final?.best_ask[1]),
      });
      const shown = emptyBook();
      expect(reader.readBook(index, shown)).toBe(true);
      expect(shown).toMatchObject({ state: 'ended', bidRows: 20, askRows: 20 });
      expect(shown.bidPrice[0]).toBe(bids.best);
      const quote = emptyQuote();
      expect(reader.readQuote(index, quote)).toBe(true);
      expect(quote.state).toBe('ended');
      expect(quote.bid).toBeLessThan(quote.ask);
    }
  });

  it.each([
    ['ws-binance/spot_btcusdt_20240808.gz', { name: 'BTC-USDT', priceScale: 2, sizeScale: 6 }],
    ['ws-binance/usdm_btcusdt_20240808.gz', { name: 'BTC-USDT-PERP', priceScale: 1, sizeScale: 3 }],
    ['ws-binance/cm_btcusd_perp_20240808.gz', { name: 'BTC-USD-PERP', priceScale: 1, sizeScale: 0 }],
  ])('%s: what trades is read off its prices, and people are told', async (file, read) => {
    const survey = await surveyCapture(join(capturesFolder, file));
    if (!survey.ok) throw new Error(survey.error.sentence);
    expect(survey.value.remark).toContain('The capture lists no instruments');
    const { rest } = dialects.find(({ id }) => id === survey.value.dialect) ?? {};
    expect(rest?.readInstruments(JSON.parse(survey.value.listing), 'all', 'test' as VenueId)).toMatchObject({
      ok: true,
      value: { instruments: [{ ...read, tickStep: 1, lotStep: 1 }] },
    });
  });

  it('a capture that has the venue’s own list keeps it, with the days of dated contracts', async () => {
    const survey = await surveyCapture(join(capturesFolder, 'ws-cryptofeed', 'BINANCE_DELIVERY.jsonl.gz'));
    if (!survey.ok) throw new Error(survey.error.sentence);
    expect(survey.value.remark).toBe('');
    const listed = binanceCoinM.rest.readInstruments(JSON.parse(survey.value.listing), 'all', 'x' as VenueId);
    if (!listed.ok) throw new Error(listed.error.sentence);
    expect(listed.value.weightPerMinute).toBe(2400);
    expect(listed.value.instruments.map(({ name }) => name).sort()).toEqual([
      'BCH-USD-210924',
      'BCH-USD-PERP',
      'BTC-USD-211231',
      'EOS-USD-PERP',
      'ETC-USD-PERP',
      'ETH-USD-210924',
      'LINK-USD-211231',
      'LINK-USD-PERP',
      'TRX-USD-PERP',
      'XRP-USD-PERP',
    ]);
  });
});
