import type { Instrument } from '../../../protocol/instrument.ts';
import type { Decoder, Dialect, LinePlan, SubscribeFrame } from '../dialect.ts';
import { KrakenFuturesJson, subscriptionKey } from './kraken-futures-json.ts';
import { krakenFuturesRest } from './kraken-futures-rest.ts';
import { KrakenFuturesScan } from './kraken-futures-scan.ts';

const FEEDS = ['book', 'trade', 'ticker'] as const;
const PRODUCTS_A_FRAME = 50;

/**
 * Kraken Futures: whole books, each change of one level with a number of its product.
 * https://docs.kraken.com/exchange/api-reference/futures-websocket
 */
export const krakenFutures: Dialect = {
  id: 'kraken-futures',
  name: 'Kraken Futures',
  proof: 'capture',
  rules: {
    // Kraken allows 100 requests a second.
    sendsPerSecond: 20,
    // No number is told.
    maxStreams: Infinity,
    streamsPerInstrument: FEEDS.length,
    pingAfterMs: 500,
    // Kraken asks for a ping each 60 s, whatever else goes on.
    pingEveryMs: 30_000,
    pingText: null,
    silenceMs: Infinity,
    maxAgeMs: Infinity,
    // Kraken allows 100 connections at a time and says nothing of how fast: a minute apart they are few.
    connections: { count: 100, perMs: 60_000 },
    subscriptions: null,
    // 500 in 10 s, all of which only calls that need a key are counted against.
    weightPerMinute: 3000,
    snapshots: 'stream',
    chain: 'range',
    bookDepth: null,
    tradeIds: 'increasing',
    tickersNumbered: false,
    checksum: null,
  },
  reveals: {
    // Each change has the number behind the last one's; nothing tells what it should say.
    book: { dropped: 'chain', doubled: 'chain', swapped: 'chain' },
    ticker: {},
    // Trades are numbered too, but that none may be left out is nowhere said.
    trades: { doubled: 'trade-id', swapped: 'trade-id' },
  },
  lines,
  rest: krakenFuturesRest,
  decoder,
};

function decoder(instruments: readonly Instrument[]): Decoder {
  const scan = new KrakenFuturesScan(instruments);
  const json = new KrakenFuturesJson(instruments);
  return {
    decode(bytes, sink) {
      const kind = scan.read(bytes, sink.message);
      if (kind) sink.take(kind);
      else json.read(bytes, sink);
    },
  };
}

function lines(base: string, instruments: readonly Instrument[]): LinePlan[] {
  const products = instruments.map(({ symbol }) => symbol);
  const frame = (event: string, feed: string, product_ids: readonly string[]): string =>
    JSON.stringify({ event, feed, product_ids });
  const subscribe: SubscribeFrame[] = [];
  for (const feed of FEEDS) {
    for (let at = 0; at < products.length; at += PRODUCTS_A_FRAME) {
      const some = products.slice(at, at + PRODUCTS_A_FRAME);
      const answers = some.map((product) => subscriptionKey(feed, product));
      subscribe.push({ text: frame('subscribe', feed, some), answers });
    }
  }
  return [
    {
      url: `${base.replace(/\/+$/, '')}/ws/v1`,
      subscribe,
      books: instruments.map((_, index) => index),
      resubscribe(index) {
        const product = products.slice(index, index + 1);
        return ['unsubscribe', 'subscribe'].map((event) => ({
          text: frame(event, 'book', product),
          answers: [],
        }));
      },
    },
  ];
}
