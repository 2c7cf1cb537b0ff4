import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startSim, type Sim } from '../start.ts';
import { sign, signedPayload, verify } from './signing.ts';
import { OrderMeter, WeightMeter } from './weights.ts';

const EPOCH = Date.UTC(2026, 0, 5, 12);
let sim: Sim;

interface Reply {
  status: number;
  headers: Headers;
  body: never;
}

async function ask(
  method: string,
  path: string,
  fields: Record<string, string> = {},
  signed = true,
): Promise<Reply> {
  const params = new URLSearchParams(fields);
  if (signed) {
    params.set('timestamp', String(Math.floor(sim.venue.now())));
    params.append('signature', sign(params.toString(), 'sim-secret'));
  }
  const response = await fetch(`${sim.rest}${path}?${params.toString()}`, {
    method,
    headers: { 'X-MBX-APIKEY': 'sim-key' },
  });
  return { status: response.status, headers: response.headers, body: (await response.json()) as never };
}

const drill = async (name: string, body: object): Promise<number> =>
  (await fetch(`${sim.rest}/sim/${name}`, { method: 'POST', body: JSON.stringify(body) })).status;

describe('signatures', () => {
  it('are Binance’s: the known answer of its documentation', () => {
    const secret = 'NhqPtmdSJYdKjVHjA7PZj4Mge3R5YNiP1e3UZjInClVN65XAbvqqM6A7H5fATj0j';
    const query = 'symbol=LTCBTC&side=BUY&type=LIMIT&timeInForce=GTC&quantity=1&price=0.1&recvWindow=5000';
    const known = 'c8db56825ae71d6d79447849e617115f4a920fa2acdcab2b053c4b2838bd6b71';
    expect(sign(`${query}&timestamp=1499827319559`, secret)).toBe(known);
    // mixed: a part in the query, the rest in the body, the signature last
    expect(signedPayload('symbol=LTCBTC&side=BUY', `&type=LIMIT&signature=${known}`)).toBe(
      'symbol=LTCBTC&side=BUY&type=LIMIT',
    );
  });

  it('are refused when old, early, wrong or of another key, each with its code', () => {
    const attempt = (fields: Record<string, string>, key: string | null, payload = 'x'): string => {
      const params = { get: (name: string) => fields[name] ?? null };
      try {
        verify({ key: 'k', secret: 's' }, key, payload, params, 100_000);
        return 'accepted';
      } catch (error) {
        return String((error as { code: number }).code);
      }
    };
    const signature = sign('x', 's');
    expect(attempt({ timestamp: '99000', signature }, 'k')).toBe('accepted');
    expect(attempt({ timestamp: '94999', signature }, 'k')).toBe('-1021');
    expect(attempt({ timestamp: '94999', signature, recvWindow: '60000' }, 'k')).toBe('accepted');
    expect(attempt({ timestamp: '94999', signature, recvWindow: '60001' }, 'k')).toBe('-1131');
    expect(attempt({ timestamp: '101000', signature }, 'k')).toBe('-1021');
    expect(attempt({ timestamp: '99000', signature }, 'k', 'y')).toBe('-1022');
    expect(attempt({ timestamp: '99000' }, 'k')).toBe('-1102');
    expect(attempt({ signature }, 'k')).toBe('-1102');
    expect(attempt({ timestamp: '99000', signature }, null)).toBe('-2014');
    expect(attempt({ timestamp: '99000', signature }, 'other')).toBe('-2015');
  });
});

describe('request weights', () => {
  it('are counted a minute, refuse with a time to wait, and ban who goes on', () => {
    const meter = new WeightMeter(10);
    expect(meter.charge(6, 0)).toEqual({ kind: 'allowed', used: 6 });
    expect(meter.charge(5, 30_000)).toEqual({ kind: 'limited', used: 11, retrySeconds: 30 });
    expect(meter.charge(4, 30_000)).toEqual({ kind: 'allowed', used: 10 });
    expect(meter.charge(5, 60_000)).toEqual({ kind: 'allowed', used: 5 });
    for (let refused = 0; refused < 10; refused++) expect(meter.charge(6, 61_000).kind).toBe('limited');
    expect(meter.charge(6, 61_000)).toEqual({ kind: 'banned', retrySeconds: 120, untilMillis: 181_000 });
    expect(meter.charge(1, 180_999).kind).toBe('banned');
    expect(meter.charge(1, 181_000).kind).toBe('allowed');
  });

  it('of orders count in a sliding window', () => {
    const meter = new OrderMeter(2);
    expect([meter.charge(0), meter.charge(1), meter.charge(9_999), meter.charge(10_000)]).toEqual([
      1,
      2,
      null,
      2,
    ]);
  });
});

describe('the REST face', () => {
  beforeAll(async () => {
    sim = await startSim({ instruments: 4, prerollSeconds: 90, pauseAtStart: true, epochMillis: EPOCH });
  });
  afterAll(async () => {
    await sim.close();
  });

  it('marks all it says as simulated', async () => {
    const { body, headers } = await ask('GET', '/api/v3/exchangeInfo', {}, false);
    expect(headers.get('x-cwts-origin')).toBe('SIM');
    expect(body).toMatchObject({ sim: true, origin: 'SIM' });
  });

  it('tells every time of an order in whole milliseconds, also from a clock that was set', async () => {
    const placed = await ask('POST', '/api/v3/order', {
      symbol: 'BTCUSDT',
      side: 'BUY',
      type: 'LIMIT',
      timeInForce: 'GTC',
      quantity: '0.05',
      price: '50000',
    });
    const { transactTime, orderId } = placed.body as { transactTime: number; orderId: number };
    expect(Number.isSafeInteger(transactTime)).toBe(true);
    await ask('DELETE', '/api/v3/order', { symbol: 'BTCUSDT', orderId: String(orderId) });
  });

  it('serves the pre-rolled hour as candles that end where the clock began, the same for the same seed', async () => {
    const read = async (interval: string) =>
      (await ask('GET', '/api/v3/klines', { symbol: 'BTCUSDT', interval, endTime: String(EPOCH - 1) }, false))
        .body as unknown[][];
    const seconds = await read('1s');
    expect(seconds.map(([open]) => open)).toEqual(
      Array.from({ length: 90 }, (_, index) => EPOCH - 90_000 + index * 1_000),
    );
    expect(seconds.every((row) => row.length === 12 && Number(row[8]) > 0)).toBe(true);
    const minutes = await read('1m');
    expect(minutes.map(([open]) => open)).toEqual([EPOCH - 120_000, EPOCH - 60_000]);
    expect(minutes.at(-1)?.[4]).toBe(seconds.at(-1)?.[4]);
    const other = await startSim({
      instruments: 4,
      prerollSeconds: 90,
      pauseAtStart: true,
      epochMillis: EPOCH,
    });
    const path = `${other.rest}/api/v3/klines?symbol=BTCUSDT&interval=1s&endTime=${EPOCH - 1}`;
    expect(await (await fetch(path)).json()).toEqual(seconds);
    await other.close();
  });

  it('publishes what is planted', async () => {
    const { body } = await ask('GET', '/sim/truth', {}, false);
    const { symbols, correlation } = body as { symbols: string[]; correlation: number[][] };
    expect(symbols).toEqual(['BTCUSDT', 'ETHUSDT', 'SOLUSDT', 'XRPUSDT']);
    expect(correlation.map((row, index) => row[index])).toEqual([1, 1, 1, 1]);
  });

  it('replaces an order, and says which half failed when one does', async () => {
    const order = {
      symbol: 'BTCUSDT',
      side: 'BUY',
      type: 'LIMIT',
      timeInForce: 'GTC',
      quantity: '0.01',
      price: '50000',
    };
    const placed = (await ask('POST', '/api/v3/order', order)).body as { orderId: number };
    const replace = async (fields: Record<string, string>) =>
      ask('POST', '/api/v3/order/cancelReplace', { ...order, ...fields });
    const cancelOrderId = String(placed.orderId);
    const whole = await replace({ cancelReplaceMode: 'STOP_ON_FAILURE', cancelOrderId, price: '50001' });
    expect(whole).toMatchObject({
      status: 200,
      body: { cancelResult: 'SUCCESS', newOrderResult: 'SUCCESS' },
    });
    const stopped = await replace({ cancelReplaceMode: 'STOP_ON_FAILURE', cancelOrderId });
    expect(stopped).toMatchObject({
      status: 400,
      body: {
        code: -2022,
        data: {
          cancelResult: 'FAILURE',
          newOrderResult: 'NOT_ATTEMPTED',
          cancelResponse: { code: -2011 },
          newOrderResponse: null,
        },
      },
    });
    const partial = await replace({ cancelReplaceMode: 'ALLOW_FAILURE', cancelOrderId });
    expect(partial).toMatchObject({
      status: 409,
      body: { code: -2021, data: { cancelResult: 'FAILURE', newOrderResult: 'SUCCESS' } },
    });
    const filtered = await replace({ cancelReplaceMode: 'ALLOW_FAILURE', cancelOrderId, price: '50000.001' });
    expect(filtered).toMatchObject({ status: 400, body: { code: -1013 } });
    const cancelled = await ask('DELETE', '/api/v3/openOrders', { symbol: 'BTCUSDT' });
    expect(cancelled.body).toHaveLength(2);
    expect((await ask('DELETE', '/api/v3/openOrders', { symbol: 'BTCUSDT' })).body).toMatchObject({
      code: -2011,
    });
    expect(
      (await ask('GET', '/api/v3/order', { symbol: 'BTCUSDT', orderId: cancelOrderId })).body,
    ).toMatchObject({ status: 'CANCELED' });
    expect((await ask('GET', '/api/v3/openOrders')).body).toEqual([]);
  });

  it('refuses what is not there: symbols, addresses, keys, foreign hosts and pages in browsers', async () => {
    expect(await ask('GET', '/api/v3/depth', { symbol: 'NOPE' }, false)).toMatchObject({
      status: 400,
      body: { code: -1121 },
    });
    expect((await ask('GET', '/api/v3/nothing', {}, false)).status).toBe(404);
    const bare = await fetch(`${sim.rest}/api/v3/account`);
    expect([bare.status, await bare.json()]).toEqual([401, { code: -2014, msg: 'API-key format invalid.' }]);
    const page = await fetch(`${sim.rest}/sim/pause`, {
      method: 'POST',
      headers: { origin: 'http://evil.example' },
      body: '{"paused":false}',
    });
    expect(page.status).toBe(403);
    expect(await drill('pause', { paused: 'yes' })).toBe(400);
    expect(await drill('nothing', {})).toBe(404);
  });

  it('answers 429 and then 418 with the time to wait when told to, and forgets it when told to', async () => {
    await drill('rate-limit', { status: 429 });
    const limited = await ask('GET', '/api/v3/ping', {}, false);
    expect([limited.status, limited.body]).toMatchObject([429, { code: -1003 }]);
    expect(Number(limited.headers.get('retry-after'))).toBeGreaterThan(0);
    await drill('rate-limit', { status: 418, seconds: 30 });
    const banned = await ask('GET', '/api/v3/ping', {}, false);
    expect([banned.status, banned.headers.get('retry-after')]).toEqual([418, '30']);
    await drill('rate-limit', { clear: true });
    const free = await ask('GET', '/api/v3/ping', {}, false);
    expect([free.status, free.headers.get('x-mbx-used-weight-1m')]).toEqual([200, '1']);
  });

  it('swallows cancels when told to, and accepts orders that it then denies knowing of', async () => {
    const order = {
      symbol: 'BTCUSDT',
      side: 'BUY',
      type: 'LIMIT',
      timeInForce: 'GTC',
      quantity: '0.01',
      price: '50000',
    };
    await drill('uncertain', { orders: 1 });
    expect(await ask('POST', '/api/v3/order', { ...order, newClientOrderId: 'ghost' })).toMatchObject({
      status: 503,
      body: { code: -1007 },
    });
    await drill('silence', { cancels: 1 });
    const swallowed = fetch(cancelUrl('ghost'), {
      method: 'DELETE',
      headers: { 'X-MBX-APIKEY': 'sim-key' },
      signal: AbortSignal.timeout(300),
    });
    await expect(swallowed).rejects.toThrow();
    expect((await ask('GET', '/api/v3/openOrders')).body).toHaveLength(1);
    expect((await ask('DELETE', '/api/v3/openOrders', { symbol: 'BTCUSDT' })).status).toBe(200);
  });
});

function cancelUrl(origClientOrderId: string): string {
  const params = new URLSearchParams({
    symbol: 'BTCUSDT',
    origClientOrderId,
    timestamp: String(Math.floor(sim.venue.now())),
  });
  params.append('signature', sign(params.toString(), 'sim-secret'));
  return `${sim.rest}/api/v3/order?${params.toString()}`;
}
