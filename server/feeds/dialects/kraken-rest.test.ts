import { describe, expect, it } from 'vitest';
import type { Instrument } from '../../../protocol/instrument.ts';
import type { VenueId } from '../../../protocol/units.ts';
import { haveCaptures, readLines } from '../testing/captures.ts';
import { assetPair } from '../testing/kraken-v1.ts';
import { krakenRest } from './kraken-rest.ts';

const venue = 'test' as VenueId;
const list = (pairs: readonly Record<string, unknown>[], symbols: readonly string[] | 'all' = 'all') =>
  krakenRest.readInstruments(
    { error: [], result: Object.fromEntries(pairs.map((pair) => [String(pair['altname']), pair])) },
    symbols,
    venue,
  );
function only(pair: Record<string, unknown>): Instrument {
  const listing = list([pair]);
  const [instrument] = listing.ok ? listing.value.instruments : [];
  if (!instrument) throw new Error('not listed');
  return instrument;
}
const btc = only(assetPair('BTC/USD', 1));

describe('Kraken over REST', () => {
  it('lists pairs under the names of its stream, with the precision of its stream', () => {
    const doge = { ...assetPair('DOGE/USD', 7), wsname: 'XDG/USD', tick_size: '0.0000005', costmin: '0.5' };
    expect(only(doge)).toMatchObject({
      symbol: 'DOGE/USD',
      name: 'DOGE-USD',
      base: 'DOGE',
      quote: 'USD',
      priceScale: 7,
      tickStep: 5,
      sizeScale: 8,
      lotStep: 1,
      minLots: 10_000,
      minNotional: '500000',
    });
    expect(btc).toMatchObject({ symbol: 'BTC/USD', name: 'BTC-USD', tickStep: 1 });
  });

  it('lists those that were asked for in that order, or all that trade', () => {
    const pairs = [assetPair('BTC/USD', 1), { ...assetPair('ETH/USD', 2), status: 'cancel_only' }];
    const names = (symbols: readonly string[] | 'all'): unknown => {
      const listing = list(pairs, symbols);
      return listing.ok
        ? listing.value.instruments.map(({ name, index }) => [name, index])
        : listing.error.code;
    };
    expect(names('all')).toEqual([['BTC-USD', 0]]);
    expect(names(['ETH/USD', 'BTC/USD'])).toEqual([
      ['ETH-USD', 0],
      ['BTC-USD', 1],
    ]);
    expect(names(['XBT/USD'])).toBe('unknown-symbol');
    // A dark pool has no name in the stream.
    expect(list([{ altname: 'XBTUSD.d' }])).toMatchObject({ ok: false, error: { code: 'no-symbols' } });
  });

  it.each([
    { tick_size: '0.15' },
    { tick_size: '0' },
    { tick_size: 'x' },
    { pair_decimals: 99 },
    { lot_decimals: '8' },
    { wsname: 'XBT/USD/EUR' },
  ])('refuses an entry with %j', (change) => {
    const symbols = ['BTC/USD'];
    expect(list([{ ...assetPair('BTC/USD', 1), ...change }], symbols)).toMatchObject({ ok: false });
  });

  it('tells an error that comes with status 200', () => {
    const answer = { error: ['EGeneral:Too many requests'] };
    const error = { code: 'rest-refused', sentence: 'The venue refused: EGeneral:Too many requests.' };
    expect(krakenRest.readInstruments(answer, 'all', venue)).toEqual({ ok: false, error });
    expect(krakenRest.readCandles(answer, btc)).toEqual({ ok: false, error });
  });

  it('reads a snapshot, whose levels have no number', () => {
    const call = krakenRest.snapshot(btc, 60);
    if (!call) throw new Error('no book is asked for');
    expect(call).toMatchObject({ path: '/0/public/Depth', query: { pair: 'BTC/USD', count: '100' } });
    const row = (price: string): unknown[] => [price, '0.250', 1_616_663_618];
    const answer = {
      error: [],
      result: { 'BTC/USD': { bids: [row('52523.0')], asks: [row('52524.10000')] } },
    };
    const read = krakenRest.readSnapshot(answer, btc, call);
    if (!read.ok) throw new Error(read.error.sentence);
    const { bids, asks, ...rest } = read.value;
    expect([bids.price[0], bids.size[0], asks.price[0]]).toEqual([525_230, 25_000_000, 525_241]);
    expect(rest).toEqual({ lastUpdate: 0, limit: 100, sizesRounded: true });
  });

  it('reads candles of a minute; of a second, and of the past, there are none', () => {
    const from = 1_688_671_200_000_000;
    const asked = (range: object): unknown =>
      krakenRest.candles(btc, { interval: '1m', limit: 100, ...range }, from);
    expect(asked({ from })).toMatchObject({
      path: '/0/public/OHLC',
      query: { pair: 'BTC/USD', interval: '1', since: '1688671199' },
    });
    expect(asked({ interval: '1s' })).toBeNull();
    expect(asked({ to: from })).toBeNull();
    const row = [1_688_671_200, '30306.1', '30306.2', '30305.7', '30305.9', '30306.0', '3.39243896', 23];
    const answer = { error: [], result: { 'BTC/USD': [row], last: 1_688_672_160 } };
    expect(krakenRest.readCandles(answer, btc)).toEqual({
      ok: true,
      value: [{ candle: [from, 303_061, 303_062, 303_057, 303_059, 339_243_896], trades: 23 }],
    });
  });

  it.skipIf(!haveCaptures())('lists all that Kraken listed in 2021', () => {
    const line =
      readLines('ws-cryptofeed', 'KRAKEN.jsonl.gz').find((text) => text.includes('"t":"http"')) ?? '';
    const { data } = JSON.parse(line) as { data: string };
    const { result } = JSON.parse(data) as { result: Record<string, { pair_decimals: number }> };
    // Today's entries say the tick and the state as well.
    const pairs = Object.values(result).map((pair) => ({
      ...pair,
      tick_size: (10 ** -pair.pair_decimals).toFixed(pair.pair_decimals),
      status: 'online',
    }));
    const listing = list(pairs);
    if (!listing.ok) throw new Error(listing.error.sentence);
    const names = listing.value.instruments.map(({ name }) => name);
    expect(names).toHaveLength(Object.keys(result).filter((key) => !key.endsWith('.d')).length);
    expect(names).toEqual(expect.arrayContaining(['BTC-USD', 'DOGE-BTC', 'ETH-BTC', 'ADA-EUR']));
    expect(names.filter((name) => /XBT|XDG/.test(name))).toEqual([]);
  });
});
