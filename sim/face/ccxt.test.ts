import ccxt from 'ccxt';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startSim, type Sim } from '../start.ts';

let sim: Sim;
type Binance = InstanceType<typeof ccxt.pro.binance>;
const clients: Binance[] = [];

/** ccxt's own class with its addresses pointed at the sim, as the venue's clients have it. */
async function client(credentials = { apiKey: 'sim-key', secret: 'sim-secret' }): Promise<Binance> {
  const exchange = new ccxt.pro.binance({
    ...credentials,
    options: { fetchMarkets: { types: ['spot'] }, fetchCurrencies: false, fetchMargins: false },
  });
  exchange.has['fetchCurrencies'] = false;
  exchange.urls['api'] = redirect(exchange.urls['api']) as typeof exchange.urls.api;
  await exchange.loadHttpProxyAgent();
  clients.push(exchange);
  return exchange;
}

function redirect(value: unknown): unknown {
  if (typeof value === 'string') {
    const from = new URL(value);
    return (from.protocol.startsWith('ws') ? sim.ws : sim.rest) + from.pathname.replace(/\/$/, '');
  }
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, redirect(inner)]));
}

/** Waits for the update of one order that satisfies `wanted`. */
async function orderUpdate(exchange: Binance, id: string | undefined, wanted: (status: string) => boolean) {
  for (;;) {
    const orders = await exchange.watchOrders();
    const found = orders.find((order) => order.id === id && wanted(order.status ?? ''));
    if (found) return found;
  }
}

describe('ccxt’s binance class as the client', () => {
  beforeAll(async () => {
    sim = await startSim({ instruments: 8, prerollSeconds: 120 });
  });
  afterAll(async () => {
    await Promise.all(clients.map((exchange) => exchange.close()));
    await sim.close();
  });

  it('loads the markets', async () => {
    const exchange = await client();
    await exchange.loadMarkets();
    expect(exchange.symbols).toHaveLength(8);
    const market = exchange.market('BTC/USDT');
    expect(market).toMatchObject({ id: 'BTCUSDT', spot: true, active: true });
    expect(market.precision).toMatchObject({ price: 0.01, amount: 0.00001 });
    expect(market.limits.cost?.min).toBe(5);
    expect(await exchange.fetchOHLCV('BTC/USDT', '1m')).not.toHaveLength(0);
    expect(await exchange.fetchOHLCV('BTC/USDT', '1s')).not.toHaveLength(0);
  });

  it('watches the book, checks its sequence and finds it in order', async () => {
    const exchange = await client();
    for (let update = 0; update < 15; update++) {
      const book = await exchange.watchOrderBook('ETH/USDT');
      const [bid, ask] = [book.bids[0]?.[0] ?? NaN, book.asks[0]?.[0] ?? NaN];
      expect(bid).toBeLessThan(ask);
      expect(book.bids.length).toBeGreaterThanOrEqual(20);
    }
    const trades = await exchange.watchTrades('ETH/USDT');
    expect(trades[0]?.price).toBeGreaterThan(0);
  });

  it('places, amends and cancels, and is pushed every change of its own orders', async () => {
    const exchange = await client();
    await exchange.loadMarkets();
    await exchange.authenticate({ type: 'spot' });
    const { bids } = await exchange.fetchOrderBook('BTC/USDT', 5);
    const price = Math.floor((bids[0]?.[0] ?? 0) * 0.9);
    const first = exchange.watchOrders();
    const placed = await exchange.createOrder('BTC/USDT', 'limit', 'buy', 0.01, price, {
      newClientOrderId: 'cwts-1',
    });
    expect((await first)[0]).toMatchObject({
      id: placed.id,
      clientOrderId: 'cwts-1',
      status: 'open',
      amount: 0.01,
      price,
    });
    const amended = exchange.editOrder(placed.id ?? '', 'BTC/USDT', 'limit', 'buy', 0.02, price, {
      newClientOrderId: 'cwts-2',
    });
    const cancelled = orderUpdate(exchange, placed.id, (status) => status === 'canceled');
    const { id } = await amended;
    await cancelled;
    const open = await exchange.fetchOpenOrders('BTC/USDT');
    expect(open.map((order) => [order.id, order.clientOrderId, order.amount])).toEqual([
      [id, 'cwts-2', 0.02],
    ]);
    const gone = orderUpdate(exchange, id, (status) => status === 'canceled');
    await exchange.cancelAllOrders('BTC/USDT');
    expect(await gone).toMatchObject({ clientOrderId: 'cwts-2', filled: 0 });
    expect(await exchange.fetchOpenOrders('BTC/USDT')).toEqual([]);
  });

  it('takes at the market and sees its fill, its trade and its balance', async () => {
    const exchange = await client();
    await exchange.loadMarkets();
    const before = await exchange.fetchBalance();
    const order = await exchange.createOrder('SOL/USDT', 'market', 'buy', 1.5);
    expect(order).toMatchObject({ status: 'closed', filled: 1.5 });
    const trades = await exchange.fetchMyTrades('SOL/USDT');
    expect(trades.reduce((sum, trade) => sum + (trade.amount ?? 0), 0)).toBeCloseTo(1.5, 8);
    const after = await exchange.fetchBalance();
    expect((after['SOL']?.total ?? 0) - (before['SOL']?.total ?? 0)).toBeCloseTo(1.5, 6);
  });

  it('is told in its own words what was wrong', async () => {
    const exchange = await client();
    await exchange.loadMarkets();
    await expect(exchange.createOrder('BTC/USDT', 'limit', 'buy', 0.00001, 60_000)).rejects.toThrow(
      /NOTIONAL/,
    );
    await expect(exchange.cancelOrder('1', 'BTC/USDT')).rejects.toBeInstanceOf(ccxt.OrderNotFound);
    const { asks } = await exchange.fetchOrderBook('BTC/USDT', 5);
    const crossing = exchange.createOrder('BTC/USDT', 'limit', 'buy', 0.01, (asks[0]?.[0] ?? 0) * 1.01, {
      postOnly: true,
    });
    await expect(crossing).rejects.toThrow(/immediately match/);
    const stranger = await client({ apiKey: 'sim-key', secret: 'wrong' });
    await expect(stranger.fetchOpenOrders('BTC/USDT')).rejects.toThrow(/-1022/);
  });
});
