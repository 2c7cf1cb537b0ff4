import ccxt from 'ccxt';
import { describe, expect, it } from 'vitest';
import { signature, signedParams, signedQuery } from './sign.ts';

describe('Binance signatures', () => {
  // binance-spot-api-docs, "SIGNED endpoint examples for POST /api/v3/order", HMAC keys.
  const secret = 'NhqPtmdSJYdKjVHjA7PZj4Mge3R5YNiP1e3UZjInClVN65XAbvqqM6A7H5fATj0j';
  const example = {
    symbol: 'LTCBTC',
    side: 'BUY',
    type: 'LIMIT',
    timeInForce: 'GTC',
    quantity: 1,
    price: '0.1',
    recvWindow: 5000,
    timestamp: 1499827319559,
  };

  it("reproduces the documentation's example", () => {
    const expected = 'c8db56825ae71d6d79447849e617115f4a920fa2acdcab2b053c4b2838bd6b71';
    expect(signedQuery(example, secret).split('&signature=')[1]).toBe(expected);
  });

  it.each([
    [
      'order',
      'POST',
      { symbol: 'BTCUSDT', side: 'BUY', type: 'LIMIT', quantity: '0.001', price: '61737.25' },
    ],
    ['openOrders', 'DELETE', { symbol: 'BTCUSDT' }],
    ['openOrders', 'GET', {}],
    ['order', 'DELETE', { symbol: 'ETHUSDT', origClientOrderId: 'cw1a2b-17' }],
  ] as const)('signs %s %s as ccxt does', (path, method, params) => {
    const exchange = new ccxt.binance({ apiKey: 'key', secret: 'secret' });
    exchange.nonce = () => 1_767_614_400_000;
    const made = exchange.sign(path, 'private', method, { ...params, recvWindow: 3000 }) as {
      url: string;
      body?: string;
    };
    const theirs = new URLSearchParams(made.body ?? new URL(made.url).search);
    const given = theirs.get('signature');
    theirs.delete('signature');
    expect(signature(theirs.toString(), 'secret')).toBe(given);
    // The same payload through our own way in must come out the same, whatever order ccxt chose.
    expect(signedQuery(Object.fromEntries(theirs), 'secret').split('&signature=')[1]).toBe(given);
  });

  it('signs WebSocket API params in alphabetical order', () => {
    const signed = signedParams({ timestamp: 1, apiKey: 'key' }, 'secret');
    expect(signed).toEqual({
      apiKey: 'key',
      timestamp: 1,
      signature: signature('apiKey=key&timestamp=1', 'secret'),
    });
  });
});
