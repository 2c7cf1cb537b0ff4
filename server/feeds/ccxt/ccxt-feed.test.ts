import ccxt from 'ccxt';
import { afterEach, describe, expect, it } from 'vitest';
import type { FeedView, Quarantined } from '../../../protocol/health.ts';
import type { Instrument } from '../../../protocol/instrument.ts';
import { ok, refuse, type Refusal } from '../../../protocol/result.ts';
import type { InstrumentIndex, VenueId } from '../../../protocol/units.ts';
import { startSim, type Sim } from '../../../sim/start.ts';
import { SystemClock } from '../../clock.ts';
import { emptyQuote, MarketTableReader, MarketTableWriter, createMarketTable } from '../table.ts';
import { FeedRig } from '../testing/feed-rig.ts';
import { liveTime } from '../time.ts';
import { openExchange, type CcxtExchange } from './ccxt-exchange.ts';
import { CcxtFeed, type CcxtFeedOptions } from './ccxt-feed.ts';

const clock = new SystemClock();

/** A feed with all that it says kept. */
class CcxtRig {
  readonly table = createMarketTable(16);
  readonly reader = new MarketTableReader(this.table);
  readonly views: FeedView[] = [];
  readonly quarantined: Quarantined[] = [];
  instruments: readonly Instrument[] = [];
  fatal: Refusal | null = null;
  readonly feed: CcxtFeed;

  constructor(options: Partial<CcxtFeedOptions>) {
    this.feed = new CcxtFeed(
      {
        venue: 'ccxt' as VenueId,
        name: 'By ccxt',
        exchange: 'binance',
        symbols: ['BTC/USDT'],
        origin: 'SIM',
        instruments: null,
        table: new MarketTableWriter(this.table),
        clock,
        time: liveTime(clock),
        random: () => 0,
        replay: null,
        remark: '',
        ...options,
      },
      {
        onInstruments: (instruments) => (this.instruments = instruments),
        onView: (view) => this.views.push(view),
        onQuarantined: (message) => this.quarantined.push(message),
        onBar: () => undefined,
        onStatistics: () => undefined,
        onMinutes: () => undefined,
        onFatal: (error) => (this.fatal = error),
      },
    );
    this.feed.start();
  }

  quote(): ReturnType<typeof emptyQuote> {
    const quote = emptyQuote();
    this.reader.readQuote(0, quote);
    return quote;
  }
  until(condition: () => boolean): Promise<void> {
    return expect.poll(condition, { timeout: 60_000, interval: 5 }).toBe(true);
  }
}

let rig: CcxtRig | null = null;
afterEach(() => rig?.feed.stop());

/** An exchange that says what a test hands it, in order, and then nothing more. */
class Said implements CcxtExchange {
  precisionMode: unknown = 4;
  readonly timeframes = { '1m': '1m' };
  readonly #books: unknown[];
  readonly #trades: unknown[];
  candles: unknown = [];

  constructor(books: unknown[], trades: unknown[] = []) {
    this.#books = books;
    this.#trades = trades;
  }
  loadMarkets(): Promise<unknown> {
    const limits = { amount: { min: 0.001, max: 100 }, cost: { min: 5 } };
    const market = { base: 'BTC', quote: 'USDT', precision: { price: 0.01, amount: 0.001 }, limits };
    return Promise.resolve({
      'BTC/USDT': { ...market, id: 'BTCUSDT', symbol: 'BTC/USDT', type: 'spot' },
      'BTC/USDT:USDT': { ...market, id: 'BTCUSDT-SWAP', symbol: 'BTC/USDT:USDT', type: 'swap' },
      'BTC/USDT:USDT-261225': {
        ...market,
        id: 'BTCUSDT-1225',
        symbol: 'BTC/USDT:USDT-261225',
        type: 'future',
        expiry: Date.UTC(2026, 11, 25, 8),
      },
    });
  }
  watchOrderBook(): Promise<unknown> {
    return this.#next(this.#books);
  }
  watchTrades(): Promise<unknown> {
    return this.#next(this.#trades);
  }
  fetchOHLCV(): Promise<unknown> {
    return Promise.resolve(this.candles);
  }
  numberToString(value: number): string {
    return value.toFixed(12).replace(/\.?0+$/, '');
  }
  close(): Promise<unknown> {
    return Promise.resolve();
  }
  #next(said: unknown[]): Promise<unknown> {
    if (said.length === 0) return new Promise(() => undefined);
    const one = said.shift();
    return one instanceof Error ? Promise.reject(one) : Promise.resolve(one);
  }
}
const start = (exchange: Said, options: Partial<CcxtFeedOptions> = {}): CcxtRig =>
  (rig = new CcxtRig({ open: () => Promise.resolve(ok(exchange)), ...options }));

const BOOK = { bids: [[99.99, 1.5]], asks: [[100.01, 0.1 + 0.2]], timestamp: 1_786_309_552_000 };

describe('a feed by way of ccxt', () => {
  it('floats become the ticks and lots that they were read from; each book replaces the last', async () => {
    const trade = { timestamp: 1_786_309_552_000, price: 100.01, amount: 0.002 };
    const trades = [
      { ...trade, id: 'a', side: 'sell' },
      { ...trade, id: 'b', side: undefined, price: 99.99 },
    ];
    const mine = start(new Said([BOOK, { ...BOOK, bids: [[99.98, 2]] }], [trades]));
    await mine.until(() => mine.quote().bid === 9998 && mine.quote().last === 9999);
    expect(mine.quote()).toMatchObject({ state: 'live', bidSize: 2000, ask: 10_001, askSize: 300 });
    expect(mine.feed.view()).toMatchObject({ state: 'live', quarantined: 0 });
    expect(mine.feed.markets[0]?.counts).toMatchObject({ snapshots: 2, trades: 2 });
    expect(mine.instruments[0]).toMatchObject({
      symbol: 'BTCUSDT',
      name: 'BTC-USDT',
      priceScale: 2,
      sizeScale: 3,
      minLots: 1,
      maxLots: 100_000,
      minNotional: '5000000',
    });
  });

  it('a level off the tick is left out, a book that is none is refused, and both are said', async () => {
    const mine = start(new Said([{ ...BOOK, bids: [...BOOK.bids, [99.985, 1]] }, { bids: 1 }]));
    await mine.until(() => mine.quarantined.length === 2);
    expect(mine.quarantined.map(({ code }) => code)).toEqual(['off-tick', 'schema']);
    expect(mine.quote()).toMatchObject({ bid: 9999, bidSize: 1500 });
  });

  it('what ccxt throws makes it stale at once, says why, and is tried again', async () => {
    const mine = start(new Said([BOOK, new Error('socket hang up'), { ...BOOK, bids: [[99, 1]] }]));
    await mine.until(() => mine.quote().bid === 9900);
    const down = mine.views.find(({ state }) => state === 'down');
    expect(down?.sentence).toContain('socket hang up');
    expect(mine.feed.view()).toMatchObject({ state: 'live', reconnects: 1 });
  });

  it('what no waiting mends ends it; anything else is tried until it works', async () => {
    const gone = start(new Said([]), { symbols: ['XYZ/USDT'] });
    await gone.until(() => gone.fatal !== null);
    expect(gone.fatal).toMatchObject({ code: 'unknown-symbol', sentence: 'ccxt does not list XYZ/USDT.' });
    let tries = 0;
    const exchange = new Said([BOOK]);
    const open = () => Promise.resolve(++tries < 3 ? refuse('rest-unreachable', 'Not now.') : ok(exchange));
    const late = start(exchange, { open });
    await late.until(() => late.quote().bid === 9999);
    expect(late.views.some(({ sentence }) => sentence === 'Not now.')).toBe(true);
  });

  it('names markets as people read them', async () => {
    const mine = start(new Said([]), { symbols: 'all' });
    await mine.until(() => mine.instruments.length === 3);
    expect(mine.instruments.map(({ name }) => name)).toEqual([
      'BTC-USDT',
      'BTC-USDT-PERP',
      'BTC-USDT-261225',
    ]);
  });

  it('candles are exact, and only of the intervals that there are', async () => {
    const before = Math.floor(clock.wallMicros() / 60e6) * 60_000 - 60_000;
    const exchange = new Said([BOOK]);
    exchange.candles = [[before, 1, 2, 0.5, 1.5, 0.003]];
    const mine = start(exchange);
    const query = { instrument: 0 as InstrumentIndex, interval: '1m', limit: 10 } as const;
    expect(await mine.feed.candles(query)).toMatchObject({ ok: false, code: 'starting' });
    await mine.until(() => mine.instruments.length === 1);
    const reply = await mine.feed.candles(query);
    expect(reply.ok && reply.candles[0]).toEqual([before * 1000, 100, 200, 50, 150, 3]);
    expect(await mine.feed.candles({ ...query, interval: '1s' })).toMatchObject({ code: 'candles' });
  });

  it('candles that are not on its tick are none, and it is said', async () => {
    const exchange = new Said([BOOK]);
    exchange.candles = [[Math.floor(clock.wallMicros() / 60e6) * 60_000, 1, 2, 0.501, 1.5, 0.003]];
    const mine = start(exchange);
    await mine.until(() => mine.instruments.length === 1);
    const query = { instrument: 0 as InstrumentIndex, interval: '1m', limit: 10 } as const;
    expect(await mine.feed.candles(query)).toMatchObject({ ok: false, code: 'candles' });
  });
});

describe('ccxt itself', () => {
  it('is loaded when it is needed; without it, or without the exchange, there is a sentence', async () => {
    expect(await openExchange('binance', 'no-such-package')).toMatchObject({
      error: {
        code: 'ccxt-missing',
        sentence: 'The feed ccxt:binance needs the package ccxt: run "npm install ccxt".',
      },
    });
    expect(await openExchange('nowhere')).toMatchObject({ error: { code: 'unknown-exchange' } });
    expect(await openExchange('constructor')).toMatchObject({ error: { code: 'unknown-exchange' } });
    const binance = await openExchange('binance');
    expect(binance.ok && binance.value.numberToString(1e-8)).toBe('0.00000001');
  });

  describe('on the simulated exchange', () => {
    let sim: Sim | null = null;
    let native: FeedRig | null = null;
    afterEach(async () => {
      native?.feed.stop();
      await sim?.close();
    });

    it('has the book that our own adapter has', async () => {
      const venue = (sim = await startSim({ instruments: 4, prerollSeconds: 60 }));
      const open = async () => {
        const exchange = new ccxt.pro.binance({ options: { fetchMarkets: { types: ['spot'] } } });
        exchange.has['fetchCurrencies'] = false;
        exchange.urls['api'] = redirect(exchange.urls['api'], venue) as typeof exchange.urls.api;
        await exchange.loadHttpProxyAgent();
        return ok(exchange as unknown as CcxtExchange);
      };
      const mine = (rig = new CcxtRig({ open }));
      const ours = (native = new FeedRig({ restUrl: venue.rest, wsUrl: venue.ws, symbols: ['BTCUSDT'] }));
      ours.feed.start();
      await mine.until(() => mine.feed.view().state === 'live' && ours.view.state === 'live');
      await mine.until(() => (mine.feed.markets[0]?.counts.trades ?? 0) > 0);
      expect(mine.instruments[0]).toMatchObject({ ...ours.instruments[0], venue: 'ccxt' });
      const best = ({ markets }: { markets: CcxtFeed['markets'] }): string => {
        const book = markets[0]?.sync.book;
        return [book?.bids.best, book?.bids.bestSize, book?.asks.best, book?.asks.bestSize].join();
      };
      await mine.until(() => best(mine.feed) === best(ours.feed));
      expect(mine.quarantined).toEqual([]);
    });
  });
});

function redirect(value: unknown, { ws, rest }: Sim): unknown {
  if (typeof value === 'string') {
    const from = new URL(value);
    return (from.protocol.startsWith('ws') ? ws : rest) + from.pathname.replace(/\/$/, '');
  }
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, inner]) => [key, redirect(inner, { ws, rest } as Sim)]),
  );
}
