import { describe, expect, it } from 'vitest';
import type { Instrument } from '../../../protocol/instrument.ts';
import type { VenueId } from '../../../protocol/units.ts';
import { krakenFuturesRest } from './kraken-futures-rest.ts';

const contract = (symbol: string, changes: object = {}): Record<string, unknown> => ({
  symbol,
  type: 'futures_inverse',
  base: 'XBT',
  quote: 'USD',
  tickSize: 0.5,
  contractSize: 1,
  contractValueTradePrecision: 0,
  tradeable: true,
  ...changes,
});
const list = (instruments: readonly unknown[], symbols: readonly string[] | 'all' = 'all') =>
  krakenFuturesRest.readInstruments({ result: 'success', instruments }, symbols, 'test' as VenueId);
function listed(...entries: unknown[]): readonly Instrument[] {
  const listing = list(entries);
  return listing.ok ? listing.value.instruments : [];
}
const [inverse] = listed(contract('PI_XBTUSD'));

describe('Kraken Futures over REST', () => {
  it('names contracts so that no two kinds have one name', () => {
    const flexible = { type: 'flexible_futures' };
    const names = listed(
      contract('PI_XBTUSD'),
      contract('FI_XBTUSD_211231'),
      contract('PF_XBTUSD', flexible),
      contract('FF_XBTUSD_211231', flexible),
      contract('PV_XRPXBT', { type: 'futures_vanilla', base: 'XRP', quote: 'XBT' }),
    ).map(({ name }) => name);
    expect(names).toEqual([
      'BTC-USD-PERP',
      'BTC-USD-211231',
      'BTC-USD-FLEX-PERP',
      'BTC-USD-FLEX-211231',
      'XRP-BTC-VANILLA-PERP',
    ]);
  });

  it('reads ticks from numbers with exponents, and lots of a thousand', () => {
    const pepe = contract('PF_PEPEUSD', { base: 'PEPE', tickSize: 1e-10, contractValueTradePrecision: -3 });
    expect(listed(pepe)[0]).toMatchObject({ priceScale: 10, tickStep: 1, sizeScale: 0, lotStep: 1000 });
    const xbt = contract('PF_XBTUSD', { tickSize: 1, contractValueTradePrecision: 4 });
    expect(listed(xbt)[0]).toMatchObject({ priceScale: 0, tickStep: 1, sizeScale: 4, lotStep: 1 });
  });

  it('says what a contract stands for: a dollar that settles in the coin, or a coin', () => {
    expect(inverse?.contract).toEqual({ kind: 'inverse', value: 1, scale: 0, settle: 'BTC' });
    const [flexible] = listed(contract('PF_XBTUSD', { type: 'flexible_futures' }));
    expect(flexible?.contract).toEqual({ kind: 'linear', value: 1, scale: 0, settle: 'USD' });
  });

  it('leaves out indices and what does not trade; refuses what was asked for and cannot be read', () => {
    const index = { symbol: 'in_xbtusd', type: 'spot index', tradeable: false };
    const ended = contract('FI_XBTUSD_210730', { tradeable: false });
    expect(listed(index, ended, contract('PI_XBTUSD'))).toHaveLength(1);
    const codes = [
      index,
      contract('PI_XBTUSD', { type: 'options' }),
      contract('PI_XBTUSD', { contractSize: 10 }),
    ].map((entry) => {
      const listing = list([entry], [String(entry['symbol']).toUpperCase()]);
      return listing.ok ? null : listing.error.code;
    });
    expect(codes).toEqual(['schema', 'schema', 'schema']);
    expect(list([contract('PI_XBTUSD')], ['PI_ETHUSD'])).toMatchObject({ error: { code: 'unknown-symbol' } });
  });

  it('tells its time with every answer', () => {
    const answer = { result: 'success', serverTime: '2021-07-22T23:02:07.160Z' };
    expect(krakenFuturesRest.readTime(answer)).toEqual({
      ok: true,
      value: Date.UTC(2021, 6, 22, 23, 2, 7, 160),
    });
    expect(krakenFuturesRest.readTime({ serverTime: 'now' }).ok).toBe(false);
  });

  it('reads a book and candles', () => {
    if (!inverse) throw new Error('not listed');
    const call = krakenFuturesRest.snapshot(inverse, 1);
    if (!call) throw new Error('no book is asked for');
    expect(call).toMatchObject({ path: '/derivatives/api/v3/orderbook', query: { symbol: 'PI_XBTUSD' } });
    const book = krakenFuturesRest.readSnapshot(
      { orderBook: { bids: [[32_170.5, 1200]], asks: [[32_171, 50]] } },
      inverse,
      call,
    );
    expect(book.ok && [book.value.bids.price[0], book.value.asks.size[0]]).toEqual([64_341, 50]);
    const from = 1_620_816_960_000_000;
    const asked = (range: object): unknown =>
      krakenFuturesRest.candles(inverse, { interval: '1m', limit: 10, ...range }, from + 600_000_000);
    expect(asked({ from, to: from })).toMatchObject({
      path: '/api/charts/v1/trade/PI_XBTUSD/1m',
      query: { from: '1620816960', to: '1620816960' },
    });
    expect(asked({ from })).toMatchObject({ query: { from: '1620816960', to: '1620817560' } });
    // Ten, the one that is still open among them.
    expect(asked({})).toMatchObject({ query: { from: '1620817020', to: '1620817560' } });
    expect(asked({ interval: '1s' })).toBeNull();
    const candle = {
      time: from / 1000,
      open: '56294.0',
      high: '56295',
      low: '56293.5',
      close: '56294.5',
      volume: 832,
    };
    expect(krakenFuturesRest.readCandles({ candles: [candle] }, inverse)).toEqual({
      ok: true,
      value: [{ candle: [from, 112_588, 112_590, 112_587, 112_589, 832], trades: 1 }],
    });
  });
});
