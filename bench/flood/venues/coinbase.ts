import { coinbase } from '../../../server/feeds/dialects/coinbase.ts';
import type { Sides } from '../market.ts';
import { COINS, bestOf, listedOf, type FloodMarket, type FloodVenue, type Listed } from '../venue.ts';
import { template } from '../wire.ts';

const symbols = COINS.map((coin) => `${coin}-USD`);
const list = {
  products: COINS.map((coin) => ({
    product_id: `${coin}-USD`,
    product_type: 'SPOT',
    status: 'online',
    trading_disabled: false,
    is_disabled: false,
    view_only: false,
    alias: '',
    base_currency_id: coin,
    quote_currency_id: 'USD',
    base_increment: '0.001',
    price_increment: '0.01',
    base_min_size: '0.001',
    base_max_size: '9000',
    quote_min_size: '1',
  })),
};
const frame = (channel: string, event: string): string =>
  `{"channel":"${channel}","timestamp":"<iso>","sequence_num":<sequence>,"events":[${event}]}`;

export const coinbaseVenue = (): FloodVenue => ({
  dialect: coinbase,
  symbols,
  markets: listedOf(coinbase, list, symbols).map(marketOf),
  rest(path, _query, now) {
    if (path.endsWith('/products')) return list;
    if (path.endsWith('/time')) return { epochMillis: String(now) };
    return path.endsWith('/candles') ? { candles: [] } : null;
  },
  asked(text) {
    const {
      type,
      channel,
      product_ids: products = [channel],
    } = JSON.parse(text) as {
      type: string;
      channel: string;
      product_ids?: readonly string[];
    };
    return {
      answers: [frame('subscriptions', JSON.stringify({ subscriptions: { [channel]: products } }))],
      begins:
        type === 'subscribe' && channel === 'level2' ? products.map((name) => symbols.indexOf(name)) : [],
    };
  },
});

function marketOf(listed: Listed): FloodMarket {
  const { symbol } = listed;
  const rows = (side: 'bid' | 'offer', levels: Sides['bids']): string =>
    listed.levels(
      levels,
      (price, size) =>
        `{"side":"${side}","event_time":"<iso>","price_level":"${price}","new_quantity":"${size}"}`,
    );
  const book = (type: string, { bids, asks }: Sides): string =>
    frame(
      'l2_data',
      `{"type":"${type}","product_id":"${symbol}","updates":[${rows('bid', bids)},${rows('offer', asks)}]}`,
    );
  return listed.market(
    ({ change, trade: { ticks, lots, isBuy } }, turn) => {
      const trade = template(
        frame(
          'market_trades',
          `{"type":"update","trades":[{"product_id":"${symbol}","trade_id":"<trade>","price":"${listed.price(ticks)}","size":"${listed.size(lots)}","time":"<iso>","side":"${isBuy ? 'SELL' : 'BUY'}"}]}`,
        ),
      );
      return [template(book('update', change), { turn }), trade, trade];
    },
    {
      once: ({ book: sides }) => {
        const [bid, ask] = bestOf(sides);
        return [
          template(
            frame(
              'ticker',
              `{"type":"update","tickers":[{"type":"ticker","product_id":"${symbol}","best_bid":"${listed.price(bid[0])}","best_bid_quantity":"${listed.size(bid[1])}","best_ask":"${listed.price(ask[0])}","best_ask_quantity":"${listed.size(ask[1])}"}]}`,
            ),
          ),
        ];
      },
      snapshot: (sides) => template(book('snapshot', sides)),
    },
  );
}
