import { describe, expect, it } from 'vitest';
import type { Instrument } from '../../../protocol/instrument.ts';
import type { VenueId } from '../../../protocol/units.ts';
import { instrument as plain } from '../../testing/orders.ts';
import type { RestCall } from '../dialect.ts';
import { bybitLinear, bybitSpot } from './bybit.ts';

const listed = (index: number, symbol: string): Instrument => ({ ...plain(index, symbol), priceScale: 2 });
const T = 1_786_310_818_130;

describe('what is asked of Bybit', () => {
  const many = Array.from({ length: 1000 }, (_, index) => listed(index, `COIN${index}USDT`));

  it.each([
    ['spot', bybitSpot, ['orderbook.50.BTCUSDT', 'orderbook.1.BTCUSDT', 'publicTrade.BTCUSDT']],
    ['linear', bybitLinear, ['orderbook.200.BTCUSDT', 'tickers.BTCUSDT', 'publicTrade.BTCUSDT']],
  ] as const)('%s: its topics at its address, a book anew by its topic', (category, dialect, args) => {
    const [line, ...more] = dialect.lines('wss://stream.bybit.com/', [listed(0, 'BTCUSDT')]);
    expect(more).toEqual([]);
    expect(line).toMatchObject({ url: `wss://stream.bybit.com/v5/public/${category}`, books: [0] });
    expect(line?.subscribe.map(({ text }) => JSON.parse(text) as unknown)).toEqual([
      { op: 'subscribe', req_id: '1', args },
    ]);
    expect(line?.subscribe[0]?.answers).toEqual(['1']);
    expect(line?.resubscribe(0).map(({ text }) => JSON.parse(text) as unknown)).toMatchObject([
      { op: 'unsubscribe', args: [args[0]] },
      { op: 'subscribe', args: [args[0]] },
    ]);
  });

  it.each([
    ['spot', bybitSpot, 10],
    ['linear', bybitLinear, 100],
  ] as const)('%s: many instruments over as many connections as their arguments need', (_, dialect, most) => {
    const lines = dialect.lines('wss://x', many);
    expect(lines.flatMap(({ books }) => books)).toEqual(many.map((_, index) => index));
    const all = lines.map(({ subscribe }) =>
      subscribe.map(({ text }) => (JSON.parse(text) as { args: string[] }).args),
    );
    expect(new Set(all.flat(2)).size).toBe(3000);
    for (const frames of all) {
      expect(JSON.stringify(frames.flat()).length).toBeLessThanOrEqual(21_000);
      expect(Math.max(...frames.map((args) => args.length))).toBeLessThanOrEqual(most);
    }
    expect(lines.length).toBeLessThan(6);
  });
});

describe('Bybit over REST', () => {
  const { rest } = bybitLinear;
  const venue = 'test' as VenueId;
  const btc = listed(0, 'BTCUSDT');
  const answer = (result: unknown): unknown => ({ retCode: 0, retMsg: 'OK', result, time: T });
  const entry = (symbol: string, changes: object = {}): object => ({
    symbol,
    contractType: 'LinearPerpetual',
    status: 'Trading',
    baseCoin: 'BTC',
    quoteCoin: 'USDT',
    deliveryTime: '0',
    priceFilter: { tickSize: '0.50' },
    lotSizeFilter: { qtyStep: '0.010', minOrderQty: '0.020', maxOrderQty: '10.000', minNotionalValue: '5' },
    ...changes,
  });

  it('asks for page after page, and reads them as one list', () => {
    const first = answer({ list: [entry('BTCUSDT')], nextPageCursor: 'more' });
    const dated = entry('BTCUSDT-25DEC26', { contractType: 'LinearFutures', deliveryTime: '1798185600000' });
    const last = answer({ list: [dated, entry('OLDUSDT', { status: 'Closed' })], nextPageCursor: '' });
    expect(rest.instruments('all')).toMatchObject({ query: { category: 'linear', limit: '1000' } });
    expect(rest.moreInstruments?.('all', [first])).toMatchObject({ query: { cursor: 'more' } });
    expect(rest.moreInstruments?.('all', [first, last])).toBeNull();
    const listing = rest.readInstruments([first, last], 'all', venue);
    expect(listing).toMatchObject({
      ok: true,
      value: {
        instruments: [
          {
            index: 0,
            symbol: 'BTCUSDT',
            name: 'BTC-USDT-PERP',
            priceScale: 1,
            tickStep: 5,
            sizeScale: 2,
            lotStep: 1,
            minLots: 2,
            maxLots: 1000,
            minNotional: '5000000',
          },
          { index: 1, name: 'BTC-USDT-261225' },
        ],
      },
    });
    expect(listing.ok && listing.value.instruments).toHaveLength(2);
    expect(rest.readInstruments([first, last], ['NOUSDT'], venue)).toMatchObject({
      error: { code: 'unknown-symbol' },
    });
    expect(rest.readInstruments([{ retCode: 10_006, result: {}, time: T }], 'all', venue)).toMatchObject({
      error: { code: 'schema' },
    });
  });

  it('reads spot, whose lots are called otherwise', () => {
    const lotSizeFilter = {
      basePrecision: '0.000001',
      minOrderQty: '0.000048',
      maxOrderQty: '71.7',
      minOrderAmt: '1',
    };
    const spot = answer({
      list: [entry('BTCUSDT', { contractType: undefined, deliveryTime: undefined, lotSizeFilter })],
    });
    expect(bybitSpot.rest.readInstruments([spot], ['BTCUSDT'], venue)).toMatchObject({
      value: { instruments: [{ name: 'BTC-USDT', sizeScale: 6, minLots: 48, minNotional: '1000000' }] },
    });
  });

  it('reads time, snapshots and candles, which come newest first and none of 1 s', () => {
    expect(rest.readTime(answer({}))).toEqual({ ok: true, value: T });
    expect(rest.readTime({ retCode: 1 })).toMatchObject({ ok: false });
    const call = rest.snapshot(btc, 0) as RestCall;
    const whole = { s: 'BTCUSDT', b: [['99.50', '2']], a: [['100.00', '1']], u: 9, seq: 1, ts: T };
    expect(rest.readSnapshot(answer(whole), btc, call)).toMatchObject({
      ok: true,
      value: { lastUpdate: 9, limit: 200 },
    });
    expect(rest.readSnapshot(answer({ ...whole, s: 'ABCUSDT' }), btc, call)).toMatchObject({ ok: false });
    const row = (at: number, volume: string): string[] => [
      String(at),
      '1.00',
      '4.00',
      '0.50',
      '2.00',
      volume,
      '9',
    ];
    expect(rest.readCandles(answer({ list: [row(120_000, '0.5'), row(60_000, '0')] }), btc)).toEqual({
      ok: true,
      value: [
        { candle: [60_000_000, 100, 400, 50, 200, 0], trades: 0 },
        { candle: [120_000_000, 100, 400, 50, 200, 500], trades: 1 },
      ],
    });
    expect(rest.readCandles(answer({ list: 'x' }), btc)).toMatchObject({ ok: false });
    expect(rest.candles(btc, { interval: '1s', limit: 9 }, 0)).toBeNull();
    expect(rest.candles(btc, { interval: '1m', limit: 9, from: 5_000_000, to: 9_000_000 }, 0)).toMatchObject({
      query: { interval: '1', limit: '9', start: '5000', end: '9000' },
    });
  });
});
