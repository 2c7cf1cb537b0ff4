import type { Dialect } from '../dialect.ts';
import { spotName } from './binance-listing.ts';
import { binanceRest } from './binance-rest.ts';
import { SPOT } from './binance-shapes.ts';
import { binanceDecoder, binanceLines, type Route } from './binance-streams.ts';

const ROUTES: readonly Route[] = [
  { path: '/stream', streams: ['bookTicker', 'depth@100ms', 'trade'], hasBooks: true },
];

/**
 * Binance spot: combined streams, snapshot plus diff book.
 * https://developers.binance.com/docs/binance-spot-api-docs/web-socket-streams
 * https://developers.binance.com/docs/binance-spot-api-docs/rest-api
 */
export const binanceSpot: Dialect = {
  id: 'binance-spot',
  name: 'Binance spot',
  proof: 'capture',
  rules: {
    // Binance allows 5 a second and disconnects beyond; pongs count, so one is kept for them.
    sendsPerSecond: 4,
    maxStreams: 1024,
    streamsPerInstrument: 3,
    pingAfterMs: 500,
    pingEveryMs: Infinity,
    pingText: null,
    silenceMs: Infinity,
    maxAgeMs: 23.5 * 3600 * 1000,
    connections: { count: 300, perMs: 300_000 },
    subscriptions: null,
    weightPerMinute: 6000,
    snapshots: 'rest',
    chain: 'range',
    bookDepth: null,
    tradeIds: 'increasing',
    tickersNumbered: true,
    checksum: null,
  },
  reveals: {
    // Each change names the first update it holds, which must be the one behind the last. A changed
    // level shows only when it becomes the best price at an update that a best bid and offer has too,
    // so it is not listed.
    book: { dropped: 'chain', doubled: 'chain', swapped: 'chain' },
    // Their numbers rise, but the numbers between two of them belong to changes deeper in the book.
    ticker: { doubled: 'update-number', swapped: 'update-number' },
    // Ids rise. That none may be left out is nowhere said.
    trades: { doubled: 'trade-id', swapped: 'trade-id' },
  },
  lines: (base, instruments) => binanceLines(ROUTES, base, instruments),
  rest: binanceRest({
    root: '/api/v3',
    listing: { bySymbol: true, name: spotName },
    listingWeight: 20,
    depths: [
      { limit: 1000, weight: 50 },
      { limit: 500, weight: 25 },
      { limit: 100, weight: 5 },
    ],
    candlesWeight: 2,
    secondCandles: true,
  }),
  decoder: (instruments) => binanceDecoder('spot', SPOT, instruments),
};
