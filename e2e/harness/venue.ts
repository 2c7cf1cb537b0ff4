import ccxt, { type binance } from 'ccxt';
import type { Desk } from './desk.ts';

/** The exchange account as somebody outside the console reaches it: ccxt's own Binance class. */
export function outsideAccount(desk: Desk): binance {
  const { rest } = desk.exchange;
  const account = new ccxt.binance({
    apiKey: 'sim-key',
    secret: 'sim-secret',
    options: { fetchMarkets: { types: ['spot'] }, fetchCurrencies: false, fetchMargins: false },
  });
  const urls = account.urls as { api: Record<string, unknown> };
  urls.api = { ...urls.api, public: `${rest}/api/v3`, private: `${rest}/api/v3` };
  return account;
}

/** Open orders of the whole account, whoever placed them. */
export async function countOpenOrders(account: binance): Promise<number> {
  account.options['warnOnFetchOpenOrdersWithoutSymbol'] = false;
  return (await account.fetchOpenOrders()).length;
}

/** An order of the same account that the console did not place. */
export async function placeOutside(account: binance): Promise<string> {
  await account.loadMarkets();
  const symbol = 'BTC/USDT';
  const { bids } = await account.fetchOrderBook(symbol);
  const best = bids[0]?.[0];
  if (best === undefined) throw new Error('there is no bid');
  const price = Number(account.priceToPrecision(symbol, best * 0.95));
  const order = await account.createOrder(symbol, 'limit', 'buy', 0.01, price);
  return String(order.id);
}
