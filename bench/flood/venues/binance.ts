import type { Dialect } from '../../../server/feeds/dialect.ts';
import { binanceCoinM, binanceUsdM } from '../../../server/feeds/dialects/binance-futures.ts';
import { binanceSpot } from '../../../server/feeds/dialects/binance-spot.ts';
import { COINS, bestOf, listedOf, type FloodMarket, type FloodVenue, type Listed } from '../venue.ts';
import { template, type Template } from '../wire.ts';

interface Market {
  readonly dialect: Dialect;
  /** Of the REST paths: `/api/v3`. */
  readonly root: string;
  readonly symbol: (coin: string) => string;
  readonly quote: string;
  readonly steps: { readonly tick: string; readonly lot: string };
  readonly isSpot: boolean;
}

/** Numbers that a change of a book takes. */
const STEP = 3;

export const binanceVenues = (): FloodVenue[] => [
  binance({
    dialect: binanceSpot,
    root: '/api/v3',
    symbol: (coin) => `${coin}USDT`,
    quote: 'USDT',
    steps: { tick: '0.01000000', lot: '0.00100000' },
    isSpot: true,
  }),
  binance({
    dialect: binanceUsdM,
    root: '/fapi/v1',
    symbol: (coin) => `${coin}USDT`,
    quote: 'USDT',
    steps: { tick: '0.01', lot: '0.001' },
    isSpot: false,
  }),
  binance({
    dialect: binanceCoinM,
    root: '/dapi/v1',
    symbol: (coin) => `${coin}USD_PERP`,
    quote: 'USD',
    steps: { tick: '0.1', lot: '1' },
    isSpot: false,
  }),
];

function binance({ dialect, root, symbol, quote, steps, isSpot }: Market): FloodVenue {
  const symbols = COINS.map(symbol);
  const listing = {
    rateLimits: [{ rateLimitType: 'REQUEST_WEIGHT', interval: 'MINUTE', intervalNum: 1, limit: 6000 }],
    symbols: COINS.map((coin) => ({
      symbol: symbol(coin),
      status: 'TRADING',
      contractType: 'PERPETUAL',
      baseAsset: coin,
      quoteAsset: quote,
      filters: [
        { filterType: 'PRICE_FILTER', tickSize: steps.tick },
        { filterType: 'LOT_SIZE', minQty: steps.lot, maxQty: '9000', stepSize: steps.lot },
      ],
    })),
  };
  const listed = listedOf(dialect, listing, symbols);
  return {
    dialect,
    symbols,
    markets: listed.map((one) => marketOf(one, isSpot, dialect === binanceCoinM)),
    rest(path, query, now, books) {
      if (path === `${root}/exchangeInfo`) return listing;
      if (path === `${root}/time`) return { serverTime: now };
      if (path === `${root}/klines`) return [];
      if (path !== `${root}/depth`) return null;
      const book = books(query.get('symbol') ?? '');
      const one = listed.find(({ symbol: name }) => name === query.get('symbol'));
      if (!book || !one) return null;
      const rows = (side: (typeof book.sides)['bids']): string[][] =>
        side.map(([ticks, lots]) => [one.price(ticks), one.size(lots)]);
      return { lastUpdateId: book.update, bids: rows(book.sides.bids), asks: rows(book.sides.asks) };
    },
    asked(text) {
      const { id, params } = JSON.parse(text) as { id: number; params: readonly string[] };
      const streams = new Set(params);
      return {
        answers: [`{"result":null,"id":${id}}`],
        begins: symbols.flatMap((name, at) => (streams.has(`${name.toLowerCase()}@depth@100ms`) ? [at] : [])),
      };
    },
  };
}

/** Of five frames one is a change of a book, two are best prices, two are trades. */
function marketOf(listed: Listed, isSpot: boolean, isCoinM: boolean): FloodMarket {
  const { symbol } = listed;
  const stream = (name: string): string => `{"stream":"${symbol.toLowerCase()}@${name}","data":{`;
  const pair = isCoinM ? `,"ps":"${symbol.split('_', 1)[0] ?? ''}"` : '';
  const tickerHead = (update: string): string => {
    if (isSpot) return `"u":<${update}>,"s":"${symbol}"`;
    return isCoinM
      ? `"u":<${update}>,"e":"bookTicker","s":"${symbol}"${pair}`
      : `"e":"bookTicker","u":<${update}>,"s":"${symbol}"`;
  };
  const tradeText = (price: string, size: string, isSell: boolean): string =>
    isSpot
      ? `${stream('trade')}"e":"trade","E":<ms>,"s":"${symbol}","t":<trade>,"p":"${price}","q":"${size}","T":<ms>,"m":${isSell},"M":true}}`
      : `${stream('trade')}"e":"trade","E":<ms>,"T":<ms>,"s":"${symbol}","t":<trade>,"p":"${price}","q":"${size}","X":"MARKET","m":${isSell}}}`;
  return listed.market(({ change, book, trade: { ticks, lots, isBuy } }, turn): Template[] => {
    const [[bid, bidSize], [ask, askSize]] = bestOf(book);
    const ticker = (update: 'last' | 'after'): Template =>
      template(
        `${stream('bookTicker')}${tickerHead(update)},"b":"${listed.price(bid)}","B":"${listed.size(bidSize)}","a":"${listed.price(ask)}","A":"${listed.size(askSize)}"${isSpot ? '' : ',"T":<ms>,"E":<ms>'}}}`,
      );
    const trade = template(tradeText(listed.price(ticks), listed.size(lots), !isBuy));
    const head = isSpot ? '"E":<ms>' : '"E":<ms>,"T":<ms>';
    const previous = isSpot ? '' : '"pu":<previous>,';
    const depth = template(
      `${stream('depth@100ms')}"e":"depthUpdate",${head},"s":"${symbol}"${pair},"U":<first>,"u":<last>,${previous}"b":[${listed.levels(change.bids)}],"a":[${listed.levels(change.asks)}]}}`,
      { step: STEP, turn },
    );
    return [depth, ticker('last'), trade, ticker('after'), trade];
  }, {});
}
