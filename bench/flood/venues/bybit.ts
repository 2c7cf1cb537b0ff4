import type { Dialect } from '../../../server/feeds/dialect.ts';
import { bybitLinear, bybitSpot } from '../../../server/feeds/dialects/bybit.ts';
import type { Sides } from '../market.ts';
import { COINS, bestOf, listedOf, type FloodMarket, type FloodVenue, type Listed } from '../venue.ts';
import { template, type Template } from '../wire.ts';

export const bybitVenues = (): FloodVenue[] => [bybit(bybitSpot, 50), bybit(bybitLinear, 200)];

function bybit(dialect: Dialect, depth: number): FloodVenue {
  const isSpot = dialect === bybitSpot;
  const symbols = COINS.map((coin) => `${coin}USDT`);
  const list = COINS.map((coin) => ({
    symbol: `${coin}USDT`,
    status: 'Trading',
    baseCoin: coin,
    quoteCoin: 'USDT',
    contractType: isSpot ? undefined : 'LinearPerpetual',
    priceFilter: { tickSize: '0.01' },
    lotSizeFilter: { qtyStep: '0.001', basePrecision: '0.001', minOrderQty: '0.001', maxOrderQty: '9000' },
  }));
  const answer = (result: unknown, now: number): unknown => ({ retCode: 0, result, time: now });
  const listed = listedOf(dialect, [answer({ list }, 1)], symbols);
  return {
    dialect,
    symbols,
    markets: listed.map((one) => marketOf(one, depth, isSpot)),
    rest(path, _query, now) {
      if (path === '/v5/market/instruments-info') return answer({ list }, now);
      if (path === '/v5/market/kline') return answer({ list: [] }, now);
      return path === '/v5/market/time' ? answer({}, now) : null;
    },
    asked(text) {
      const asked = JSON.parse(text) as { op: string; req_id?: string; args?: readonly string[] };
      const { op, req_id: id = '', args = [] } = asked;
      const said = op === 'ping' ? 'pong' : '';
      return {
        answers: [`{"success":true,"ret_msg":"${said}","conn_id":"c0","req_id":"${id}","op":"${op}"}`],
        begins:
          op === 'subscribe'
            ? symbols.flatMap((name, at) => (args.includes(`orderbook.${depth}.${name}`) ? [at] : []))
            : [],
      };
    },
  };
}

function marketOf(listed: Listed, depth: number, isSpot: boolean): FloodMarket {
  const { symbol } = listed;
  const book = (levels: number, type: 'snapshot' | 'delta', sides: Sides): string =>
    `{"topic":"orderbook.${levels}.${symbol}","type":"${type}","ts":<ms>,"data":{"s":"${symbol}","b":[${listed.levels(sides.bids)}],"a":[${listed.levels(sides.asks)}],"u":<last>,"seq":20},"cts":<ms>}`;
  const ticker = (sides: Sides): Template => {
    const [bid, ask] = bestOf(sides);
    if (isSpot) return template(book(1, 'snapshot', { bids: [bid], asks: [ask] }));
    return template(
      `{"topic":"tickers.${symbol}","type":"snapshot","data":{"symbol":"${symbol}","bid1Price":"${listed.price(bid[0])}","bid1Size":"${listed.size(bid[1])}","ask1Price":"${listed.price(ask[0])}","ask1Size":"${listed.size(ask[1])}","markPrice":"${listed.price(bid[0])}","indexPrice":"${listed.price(bid[0])}","fundingRate":"0.0001"},"cs":1,"ts":<ms>}`,
    );
  };
  return listed.market(
    ({ change, book: sides, trade: { ticks, lots, isBuy } }, turn) => {
      const trade = template(
        `{"topic":"publicTrade.${symbol}","type":"snapshot","ts":<ms>,"data":[{"T":<ms>,"s":"${symbol}","S":"${isBuy ? 'Buy' : 'Sell'}","v":"${listed.size(lots)}","p":"${listed.price(ticks)}","L":"PlusTick","i":"00000000-0000-4000-8000-<trade>","BT":false,"RPI":false,"seq":7}]}`,
      );
      const delta = template(book(depth, 'delta', change), { step: 1, turn });
      return isSpot ? [delta, ticker(sides), trade, ticker(sides), trade] : [delta, trade, trade];
    },
    {
      once: ({ book: sides }) => (isSpot ? [] : [ticker(sides)]),
      snapshot: (sides) => template(book(depth, 'snapshot', sides)),
    },
  );
}
