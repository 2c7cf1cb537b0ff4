import { BUY } from '../engine/order.ts';
import type { Listing } from '../market/listing.ts';
import { amountText, quoteUnits, type InstrumentSpec } from '../market/spec.ts';
import { unitsText } from './balances.ts';
import { filterFailure } from './errors.ts';
import { ORDER_TYPES } from './orders.ts';
import type { OrderRequest } from './request.ts';

const MAX_TICKS = 1_000_000_000;
const MAX_ORDERS = 200;
/** A buy may stand at most this many times above the last price, a sell at least this part of it. */
const FAR = 5;

/** The filters of one instrument as `exchangeInfo` publishes them. */
export function filtersOf(spec: InstrumentSpec): object[] {
  const price = (ticks: number): string => amountText(ticks, spec.priceScale);
  const size = (lots: number): string => amountText(lots, spec.sizeScale);
  return [
    { filterType: 'PRICE_FILTER', minPrice: price(1), maxPrice: price(MAX_TICKS), tickSize: price(1) },
    { filterType: 'LOT_SIZE', minQty: size(spec.minLots), maxQty: size(spec.maxLots), stepSize: size(1) },
    { filterType: 'MARKET_LOT_SIZE', minQty: size(0), maxQty: size(spec.maxLots), stepSize: size(0) },
    {
      filterType: 'PERCENT_PRICE_BY_SIDE',
      bidMultiplierUp: String(FAR),
      bidMultiplierDown: String(1 / FAR),
      askMultiplierUp: String(FAR),
      askMultiplierDown: String(1 / FAR),
      avgPriceMins: 0,
    },
    {
      filterType: 'NOTIONAL',
      minNotional: unitsText(spec.minNotional),
      applyMinToMarket: true,
      maxNotional: unitsText(spec.maxNotional),
      applyMaxToMarket: false,
      avgPriceMins: 0,
    },
    { filterType: 'MAX_NUM_ORDERS', maxNumOrders: MAX_ORDERS },
  ];
}

/** One symbol of `exchangeInfo`. */
export function symbolInfo(spec: InstrumentSpec): object {
  return {
    symbol: spec.symbol,
    status: 'TRADING',
    baseAsset: spec.base,
    baseAssetPrecision: 8,
    quoteAsset: spec.quote,
    quotePrecision: 8,
    quoteAssetPrecision: 8,
    baseCommissionPrecision: 8,
    quoteCommissionPrecision: 8,
    orderTypes: ORDER_TYPES,
    icebergAllowed: false,
    ocoAllowed: false,
    otoAllowed: false,
    quoteOrderQtyMarketAllowed: true,
    allowTrailingStop: false,
    cancelReplaceAllowed: true,
    amendAllowed: false,
    isSpotTradingAllowed: true,
    isMarginTradingAllowed: false,
    filters: filtersOf(spec),
    permissions: [],
    permissionSets: [['SPOT']],
    defaultSelfTradePreventionMode: 'NONE',
    allowedSelfTradePreventionModes: ['NONE'],
    sim: true,
  };
}

/** Throws the failure of the first filter that the request does not pass. `open` = its listing's open orders. */
export function checkFilters(request: OrderRequest, open: number): void {
  const { listing, ticks, stopTicks, lots } = request;
  const { spec, matcher } = listing;
  const market = request.type === 'MARKET';
  for (const price of [ticks, stopTicks]) {
    if (price < 0 || price > MAX_TICKS) throw filterFailure('PRICE_FILTER');
  }
  const priced = request.type !== 'MARKET' && request.type !== 'STOP_LOSS' && request.type !== 'TAKE_PROFIT';
  if (priced && ticks === 0) throw filterFailure('PRICE_FILTER');
  if (request.type !== 'LIMIT' && request.type !== 'LIMIT_MAKER' && !market && stopTicks === 0) {
    throw filterFailure('PRICE_FILTER');
  }
  if (request.quoteOrderUnits === 0n && (lots < spec.minLots || lots > spec.maxLots)) {
    throw filterFailure('LOT_SIZE');
  }
  const last = matcher.lastTicks || referenceTicks(listing);
  if (priced && last > 0 && (ticks > last * FAR || ticks < last / FAR)) {
    throw filterFailure('PERCENT_PRICE_BY_SIDE');
  }
  const reference = ticks || stopTicks || last;
  const notional = request.quoteOrderUnits || quoteUnits(spec, reference, lots);
  if (notional < spec.minNotional || (!market && notional > spec.maxNotional))
    throw filterFailure('NOTIONAL');
  if (!market && open >= MAX_ORDERS) throw filterFailure('MAX_NUM_ORDERS');
}

/** A price to value a market order by before the first trade. */
function referenceTicks({ matcher }: Listing): number {
  return matcher.asks.best()?.ticks ?? matcher.bids.best()?.ticks ?? 0;
}

/** The price that a stop of this kind waits for, and whether the last trade is already there. */
export function stopDirection(request: OrderRequest): 'rises-to' | 'falls-to' {
  const buys = request.side === BUY;
  const loss = request.type === 'STOP_LOSS' || request.type === 'STOP_LOSS_LIMIT';
  return buys === loss ? 'rises-to' : 'falls-to';
}
