import { describe, expect, it } from 'vitest';
import type { Instrument } from '../../../protocol/instrument.ts';
import type { VenueId } from '../../../protocol/units.ts';
import { instrument } from '../../testing/orders.ts';
import type { Dialect } from '../dialect.ts';
import { binanceCoinM, binanceUsdM } from './binance-futures.ts';

const usdM = [instrument(0, 'BTCUSDT')];
const coinM = [instrument(0, 'BTCUSD_PERP'), instrument(1, 'BTCUSD_211231')];

describe('what is asked for, and where', () => {
  const asked = (dialect: Dialect, base: string, instruments: readonly Instrument[]) =>
    dialect.lines(base, instruments).map(({ url, subscribe, books }) => ({
      url,
      books,
      params: subscribe.flatMap(({ text }) => (JSON.parse(text) as { params: string[] }).params),
    }));

  it('USD-M: books, best prices and trades of one address, marks of another', () => {
    expect(asked(binanceUsdM, 'wss://fstream.binance.com/', usdM.slice(0, 1))).toEqual([
      {
        url: 'wss://fstream.binance.com/public/stream',
        books: [0],
        params: ['btcusdt@bookTicker', 'btcusdt@depth@100ms', 'btcusdt@trade'],
      },
      { url: 'wss://fstream.binance.com/market/stream', books: [], params: ['btcusdt@markPrice@1s'] },
    ]);
  });

  it('COIN-M: everything of one address', () => {
    const streams = ['bookTicker', 'depth@100ms', 'trade', 'markPrice@1s'];
    expect(asked(binanceCoinM, 'wss://dstream.binance.com', coinM)).toEqual([
      {
        url: 'wss://dstream.binance.com/stream',
        books: [0, 1],
        params: coinM.flatMap(({ symbol }) => streams.map((stream) => `${symbol.toLowerCase()}@${stream}`)),
      },
    ]);
  });

  it('never more streams on a connection than Binance allows', () => {
    for (const dialect of [binanceUsdM, binanceCoinM]) {
      const most = Math.floor(dialect.rules.maxStreams / dialect.rules.streamsPerInstrument);
      const many = Array.from({ length: most }, (_, at) => instrument(at, `A${at}USDT`));
      for (const { params } of asked(dialect, '', many)) expect(params.length).toBeLessThanOrEqual(1024);
    }
  });

  it('a list of symbols at their own root, whole: futures cannot be asked for some', () => {
    expect(binanceUsdM.rest.instruments(['BTCUSDT'])).toMatchObject({
      path: '/fapi/v1/exchangeInfo',
      query: {},
    });
    expect(binanceCoinM.rest.instruments('all')).toMatchObject({ path: '/dapi/v1/exchangeInfo', query: {} });
  });

  it.each([
    [20, '1000', 20],
    [19, '500', 10],
    [0, '100', 5],
  ])('a snapshot for a weight of %i is %s levels deep', (weight, limit, cost) => {
    const call = binanceUsdM.rest.snapshot(usdM[0] as Instrument, weight);
    expect(call).toMatchObject({ path: '/fapi/v1/depth', query: { limit }, weight: cost });
  });

  it('candles of 1 m; of 1 s there are none', () => {
    const [btc] = coinM;
    const range = { limit: 1000, from: 60_000_000 };
    expect(binanceCoinM.rest.candles(btc as Instrument, { ...range, interval: '1s' }, 0)).toBeNull();
    expect(binanceCoinM.rest.candles(btc as Instrument, { ...range, interval: '1m' }, 0)).toEqual({
      path: '/dapi/v1/klines',
      query: { symbol: 'BTCUSD_PERP', interval: '1m', limit: '1000', startTime: '60000' },
      weight: 5,
    });
  });
});

describe('the list of what trades', () => {
  const entry = (symbol: string, changes: object) => ({
    symbol,
    baseAsset: 'BTC',
    quoteAsset: 'USDT',
    contractType: 'PERPETUAL',
    status: 'TRADING',
    filters: [
      { filterType: 'PRICE_FILTER', tickSize: '0.10' },
      { filterType: 'LOT_SIZE', stepSize: '0.001', minQty: '0.001', maxQty: '1000' },
      { filterType: 'MIN_NOTIONAL', notional: '100' },
    ],
    ...changes,
  });
  const read = (symbols: readonly string[] | 'all', ...listed: object[]) =>
    binanceUsdM.rest.readInstruments({ rateLimits: [], symbols: listed }, symbols, 'v' as VenueId);

  it('a perpetual and a dated contract, by the names that people read', () => {
    const listing = read(
      'all',
      entry('BTCUSDT', {}),
      entry('BTCUSDT_260626', { contractType: 'CURRENT_QUARTER' }),
      entry('GOLDUSDT', { baseAsset: 'GOLD', contractType: 'TRADIFI_PERPETUAL' }),
      entry('BTCUSD_PERP', { quoteAsset: 'USD', status: undefined, contractStatus: 'TRADING' }),
    );
    if (!listing.ok) throw new Error(listing.error.sentence);
    const { instruments } = listing.value;
    expect(instruments.map(({ name }) => name)).toEqual([
      'BTC-USDT-PERP',
      'BTC-USDT-260626',
      'GOLD-USDT-PERP',
      'BTC-USD-PERP',
    ]);
    expect(instruments[0]).toMatchObject({
      priceScale: 1,
      sizeScale: 3,
      minLots: 1,
      maxLots: 1_000_000,
      minNotional: '100000000',
    });
  });

  it('what does not trade is left out, unless it was asked for by name', () => {
    const settling = entry('OLDUSDT', { status: 'SETTLING' });
    expect(read('all', entry('BTCUSDT', {}), settling)).toMatchObject({ value: { instruments: [{}] } });
    expect(read(['OLDUSDT'], settling)).toMatchObject({ value: { instruments: [{ symbol: 'OLDUSDT' }] } });
  });

  it('a contract of no known kind is refused', () => {
    const sentence = 'The venue does not say what kind of contract NEWUSDT is.';
    expect(read(['NEWUSDT'], entry('NEWUSDT', { contractType: '' }))).toMatchObject({ error: { sentence } });
  });
});
