/** Frames of every dialect as its venue writes them, one of each kind: what damage is done to. */
import type { Instrument } from '../../../protocol/instrument.ts';
import { instrument } from '../../testing/orders.ts';
import type { Dialect } from '../dialect.ts';
import { alpaca } from '../dialects/alpaca.ts';
import { binanceCoinM, binanceUsdM } from '../dialects/binance-futures.ts';
import { binanceSpot } from '../dialects/binance-spot.ts';
import { bybitLinear, bybitSpot } from '../dialects/bybit.ts';
import { coinbase } from '../dialects/coinbase.ts';
import { krakenFutures } from '../dialects/kraken-futures.ts';
import { krakenSpot } from '../dialects/kraken-spot.ts';
import { okx } from '../dialects/okx.ts';

export interface VenueFrames {
  readonly dialect: Dialect;
  readonly instruments: readonly Instrument[];
  /** Market data that is read straight from bytes; none where a dialect has no such reader. */
  readonly fast: readonly string[];
  /** Market data that `JSON.parse` reads. */
  readonly slow: readonly string[];
  /** Nothing of the market is in them: greetings, answers, heartbeats. None is refused. */
  readonly quiet: readonly string[];
  /** Of a kind that the venue does not tell of, or that nobody asked for. */
  readonly unknown: readonly string[];
}

const listed = (symbol: string, changes: Partial<Instrument>): Instrument[] => [
  { ...instrument(0, symbol), ...changes },
];
const linear = listed('BTCUSDT', { priceScale: 2, sizeScale: 3 });

const BINANCE_QUIET = ['{"result":null,"id":1}'];
const BINANCE_UNKNOWN = [
  '{"stream":"btcusdt@kline_1m","data":{"e":"kline","E":1723161255208,"s":"BTCUSDT"}}',
  '{"stream":"btcusdt@forceOrder","data":{"e":"forceOrder"}}',
];

const BYBIT_TRADE =
  '{"topic":"publicTrade.BTCUSDT","type":"snapshot","ts":1786310818130,"data":[' +
  '{"T":1786310818129,"s":"BTCUSDT","S":"Sell","v":"0.004","p":"99.50","L":"MinusTick","i":"a9188a0a-82bc-50de-be60-03eedbe3cdd7","BT":false,"RPI":false,"seq":7},' +
  '{"T":1786310818130,"s":"BTCUSDT","S":"Buy","v":"1.250","p":"99.51","L":"PlusTick","i":"22","BT":false,"RPI":true,"seq":8}]}';
const bybitBook = (topic: string, type: string, update: number): string =>
  `{"topic":"${topic}.BTCUSDT","type":"${type}","ts":1786310818130,"data":{"s":"BTCUSDT","b":[["99.50","2"],["99.40","0"]],"a":[["100.00","1.5"]],"u":${update},"seq":20},"cts":1786310818129}`;
const BYBIT_QUIET = [
  '{"success":true,"ret_msg":"","conn_id":"d8bu1","req_id":"1","op":"subscribe"}',
  '{"success":true,"ret_msg":"pong","conn_id":"d8bu1","req_id":"","op":"ping"}',
];
const BYBIT_UNKNOWN = [
  '{"topic":"kline.1.BTCUSDT","type":"snapshot","ts":1,"data":[{}]}',
  '{"topic":"liquidation","type":"snapshot","ts":1,"data":{}}',
  '{"op":"auth","success":true}',
];

const COINBASE_TIME = '2026-08-09T21:05:52.819568875Z';
const coinbaseFrame = (channel: string, events: string): string =>
  `{"channel":"${channel}","timestamp":"${COINBASE_TIME}","sequence_num":7,"events":[${events}]}`;
const coinbaseLevel = (side: string, price: string, size: string): string =>
  `{"side":"${side}","event_time":"${COINBASE_TIME}","price_level":"${price}","new_quantity":"${size}"}`;
const coinbaseBook = (type: string): string =>
  coinbaseFrame(
    'l2_data',
    `{"type":"${type}","product_id":"BTC-USD","updates":[${coinbaseLevel('bid', '65083.66', '0.20371215')},${coinbaseLevel('offer', '65083.67', '0')}]}`,
  );
const coinbaseTrade = (id: number, side: string): string =>
  `{"product_id":"BTC-USD","trade_id":"${id}","price":"65083.66","size":"0.00012","time":"${COINBASE_TIME}","side":"${side}"}`;

const KRAKEN_TIME = '2026-08-24T22:21:58.343688Z';
const krakenBook = (type: string): string =>
  `{"channel":"book","type":"${type}","data":[{"symbol":"BTC/USD","bids":[{"price":78871.5,"qty":0.25000000},{"price":78870.1,"qty":0.00000000}],"asks":[{"price":78871.6,"qty":1.50000000}],"checksum":2439117997,"timestamp":"${KRAKEN_TIME}"}]}`;
const krakenTrade = (id: number, side: string, type: string): string =>
  `{"symbol":"BTC/USD","side":"${side}","price":78871.5,"qty":0.25000000,"ord_type":"${type}","trade_id":${id},"timestamp":"${KRAKEN_TIME}"}`;

export const VENUE_FRAMES: readonly VenueFrames[] = [
  {
    dialect: binanceSpot,
    instruments: listed('BTCUSDT', { sizeScale: 5 }),
    fast: [
      '{"stream":"btcusdt@trade","data":{"e":"trade","E":1723161255208,"s":"BTCUSDT","t":3721312871,"p":"61737.25000000","q":"0.00162000","T":1723161255207,"m":true,"M":true}}',
      '{"stream":"btcusdt@bookTicker","data":{"u":50210043120,"s":"BTCUSDT","b":"61737.24000000","B":"4.71962000","a":"61737.25000000","A":"1.20000000"}}',
      '{"stream":"btcusdt@depth@100ms","data":{"e":"depthUpdate","E":1723161255208,"s":"BTCUSDT","U":50210043118,"u":50210043120,"b":[["61737.24000000","0.10000000"],["61730.00000000","0.00000000"]],"a":[["61837.64000000","1.54698000"]]}}',
    ],
    slow: [],
    quiet: BINANCE_QUIET,
    unknown: [
      ...BINANCE_UNKNOWN,
      '{"stream":"btcusdt@markPrice@1s","data":{"e":"markPriceUpdate","E":1,"s":"BTCUSDT","p":"1"}}',
    ],
  },
  {
    dialect: binanceUsdM,
    instruments: listed('BTCUSDT', { priceScale: 1 }),
    fast: [
      '{"stream":"btcusdt@trade","data":{"e":"trade","E":1723161255208,"T":1723161255207,"s":"BTCUSDT","t":5265271520,"p":"61737.20","q":"0.016","X":"MARKET","m":true}}',
      '{"stream":"btcusdt@bookTicker","data":{"e":"bookTicker","u":5021004312,"s":"BTCUSDT","b":"61737.20","B":"4.719","a":"61737.30","A":"1.200","T":1723161255207,"E":1723161255208}}',
      '{"stream":"btcusdt@depth@0ms","data":{"e":"depthUpdate","E":1723161255208,"T":1723161255207,"s":"BTCUSDT","U":5021004310,"u":5021004312,"pu":5021004309,"b":[["61737.20","0.100"],["61730.00","0.000"]],"a":[["61837.60","1.546"]]}}',
    ],
    slow: [
      '{"stream":"btcusdt@markPrice@1s","data":{"e":"markPriceUpdate","E":1723161255208,"s":"BTCUSDT","p":"61737.15000000","P":"61784.25641265","i":"61750.90000000","r":"0.00010000","T":1723190400000}}',
    ],
    quiet: BINANCE_QUIET,
    unknown: BINANCE_UNKNOWN,
  },
  {
    dialect: binanceCoinM,
    instruments: listed('BTCUSD_PERP', { priceScale: 1, sizeScale: 0 }),
    fast: [
      '{"stream":"btcusd_perp@trade","data":{"e":"trade","E":1723161255208,"T":1723161255207,"s":"BTCUSD_PERP","t":821520451,"p":"61737.2","q":"16","X":"MARKET","m":false}}',
      '{"stream":"btcusd_perp@bookTicker","data":{"u":911004312,"e":"bookTicker","s":"BTCUSD_PERP","ps":"BTCUSD","b":"61737.2","B":"4719","a":"61737.3","A":"1200","T":1723161255207,"E":1723161255208}}',
      '{"stream":"btcusd_perp@depth","data":{"e":"depthUpdate","E":1723161255208,"T":1723161255207,"s":"BTCUSD_PERP","ps":"BTCUSD","U":911004310,"u":911004312,"pu":911004309,"b":[["61737.2","100"],["61730.0","0"]],"a":[["61837.6","1546"]]}}',
    ],
    slow: [
      '{"stream":"btcusd_perp@markPrice@1s","data":{"e":"markPriceUpdate","E":1723161255208,"s":"BTCUSD_PERP","p":"61737.15000000","P":"61784.25641265","i":"61750.90000000","r":"0.00010000","T":1723190400000}}',
    ],
    quiet: BINANCE_QUIET,
    unknown: ['{"stream":"btcusd_perp@kline_1m","data":{"e":"kline"}}'],
  },
  {
    dialect: coinbase,
    instruments: listed('BTC-USD', { sizeScale: 8 }),
    fast: [
      coinbaseBook('snapshot'),
      coinbaseBook('update'),
      coinbaseFrame(
        'market_trades',
        `{"type":"update","trades":[${coinbaseTrade(512, 'SELL')},${coinbaseTrade(511, 'BUY')}]}`,
      ),
    ],
    slow: [
      coinbaseFrame(
        'ticker',
        '{"type":"update","tickers":[{"type":"ticker","product_id":"BTC-USD","price":"65083.66","best_bid":"65083.66","best_bid_quantity":"0.2","best_ask":"65083.67","best_ask_quantity":"1.1"}]}',
      ),
    ],
    quiet: [
      coinbaseFrame('subscriptions', '{"subscriptions":{"level2":["BTC-USD"]}}'),
      coinbaseFrame('candles', '{"type":"snapshot","candles":[]}'),
      coinbaseFrame('heartbeats', '{"current_time":"2026-08-09 21:05:52","heartbeat_counter":"12"}'),
    ],
    unknown: [coinbaseFrame('auctions', '{"type":"snapshot"}'), coinbaseFrame('l2_data ', '')],
  },
  {
    dialect: okx,
    instruments: listed('BTC-USDT', { priceScale: 1, sizeScale: 8 }),
    fast: [
      '{"arg":{"channel":"books","instId":"BTC-USDT"},"action":"snapshot","data":[{"asks":[["78722.3","0.33","0","10"]],"bids":[["78722.2","1","0","1"]],"ts":"1787612486207","checksum":0,"seqId":7,"prevSeqId":-1}]}',
      '{"arg":{"channel":"books","instId":"BTC-USDT"},"action":"update","data":[{"asks":[["78722.3","0.33","0","10"]],"bids":[["78722.2","0","0","0"]],"ts":"1787612486207","checksum":-914047754,"seqId":9,"prevSeqId":7}]}',
      '{"arg":{"channel":"trades","instId":"BTC-USDT"},"data":[{"instId":"BTC-USDT","tradeId":"911","px":"78722.3","sz":"0.5","side":"buy","ts":"1787612486207","count":"1","source":"0","seqId":3}]}',
    ],
    slow: [
      '{"arg":{"channel":"tickers","instId":"BTC-USDT"},"data":[{"instId":"BTC-USDT","last":"78722.3","bidPx":"78722.2","bidSz":"1.5","askPx":"78722.3","askSz":"0.33","ts":"1787612486207"}]}',
      '{"arg":{"channel":"mark-price","instId":"BTC-USDT"},"data":[{"instId":"BTC-USDT","markPx":"78722.25","ts":"1787612486207"}]}',
      '{"arg":{"channel":"funding-rate","instId":"BTC-USDT"},"data":[{"instId":"BTC-USDT","fundingRate":"0.0001","fundingTime":"1787616000000","ts":"1787612486207"}]}',
    ],
    quiet: [
      'pong',
      '{"event":"subscribe","arg":{"channel":"books","instId":"BTC-USDT"},"connId":"a4d3ae55"}',
      '{"event":"notice","code":"64008","msg":"The connection will soon be closed."}',
    ],
    unknown: [
      '{"arg":{"channel":"candle1m","instId":"BTC-USDT"},"data":[{"c":"1"}]}',
      '{"event":"login","code":"0"}',
    ],
  },
  {
    dialect: bybitSpot,
    instruments: linear,
    fast: [
      bybitBook('orderbook.50', 'snapshot', 7),
      bybitBook('orderbook.50', 'delta', 8),
      bybitBook('orderbook.1', 'snapshot', 7),
      BYBIT_TRADE,
    ],
    slow: [],
    quiet: BYBIT_QUIET,
    unknown: BYBIT_UNKNOWN,
  },
  {
    dialect: bybitLinear,
    instruments: linear,
    fast: [bybitBook('orderbook.200', 'snapshot', 7), bybitBook('orderbook.200', 'delta', 8), BYBIT_TRADE],
    slow: [
      '{"topic":"tickers.BTCUSDT","type":"snapshot","data":{"symbol":"BTCUSDT","bid1Price":"99.50","bid1Size":"2","ask1Price":"100.00","ask1Size":"1.5","markPrice":"99.61","indexPrice":"99.60","fundingRate":"0.0001","nextFundingTime":"1786320000000"},"cs":1,"ts":1786310818130}',
    ],
    quiet: BYBIT_QUIET,
    unknown: BYBIT_UNKNOWN,
  },
  {
    dialect: krakenSpot,
    instruments: listed('BTC/USD', { priceScale: 1, sizeScale: 8 }),
    fast: [
      krakenBook('snapshot'),
      krakenBook('update'),
      `{"channel":"trade","type":"update","data":[${krakenTrade(311, 'sell', 'market')},${krakenTrade(312, 'buy', 'limit')}]}`,
    ],
    slow: [
      `{"channel":"ticker","type":"update","data":[{"symbol":"BTC/USD","bid":78871.5,"bid_qty":0.25,"ask":78871.6,"ask_qty":1.5,"last":78871.5,"timestamp":"${KRAKEN_TIME}"}]}`,
    ],
    quiet: [
      '{"channel":"heartbeat"}',
      '{"channel":"status","type":"update","data":[{"system":"online"}]}',
      '{"method":"pong","time_in":"2026-08-24T22:21:58.343688Z"}',
      '{"method":"subscribe","result":{"channel":"book","symbol":"BTC/USD"},"success":true}',
    ],
    unknown: [
      '{"channel":"ohlc","type":"update","data":[{"symbol":"BTC/USD"}]}',
      '{"method":"add_order","success":true,"result":{"channel":"x"}}',
    ],
  },
  {
    dialect: krakenFutures,
    instruments: listed('PI_XBTUSD', { name: 'BTC-USD-PERP', priceScale: 1, tickStep: 5, sizeScale: 0 }),
    fast: [
      '{"feed":"book","product_id":"PI_XBTUSD","side":"sell","seq":326072249,"price":34981.5,"qty":15000.0,"timestamp":1626994927744}',
      '{"feed":"book","product_id":"PI_XBTUSD","side":"buy","seq":326072250,"price":34981.0,"qty":0.0,"timestamp":1626994927745}',
      '{"feed":"trade","product_id":"PI_XBTUSD","uid":"e2429e31-3a5a-4b8c-8f1e-9b6f6a3c1d11","side":"sell","type":"fill","seq":653355,"time":1626994929946,"qty":15000.0,"price":34969.5}',
    ],
    slow: [
      '{"feed":"book_snapshot","product_id":"PI_XBTUSD","timestamp":1626994927735,"seq":326072248,"tickSize":null,"bids":[{"price":34981.0,"qty":2000.0}],"asks":[{"price":34981.5,"qty":1.5E4}]}',
      '{"feed":"ticker","product_id":"PI_XBTUSD","time":1626994929946,"bid":34981.0,"bid_size":2000.0,"ask":34981.5,"ask_size":15000.0,"index":34975.21,"markPrice":34980.7,"relative_funding_rate":1.5e-05,"next_funding_rate_time":1627000000000}',
    ],
    quiet: [
      '{"event":"info","version":1}',
      '{"feed":"heartbeat","time":1626994929946}',
      '{"event":"subscribed","feed":"book","product_ids":["PI_XBTUSD"]}',
    ],
    unknown: ['{"feed":"ticker_lite","product_id":"PI_XBTUSD"}', '{"event":"challenge","message":"x"}'],
  },
  {
    dialect: alpaca,
    instruments: listed('AAPL', { name: 'AAPL', priceScale: 4, sizeScale: 0 }),
    fast: [],
    slow: [
      '[{"T":"t","i":96921,"S":"AAPL","x":"D","p":126.5500,"s":100,"t":"2021-02-22T15:51:44.208123456Z","c":["@","I"],"z":"C"},{"T":"q","S":"AAPL","bx":"U","bp":126.54,"bs":3,"ax":"Q","ap":126.5501,"as":1,"c":["R"],"z":"C","t":"2021-02-22T15:51:45.335689322Z"}]',
    ],
    quiet: [
      '[{"T":"success","msg":"connected"}]',
      '[{"T":"subscription","trades":["AAPL"],"quotes":["AAPL"],"bars":[]}]',
      '[{"T":"c","S":"AAPL"},{"T":"x","S":"AAPL"}]',
    ],
    unknown: ['[{"T":"b","S":"AAPL"}]', '[{"T":"luld","S":"AAPL"}]', '{"T":"success"}'],
  },
];
