/** How venues that send their books in the stream write them, for a `StreamVenue`. */
import type { Instrument } from '../../../protocol/instrument.ts';
import { instrument } from '../../testing/orders.ts';
import type { BookSide } from '../book-side.ts';
import { bybitLinear } from '../dialects/bybit.ts';
import { coinbase } from '../dialects/coinbase.ts';
import { krakenSpot } from '../dialects/kraken-spot.ts';
import { krakenChecksum } from '../dialects/kraken-checksum.ts';
import { okx } from '../dialects/okx.ts';
import type { StreamMarket, StreamSpeech } from './stream-venue.ts';

const AT = Date.UTC(2026, 10, 21, 12);
const ISO = '2026-11-21T12:00:00.000000Z';
const listed = (...symbols: readonly string[]): Instrument[] =>
  symbols.map((symbol, index) => ({ ...instrument(index, symbol), priceScale: 2, sizeScale: 3 }));

const rows = (
  { price, size, book }: StreamMarket,
  side: 'bids' | 'asks',
  write: (price: string, size: string) => string,
): string => {
  const levels: BookSide = book[side];
  return Array.from({ length: levels.length }, (_, row) =>
    write(price(levels.price(row)), size(levels.size(row))),
  ).join(',');
};
const pair = (price: string, size: string): string => `["${price}","${size}"]`;

const okxLevel = (price: string, size: string): string => `["${price}","${size}","0","1"]`;
const okxBook = (
  { instrument: { symbol }, book }: StreamMarket,
  bids: string,
  asks: string,
  previous: number,
): string =>
  `{"arg":{"channel":"books","instId":"${symbol}"},"action":"${previous < 0 ? 'snapshot' : 'update'}","data":[{"asks":[${asks}],"bids":[${bids}],"ts":"${AT}","checksum":0,"seqId":${book.lastUpdate},"prevSeqId":${previous}}]}`;

const OKX: StreamSpeech = {
  dialect: okx,
  instruments: listed('BTC-USDT'),
  asked: (text) => {
    const { op, args } = JSON.parse(text) as { op: string; args: { channel: string; instId: string }[] };
    const of = (wanted: string): string[] =>
      args.filter(({ channel }) => channel === wanted).map(({ instId }) => instId);
    const answers = args.map((arg) => JSON.stringify({ event: op, arg, connId: 'a4d3ae55' }));
    return op === 'subscribe'
      ? { answers, books: of('books'), trades: of('trades') }
      : { answers, ends: of('books') };
  },
  snapshot: (market) => okxBook(market, rows(market, 'bids', okxLevel), rows(market, 'asks', okxLevel), -1),
  change: (market, ticks, lots) =>
    okxBook(market, okxLevel(market.price(ticks), market.size(lots)), '', market.book.lastUpdate - 1),
  trade: ({ instrument: { symbol }, price }, ticks, id) =>
    `{"arg":{"channel":"trades","instId":"${symbol}"},"data":[{"instId":"${symbol}","tradeId":"${id}","px":"${price(ticks)}","sz":"0.5","side":"buy","ts":"${AT}"}]}`,
};

const krakenLevel = (price: string, size: string): string => `{"price":${price},"qty":${size}}`;
const krakenBook = (
  { instrument: what, book }: StreamMarket,
  type: string,
  bids: string,
  asks: string,
): string =>
  `{"channel":"book","type":"${type}","data":[{"symbol":"${what.symbol}","bids":[${bids}],"asks":[${asks}],"checksum":${krakenChecksum(what)(book)},"timestamp":"${ISO}"}]}`;

const KRAKEN: StreamSpeech = {
  dialect: krakenSpot,
  instruments: listed('BTC/USD'),
  asked: (text) => {
    const { method, params } = JSON.parse(text) as {
      method: string;
      params?: { channel: string; symbol: string[] };
    };
    if (!params) return { answers: ['{"method":"pong"}'] };
    const { channel, symbol } = params;
    const answers = symbol.map((one) =>
      JSON.stringify({ method, result: { channel, symbol: one }, success: true }),
    );
    if (method !== 'subscribe') return { answers, ends: symbol };
    return { answers, [channel === 'book' ? 'books' : 'trades']: channel === 'ticker' ? [] : symbol };
  },
  snapshot: (market) =>
    krakenBook(market, 'snapshot', rows(market, 'bids', krakenLevel), rows(market, 'asks', krakenLevel)),
  change: (market, ticks, lots) =>
    krakenBook(market, 'update', krakenLevel(market.price(ticks), market.size(lots)), ''),
  trade: ({ instrument: { symbol }, price }, ticks, id) =>
    `{"channel":"trade","type":"update","data":[{"symbol":"${symbol}","side":"sell","price":${price(ticks)},"qty":0.500,"ord_type":"market","trade_id":${id},"timestamp":"${ISO}"}]}`,
};

const bybitBook = (
  { instrument: { symbol }, book }: StreamMarket,
  type: string,
  bids: string,
  asks: string,
): string =>
  `{"topic":"orderbook.200.${symbol}","type":"${type}","ts":${AT},"data":{"s":"${symbol}","b":[${bids}],"a":[${asks}],"u":${book.lastUpdate},"seq":${book.lastUpdate}},"cts":${AT}}`;

const BYBIT: StreamSpeech = {
  dialect: bybitLinear,
  instruments: listed('BTCUSDT'),
  asked: (text) => {
    const { op, req_id, args = [] } = JSON.parse(text) as { op: string; req_id?: string; args?: string[] };
    const of = (topic: string): string[] =>
      args.filter((arg) => arg.startsWith(`${topic}.`)).map((arg) => arg.split('.').at(-1) ?? '');
    const answers = [
      JSON.stringify({ success: true, ret_msg: op === 'ping' ? 'pong' : '', conn_id: 'd8bu1', req_id, op }),
    ];
    if (op === 'unsubscribe') return { answers, ends: of('orderbook') };
    return { answers, books: of('orderbook'), trades: of('publicTrade') };
  },
  snapshot: (market) => bybitBook(market, 'snapshot', rows(market, 'bids', pair), rows(market, 'asks', pair)),
  change: (market, ticks, lots) =>
    bybitBook(market, 'delta', pair(market.price(ticks), market.size(lots)), ''),
  trade: ({ instrument: { symbol }, price }, ticks, id) =>
    `{"topic":"publicTrade.${symbol}","type":"snapshot","ts":${AT},"data":[{"T":${AT},"s":"${symbol}","S":"Sell","v":"0.5","p":"${price(ticks)}","L":"MinusTick","i":"${id}","BT":false,"seq":${id}}]}`,
};

const coinbaseFrame = (channel: string, event: string): string =>
  `{"channel":"${channel}","timestamp":"${ISO}","sequence_num":<sequence>,"events":[${event}]}`;
const coinbaseLevel =
  (side: 'bid' | 'offer') =>
  (price: string, size: string): string =>
    `{"side":"${side}","event_time":"${ISO}","price_level":"${price}","new_quantity":"${size}"}`;
const coinbaseBook = ({ instrument: { symbol } }: StreamMarket, type: string, updates: string): string =>
  coinbaseFrame('l2_data', `{"type":"${type}","product_id":"${symbol}","updates":[${updates}]}`);

const COINBASE: StreamSpeech = {
  dialect: coinbase,
  instruments: listed('BTC-USD', 'ETH-USD'),
  asked: (text) => {
    const {
      type,
      channel,
      product_ids = [],
    } = JSON.parse(text) as { type: string; channel: string; product_ids?: string[] };
    const subscriptions = { [channel]: product_ids.length > 0 ? product_ids : [channel] };
    const answers = [coinbaseFrame('subscriptions', JSON.stringify({ subscriptions }))];
    if (type === 'unsubscribe') return { answers, ends: product_ids };
    return {
      answers,
      books: channel === 'level2' ? product_ids : [],
      trades: channel === 'market_trades' ? product_ids : [],
    };
  },
  snapshot: (market) =>
    coinbaseBook(
      market,
      'snapshot',
      `${rows(market, 'bids', coinbaseLevel('bid'))},${rows(market, 'asks', coinbaseLevel('offer'))}`,
    ),
  change: (market, ticks, lots) =>
    coinbaseBook(market, 'update', coinbaseLevel('bid')(market.price(ticks), market.size(lots))),
  trade: ({ instrument: { symbol }, price }, ticks, id) =>
    coinbaseFrame(
      'market_trades',
      `{"type":"update","trades":[{"product_id":"${symbol}","trade_id":"${id}","price":"${price(ticks)}","size":"0.5","time":"${ISO}","side":"SELL"}]}`,
    ),
};

export const STREAM_SPEECHES = { okx: OKX, kraken: KRAKEN, bybit: BYBIT, coinbase: COINBASE } as const;
