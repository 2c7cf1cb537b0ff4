import { krakenFutures } from '../../../server/feeds/dialects/kraken-futures.ts';
import { COINS, bestOf, listedOf, type FloodMarket, type FloodVenue, type Listed } from '../venue.ts';
import { template } from '../wire.ts';

const symbols = COINS.map((coin) => `PI_${coin}USD`);
const list = {
  instruments: COINS.map((coin) => ({
    symbol: `pi_${coin.toLowerCase()}usd`,
    type: 'perpetual_inverse',
    base: coin,
    quote: 'USD',
    tickSize: 0.5,
    contractSize: 1,
    contractValueTradePrecision: 0,
    tradeable: true,
  })),
};

export const krakenFuturesVenue = (): FloodVenue => ({
  dialect: krakenFutures,
  symbols,
  greeting: ['{"event":"info","version":1}'],
  markets: listedOf(krakenFutures, list, symbols).map(marketOf),
  rest(path, _query, now) {
    if (path.endsWith('/instruments')) return list;
    if (path.includes('/tickers/')) return { serverTime: new Date(now).toISOString() };
    return path.startsWith('/api/charts/') ? { candles: [] } : null;
  },
  asked(text) {
    const {
      event,
      feed,
      product_ids: products,
    } = JSON.parse(text) as {
      event: string;
      feed: string;
      product_ids: readonly string[];
    };
    return {
      answers: [JSON.stringify({ event: `${event}d`, feed, product_ids: products })],
      begins: event === 'subscribe' && feed === 'book' ? products.map((name) => symbols.indexOf(name)) : [],
    };
  },
});

/** Each change of one level is a message of its own. */
function marketOf(listed: Listed): FloodMarket {
  const { symbol } = listed;
  return listed.market(
    ({ change, trade: { ticks, lots, isBuy } }, turn) => {
      const levels = [
        ...change.bids.map((level) => ['buy', level] as const),
        ...change.asks.map((level) => ['sell', level] as const),
      ];
      const changes = levels.map(([side, [price, size]], at) =>
        template(
          `{"feed":"book","product_id":"${symbol}","side":"${side}","seq":<last>,"price":${listed.price(price)},"qty":${listed.size(size)},"timestamp":<ms>}`,
          { step: 1, ...(at === levels.length - 1 ? { turn } : {}) },
        ),
      );
      const trade = template(
        `{"feed":"trade","product_id":"${symbol}","uid":"e2429e31-3a5a-4b8c-8f1e-9b6f6a3c1d11","side":"${isBuy ? 'buy' : 'sell'}","type":"fill","seq":<trade>,"time":<ms>,"qty":${listed.size(lots)},"price":${listed.price(ticks)}}`,
      );
      return [...changes, trade, trade];
    },
    {
      once: ({ book: sides }) => {
        const [bid, ask] = bestOf(sides);
        return [
          template(
            `{"feed":"ticker","product_id":"${symbol}","time":<ms>,"bid":${listed.price(bid[0])},"bid_size":${listed.size(bid[1])},"ask":${listed.price(ask[0])},"ask_size":${listed.size(ask[1])},"markPrice":${listed.price(bid[0])}}`,
          ),
        ];
      },
      snapshot: ({ bids, asks }) => {
        const rows = (side: typeof bids): string =>
          listed.levels(side, (price, size) => `{"price":${price},"qty":${size}}`);
        return template(
          `{"feed":"book_snapshot","product_id":"${symbol}","timestamp":<ms>,"seq":<last>,"bids":[${rows(bids)}],"asks":[${rows(asks)}]}`,
        );
      },
    },
  );
}
