import { describe, expect, it } from 'vitest';
import type { Instrument } from '../../../protocol/instrument.ts';
import { instrument } from '../../testing/orders.ts';
import type { CandlesRange } from '../dialect.ts';
import { coinbase } from './coinbase.ts';

const product = (index: number, symbol: string): Instrument => ({
  ...instrument(index, symbol),
  sizeScale: 8,
});

describe('Coinbase’s connections', () => {
  it('ten products share one; a book is asked for anew over its own', () => {
    const many = Array.from({ length: 23 }, (_, at) => product(at, `P${at}-USD`));
    const lines = coinbase.lines('wss://venue.test/', many);
    expect(lines.map(({ url, books }) => [url, books.length])).toEqual([
      ['wss://venue.test', 10],
      ['wss://venue.test', 10],
      ['wss://venue.test', 3],
    ]);
    expect(
      lines[2]?.subscribe.map(({ text, answers }) => [JSON.parse(text) as object, answers.length]),
    ).toEqual([
      [{ type: 'subscribe', channel: 'heartbeats' }, 1],
      ...['market_trades', 'ticker', 'level2'].map((channel) => [
        { type: 'subscribe', channel, product_ids: ['P20-USD', 'P21-USD', 'P22-USD'] },
        3,
      ]),
    ]);
    expect(lines[2]?.resubscribe(21).map(({ text }) => JSON.parse(text) as object)).toEqual([
      { type: 'unsubscribe', channel: 'level2', product_ids: ['P21-USD'] },
      { type: 'subscribe', channel: 'level2', product_ids: ['P21-USD'] },
    ]);
  });
});

describe('Coinbase over REST', () => {
  const btc = product(0, 'BTC-USD');
  const now = 1_786_309_552_000_000;

  it('candles are asked for between two times, a minute apart, and no more than it tells at once', () => {
    const asked = (range: object): unknown => coinbase.rest.candles(btc, range as CandlesRange, now)?.query;
    const end = '1786309552';
    expect(asked({ interval: '1m', limit: 350 })).toEqual({
      start: String(1_786_309_552 - 349 * 60),
      end,
      granularity: 'ONE_MINUTE',
    });
    expect(asked({ interval: '1m', limit: 350, from: now - 120e6 })).toMatchObject({
      start: '1786309432',
      end,
    });
    expect(asked({ interval: '1m', limit: 350, from: 0 })).toMatchObject({ start: '1786288612', end });
    expect(asked({ interval: '1m', limit: 2, to: now - 60e6 })).toMatchObject({
      start: '1786309432',
      end: '1786309492',
    });
    expect(asked({ interval: '1s', limit: 350 })).toBeUndefined();
    expect(coinbase.rest.candlesAPage).toBe(350);
  });

  it('candles are read oldest first', () => {
    const candle = { low: '1', high: '4', open: '2', close: '3', volume: '0.5' };
    const candles = [
      { ...candle, start: '120' },
      { ...candle, start: '60' },
    ];
    expect(coinbase.rest.readCandles({ candles }, btc)).toMatchObject({
      ok: true,
      value: [{ candle: [60e6, 200, 400, 100, 300, 5e7] }, { candle: [120e6, 200, 400, 100, 300, 5e7] }],
    });
    expect(coinbase.rest.readCandles({ candles: [{ ...candle, start: '1', low: '1.001' }] }, btc).ok).toBe(
      false,
    );
    expect(coinbase.rest.readCandles([], btc).ok).toBe(false);
  });

  it('a book and the time are read', () => {
    const pricebook = { product_id: 'BTC-USD', bids: [{ price: '1', size: '2' }], asks: [] };
    const call = coinbase.rest.snapshot(btc, 1);
    if (!call) throw new Error('no book is asked for');
    expect(call.query).toEqual({ product_id: 'BTC-USD', limit: '500' });
    const read = coinbase.rest.readSnapshot({ pricebook }, btc, call);
    expect(read.ok && [read.value.bids.price[0], read.value.bids.size[0], read.value.asks.length]).toEqual([
      100, 2e8, 0,
    ]);
    expect(coinbase.rest.readSnapshot({}, btc, call).ok).toBe(false);
    expect(coinbase.rest.readTime({ epochMillis: '1786309552123' })).toEqual({
      ok: true,
      value: 1_786_309_552_123,
    });
    expect(coinbase.rest.readTime({ epochMillis: 1 }).ok).toBe(false);
  });
});
