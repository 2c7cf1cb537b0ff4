import type { Dialect, DialectRest, DialectRules, Reveals } from '../dialect.ts';
import { contractName, type ListingRules } from './binance-listing.ts';
import { binanceRest } from './binance-rest.ts';
import { COIN_M, USD_M } from './binance-shapes.ts';
import { binanceDecoder, binanceLines, type Route } from './binance-streams.ts';

/** The fastest changes of a book that Binance documents: all levels, ten times a second. */
const BOOK = ['bookTicker', 'depth@100ms', 'trade'] as const;
const MARK = 'markPrice@1s';

/** Since April 2026 each kind of stream comes from its own address only; the wrong one stays silent. */
const USD_M_ROUTES: readonly Route[] = [
  { path: '/public/stream', streams: BOOK, hasBooks: true },
  { path: '/market/stream', streams: [MARK], hasBooks: false },
];
const COIN_M_ROUTES: readonly Route[] = [{ path: '/stream', streams: [...BOOK, MARK], hasBooks: true }];

const RULES: DialectRules = {
  // Binance allows 10 a second, pings and pongs with them.
  sendsPerSecond: 8,
  maxStreams: 1024,
  streamsPerInstrument: BOOK.length,
  pingAfterMs: 500,
  pingEveryMs: Infinity,
  pingText: null,
  silenceMs: Infinity,
  maxAgeMs: 23.5 * 3600 * 1000,
  // Binance says it of spot; of futures it says nothing, so the same is kept to.
  connections: { count: 300, perMs: 300_000 },
  subscriptions: null,
  weightPerMinute: 2400,
  snapshots: 'rest',
  chain: 'previous',
  bookDepth: null,
  tradeIds: 'increasing',
  tickersNumbered: true,
  checksum: null,
};

const REVEALS: Reveals = {
  // Each change names the last update of the one before it. A changed level shows only when it
  // becomes the best price at an update that a best bid and offer has too, so it is not listed.
  book: { dropped: 'chain', doubled: 'chain', swapped: 'chain' },
  // Their numbers rise, but the numbers between two of them belong to changes deeper in the book.
  ticker: { doubled: 'update-number', swapped: 'update-number' },
  // Ids rise, but what changes hands without the market has ids too.
  trades: { doubled: 'trade-id', swapped: 'trade-id' },
};

const LISTING: ListingRules = { bySymbol: false, name: contractName };

const restOf = (root: string, listing: ListingRules): DialectRest =>
  binanceRest({
    root,
    listing,
    listingWeight: 1,
    depths: [
      { limit: 1000, weight: 20 },
      { limit: 500, weight: 10 },
      { limit: 100, weight: 5 },
    ],
    candlesWeight: 5,
    secondCandles: false,
  });

/**
 * Binance USD-M: perpetuals and dated contracts, sizes in the base currency.
 * https://developers.binance.com/docs/derivatives/usds-margined-futures/websocket-market-streams
 * The stream `trade` is not in it, but is there, at the public address.
 */
export const binanceUsdM: Dialect = {
  id: 'binance-usdm',
  name: 'Binance USD-M',
  proof: 'capture',
  rules: RULES,
  reveals: REVEALS,
  lines: (base, instruments) => binanceLines(USD_M_ROUTES, base, instruments),
  rest: restOf('/fapi/v1', LISTING),
  decoder: (instruments) => binanceDecoder('futures', USD_M, instruments),
};

/**
 * Binance COIN-M: inverse contracts, sizes in contracts.
 * https://developers.binance.com/docs/derivatives/coin-margined-futures/websocket-market-streams
 */
export const binanceCoinM: Dialect = {
  id: 'binance-coinm',
  name: 'Binance COIN-M',
  proof: 'capture',
  rules: { ...RULES, streamsPerInstrument: BOOK.length + 1 },
  reveals: REVEALS,
  lines: (base, instruments) => binanceLines(COIN_M_ROUTES, base, instruments),
  rest: restOf('/dapi/v1', LISTING),
  decoder: (instruments) => binanceDecoder('futures', COIN_M, instruments),
};
