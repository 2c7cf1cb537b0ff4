import { missing, VenueError } from '../exchange/errors.ts';
import { badSymbol } from '../exchange/errors.ts';
import { symbolInfo } from '../exchange/filters.ts';
import { has, integer, type Params } from '../exchange/request.ts';
import type { Listing } from '../market/listing.ts';
import { quoteUnits } from '../market/spec.ts';
import { unitsText } from '../exchange/balances.ts';
import { bookTickerText, depthText, klineRow } from './payloads.ts';
import type { Route } from './routes.ts';
import { listingOf, type Venue } from './venue.ts';

const plain = { method: 'GET', signed: false } as const;

/** Addresses of market data: no key needed. */
export const marketRoutes: readonly Route[] = [
  { ...plain, path: '/api/v3/ping', weight: () => 1, run: () => ({}) },
  {
    ...plain,
    path: '/api/v3/time',
    weight: () => 1,
    run: (venue) => ({ serverTime: Math.floor(venue.now()) }),
  },
  {
    ...plain,
    path: '/api/v3/exchangeInfo',
    weight: () => 20,
    run: (venue, params) => ({
      timezone: 'UTC',
      serverTime: Math.floor(venue.now()),
      rateLimits: rateLimits(venue),
      exchangeFilters: [],
      symbols: chosen(venue, params).map(({ spec }) => symbolInfo(spec)),
      sim: true,
      origin: venue.origin,
    }),
  },
  {
    ...plain,
    path: '/api/v3/depth',
    weight: (params) => depthWeight(integer(params, 'limit') ?? 100),
    run: (venue, params) => {
      const limit = integer(params, 'limit') ?? 100;
      return { json: depthText(listingOf(venue, params), Math.min(5_000, Math.max(1, limit))) };
    },
  },
  {
    ...plain,
    path: '/api/v3/trades',
    weight: () => 25,
    run: (venue, params) => recentTrades(listingOf(venue, params), integer(params, 'limit') ?? 500),
  },
  { ...plain, path: '/api/v3/klines', weight: () => 2, run: klines },
  {
    ...plain,
    path: '/api/v3/ticker/bookTicker',
    weight: (params) => (has(params, 'symbol') ? 2 : 4),
    run: (venue, params) => {
      if (has(params, 'symbol')) return { json: restTicker(listingOf(venue, params)) };
      return { json: `[${chosen(venue, params).map(restTicker).join()}]` };
    },
  },
];

export function rateLimits({ weights, orders }: Venue): object[] {
  const seconds = orders.windowMillis / 1000;
  return [
    { rateLimitType: 'REQUEST_WEIGHT', interval: 'MINUTE', intervalNum: 1, limit: weights.limit },
    { rateLimitType: 'ORDERS', interval: 'SECOND', intervalNum: seconds, limit: orders.limit },
  ];
}

/** The listings named by `symbol` or `symbols` (a JSON list), or all. */
function chosen(venue: Venue, params: Params): readonly Listing[] {
  if (has(params, 'symbol')) return [listingOf(venue, params)];
  const list = params.get('symbols');
  if (list === null) return venue.listings;
  return symbolList(list).map((symbol) => {
    const listing = venue.bySymbol.get(symbol);
    if (!listing) throw badSymbol();
    return listing;
  });
}

function symbolList(text: string): string[] {
  try {
    const list: unknown = JSON.parse(text);
    if (Array.isArray(list) && list.every((symbol) => typeof symbol === 'string')) return list;
  } catch {
    // falls through to the refusal
  }
  throw new VenueError(400, -1100, "Illegal characters found in parameter 'symbols'.");
}

function depthWeight(limit: number): number {
  if (limit <= 100) return 5;
  if (limit <= 500) return 25;
  return limit <= 1000 ? 50 : 250;
}

function restTicker(listing: Listing): string {
  const text = bookTickerText(listing);
  return text
    .replace(/"u":\d+,"s"/, '"symbol"')
    .replace('"b"', '"bidPrice"')
    .replace('"B"', '"bidQty"')
    .replace('"a"', '"askPrice"')
    .replace('"A"', '"askQty"');
}

function recentTrades(listing: Listing, limit: number): object[] {
  const { prices, sizes, spec } = listing;
  return listing.recent.slice(-Math.max(1, limit)).map((trade) => ({
    id: trade.id,
    price: prices.text(trade.ticks),
    qty: sizes.text(trade.lots),
    quoteQty: unitsText(quoteUnits(spec, trade.ticks, trade.lots)),
    time: Math.floor(trade.millis),
    isBuyerMaker: trade.buyerIsMaker,
    isBestMatch: true,
  }));
}

function klines(venue: Venue, params: Params): object[] {
  const listing = listingOf(venue, params);
  const interval = params.get('interval');
  if (interval === null || interval === '') throw missing('interval');
  const series = { '1s': listing.seconds, '1m': listing.minutes }[interval];
  if (!series) throw new VenueError(400, -1120, 'Invalid interval.');
  const limit = Math.min(1_000, Math.max(1, integer(params, 'limit') ?? 500));
  const from = integer(params, 'startTime') ?? -Infinity;
  const to = integer(params, 'endTime') ?? Infinity;
  return series.range(from, to, limit).map((kline) => klineRow(listing, kline, series.intervalMillis));
}
