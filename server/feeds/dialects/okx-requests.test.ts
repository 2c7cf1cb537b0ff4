import { describe, expect, it } from 'vitest';
import type { Instrument } from '../../../protocol/instrument.ts';
import type { VenueId } from '../../../protocol/units.ts';
import { instrument as plain } from '../../testing/orders.ts';
import type { RestCall } from '../dialect.ts';
import { okx } from './okx.ts';

const listed = (index: number, symbol: string): Instrument => ({
  ...plain(index, symbol),
  name: symbol,
  priceScale: 1,
  sizeScale: 8,
});
const T = 1_787_612_486_207;

describe('what is asked of OKX', () => {
  it('subscribes to what each kind has, and waits for every answer', () => {
    const [line, ...more] = okx.lines('wss://ws.okx.com:8443/', [
      listed(0, 'BTC-USDT'),
      listed(1, 'BTC-USDT-SWAP'),
      listed(2, 'BTC-USD-261225'),
    ]);
    expect(more).toEqual([]);
    expect(line).toMatchObject({ url: 'wss://ws.okx.com:8443/ws/v5/public', books: [0, 1, 2] });
    expect(line?.subscribe.map(({ answers }) => answers)).toEqual([
      [
        ...['books', 'tickers', 'trades'].map((channel) => `${channel}:BTC-USDT`),
        ...['books', 'tickers', 'trades', 'mark-price', 'funding-rate'].map(
          (channel) => `${channel}:BTC-USDT-SWAP`,
        ),
        ...['books', 'tickers', 'trades', 'mark-price'].map((channel) => `${channel}:BTC-USD-261225`),
      ],
    ]);
    expect(line?.resubscribe(1).map(({ text }) => JSON.parse(text) as unknown)).toEqual(
      ['unsubscribe', 'subscribe'].map((op) => ({
        op,
        args: [{ channel: 'books', instId: 'BTC-USDT-SWAP' }],
      })),
    );
  });

  it('sends no frame longer than OKX reads', () => {
    const many = Array.from({ length: 1000 }, (_, index) => listed(index, `LONGNAME${index}-USDT-SWAP`));
    const [line] = okx.lines('wss://x', many);
    expect(Math.max(...(line?.subscribe ?? []).map(({ text }) => text.length))).toBeLessThan(64 * 1024);
    expect(line?.subscribe.flatMap(({ answers }) => answers)).toHaveLength(5000);
  });
});

describe('OKX over REST', () => {
  const { rest } = okx;
  const venue = 'test' as VenueId;
  const entry = (instId: string, changes: object = {}): object => ({
    instId,
    baseCcy: '',
    quoteCcy: '',
    tickSz: '0.1',
    lotSz: '0.01',
    minSz: '0.05',
    maxLmtSz: '100',
    state: 'live',
    ...changes,
  });
  const answer = (...data: unknown[]): unknown => ({ code: '0', msg: '', data });

  it('asks for one list a kind, and for no kind that nobody wants', () => {
    const asked = (symbols: readonly string[] | 'all'): (string | undefined)[] => {
      const kinds = [rest.instruments(symbols)?.query['instType']];
      for (let call; (call = rest.moreInstruments?.(symbols, kinds));) kinds.push(call.query['instType']);
      return kinds;
    };
    expect(asked(['BTC-USDT'])).toEqual(['SPOT']);
    expect(asked(['BTC-USD-261225', 'BTC-USDT-SWAP'])).toEqual(['SWAP', 'FUTURES']);
    expect(asked('all')).toEqual(['SPOT', 'SWAP', 'FUTURES']);
  });

  it('reads instruments exactly, in the order that was asked for', () => {
    const answers = [
      answer(entry('BTC-USDT', { baseCcy: 'BTC', quoteCcy: 'USDT' })),
      answer(entry('BTC-USDT-SWAP'), entry('X-USDT-SWAP', { state: 'suspend' })),
    ];
    const listing = rest.readInstruments(answers, ['BTC-USDT-SWAP', 'BTC-USDT'], venue);
    expect(listing).toMatchObject({
      ok: true,
      value: {
        instruments: [
          {
            index: 0,
            name: 'BTC-USDT-PERP',
            base: 'BTC',
            quote: 'USDT',
            priceScale: 1,
            sizeScale: 2,
            lotStep: 1,
            minLots: 5,
            maxLots: 10_000,
          },
          { index: 1, name: 'BTC-USDT' },
        ],
      },
    });
    const all = rest.readInstruments(answers, 'all', venue);
    expect(all.ok && all.value.instruments.map(({ symbol }) => symbol)).toEqual([
      'BTC-USDT',
      'BTC-USDT-SWAP',
    ]);
    expect(rest.readInstruments(answers, ['NO-NO'], venue)).toMatchObject({
      error: { code: 'unknown-symbol' },
    });
    expect(rest.readInstruments([{ code: '50011', data: [] }], ['BTC-USDT'], venue)).toMatchObject({
      error: { code: 'schema' },
    });
    expect(
      rest.readInstruments([answer(entry('BTC-USDT', { tickSz: '' }))], ['BTC-USDT'], venue),
    ).toMatchObject({ ok: false });
  });

  it('reads time, snapshots and candles, which come newest first', () => {
    const btc = listed(0, 'BTC-USDT');
    expect(rest.readTime(answer({ ts: String(T) }))).toEqual({ ok: true, value: T });
    expect(rest.readTime({ code: '1', data: [] })).toMatchObject({ ok: false });
    const call = rest.snapshot(btc, 0) as RestCall;
    const whole = {
      asks: [['78722.3', '1', '0', '1']],
      bids: [['78722.2', '2', '0', '1']],
      ts: String(T),
      seqId: 12,
    };
    const snapshot = rest.readSnapshot(answer(whole), btc, call);
    expect(snapshot).toMatchObject({ ok: true, value: { lastUpdate: 12, limit: 400, bids: { length: 1 } } });
    const row = (at: number, volume: string): string[] => [
      String(at),
      '1.0',
      '4.0',
      '0.5',
      '2.0',
      volume,
      '9',
      '9',
      '1',
    ];
    expect(rest.readCandles(answer(row(2000, '0.5'), row(1000, '0')), btc)).toEqual({
      ok: true,
      value: [
        { candle: [1_000_000, 10, 40, 5, 20, 0], trades: 0 },
        { candle: [2_000_000, 10, 40, 5, 20, 50_000_000], trades: 1 },
      ],
    });
    expect(rest.readCandles(answer(['x']), btc)).toMatchObject({ ok: false });
    expect(rest.candles(btc, { interval: '1m', limit: 100, from: 5_000_000 }, 0)).toMatchObject({
      path: '/api/v5/market/candles',
      query: { bar: '1m', before: '4999' },
    });
    expect(rest.candles(btc, { interval: '1s', limit: 100, to: 5_000_000 }, 0)).toMatchObject({
      path: '/api/v5/market/history-candles',
      query: { bar: '1s', after: '5001' },
    });
  });
});
