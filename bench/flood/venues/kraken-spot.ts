import { krakenChecksum } from '../../../server/feeds/dialects/kraken-checksum.ts';
import { krakenSpot } from '../../../server/feeds/dialects/kraken-spot.ts';
import { bookOf, type Sides } from '../market.ts';
import { COINS, bestOf, listedOf, type FloodMarket, type FloodVenue, type Listed } from '../venue.ts';
import { template } from '../wire.ts';

const symbols = COINS.map((coin) => `${coin}/USD`);
const list = {
  error: [],
  result: Object.fromEntries(
    COINS.map((coin) => [
      `${coin}USD`,
      {
        wsname: `${coin}/USD`,
        pair_decimals: 2,
        lot_decimals: 8,
        tick_size: '0.01',
        ordermin: '0.0001',
        costmin: '0.5',
        status: 'online',
      },
    ]),
  ),
};

export const krakenSpotVenue = (): FloodVenue => ({
  dialect: krakenSpot,
  symbols,
  markets: listedOf(krakenSpot, list, symbols).map(marketOf),
  rest(path) {
    if (path === '/0/public/AssetPairs') return list;
    return path === '/0/public/OHLC' ? { error: [], result: { none: [] } } : null;
  },
  asked(text) {
    const { method, params } = JSON.parse(text) as {
      method: string;
      params?: { channel: string; symbol: readonly string[] };
    };
    if (!params) return { answers: ['{"method":"pong"}'], begins: [] };
    const { channel, symbol: names } = params;
    return {
      answers: names.map((symbol) => JSON.stringify({ method, result: { channel, symbol }, success: true })),
      begins: method === 'subscribe' && channel === 'book' ? names.map((name) => symbols.indexOf(name)) : [],
    };
  },
});

function marketOf(listed: Listed): FloodMarket {
  const { symbol, instrument } = listed;
  const checksum = krakenChecksum(instrument);
  const rows = (side: Sides['bids']): string =>
    listed.levels(side, (price, size) => `{"price":${price},"qty":${size}}`);
  const book = (type: string, { bids, asks }: Sides, after: Sides): string =>
    `{"channel":"book","type":"${type}","data":[{"symbol":"${symbol}","bids":[${rows(bids)}],"asks":[${rows(asks)}],"checksum":${checksum(bookOf(after))},"timestamp":"<iso>"}]}`;
  return listed.market(
    ({ change, book: after, trade: { ticks, lots, isBuy } }, turn) => {
      const trade = template(
        `{"channel":"trade","type":"update","data":[{"symbol":"${symbol}","side":"${isBuy ? 'buy' : 'sell'}","price":${listed.price(ticks)},"qty":${listed.size(lots)},"ord_type":"market","trade_id":<trade>,"timestamp":"<iso>"}]}`,
      );
      return [template(book('update', change, after), { turn }), trade, trade];
    },
    {
      once: ({ book: sides }) => {
        const [bid, ask] = bestOf(sides);
        return [
          template(
            `{"channel":"ticker","type":"update","data":[{"symbol":"${symbol}","bid":${listed.price(bid[0])},"bid_qty":${listed.size(bid[1])},"ask":${listed.price(ask[0])},"ask_qty":${listed.size(ask[1])},"timestamp":"<iso>"}]}`,
          ),
        ];
      },
      snapshot: (sides) => template(book('snapshot', sides, sides)),
    },
  );
}
