import { BUY } from '../engine/order.ts';
import type { Listing } from '../market/listing.ts';
import { quoteUnits } from '../market/spec.ts';
import { unitsText, type Balances } from './balances.ts';
import type { Execution } from './exchange.ts';
import { isOpen, type AccountOrder, type Fill } from './orders.ts';

/** Shapes of Binance's answers and events: rest-api.md, user-data-stream.md. Fees are zero here. */

const NO_FEE = '0.00000000';
const sideText = (order: AccountOrder): string => (order.side === BUY ? 'BUY' : 'SELL');
const priceText = (listing: Listing, ticks: number): string => listing.prices.text(ticks);
const sizeText = (listing: Listing, lots: number): string => listing.sizes.text(lots);
const fillValue = ({ order, ticks, lots }: Fill): string => {
  return unitsText(quoteUnits(order.listing.spec, ticks, lots));
};

/** What all views of an order share. */
function core(order: AccountOrder): object {
  const { listing } = order;
  return {
    price: priceText(listing, order.ticks),
    origQty: sizeText(listing, order.lots),
    executedQty: sizeText(listing, order.filledLots),
    origQuoteOrderQty: unitsText(order.quoteOrderUnits),
    cummulativeQuoteQty: unitsText(order.filledQuote),
    status: order.status,
    timeInForce: order.timeInForce,
    type: order.type,
    side: sideText(order),
    ...(order.stopTicks > 0 ? { stopPrice: priceText(listing, order.stopTicks) } : {}),
    selfTradePreventionMode: 'NONE',
  };
}

/** An order as `GET /api/v3/order` and `openOrders` show it. */
export function orderView(order: AccountOrder): object {
  return {
    symbol: order.listing.spec.symbol,
    orderId: order.order.id,
    orderListId: -1,
    clientOrderId: order.clientOrderId,
    ...core(order),
    stopPrice: priceText(order.listing, order.stopTicks),
    icebergQty: NO_FEE,
    time: order.createdMillis,
    updateTime: order.updatedMillis,
    isWorking: order.workingMillis !== null,
    workingTime: order.workingMillis ?? -1,
  };
}

export type ResponseType = 'ACK' | 'RESULT' | 'FULL';

/** The answer to a placed order. */
export function placedView(order: AccountOrder, detail: ResponseType): object {
  const acknowledged = {
    symbol: order.listing.spec.symbol,
    orderId: order.order.id,
    orderListId: -1,
    clientOrderId: order.clientOrderId,
    transactTime: order.updatedMillis,
  };
  if (detail === 'ACK') return acknowledged;
  const result = { ...acknowledged, ...core(order), workingTime: order.workingMillis ?? -1 };
  if (detail === 'RESULT') return result;
  const fills = order.fills.map((fill) => ({
    price: priceText(order.listing, fill.ticks),
    qty: sizeText(order.listing, fill.lots),
    commission: NO_FEE,
    commissionAsset: order.side === BUY ? order.listing.spec.base : order.listing.spec.quote,
    tradeId: fill.tradeId,
  }));
  return { ...result, fills };
}

/** The answer to a cancelled order; `cancelId` is the client id of the cancel itself. */
export function cancelledView(order: AccountOrder, cancelId: string): object {
  return {
    symbol: order.listing.spec.symbol,
    origClientOrderId: order.clientOrderId,
    orderId: order.order.id,
    orderListId: -1,
    clientOrderId: cancelId,
    transactTime: order.updatedMillis,
    ...core(order),
  };
}

export function fillView(fill: Fill): object {
  const { order } = fill;
  const { spec } = order.listing;
  return {
    symbol: spec.symbol,
    id: fill.tradeId,
    orderId: order.order.id,
    orderListId: -1,
    price: priceText(order.listing, fill.ticks),
    qty: sizeText(order.listing, fill.lots),
    quoteQty: fillValue(fill),
    commission: NO_FEE,
    commissionAsset: order.side === BUY ? spec.base : spec.quote,
    time: fill.millis,
    isBuyer: order.side === BUY,
    isMaker: fill.isMaker,
    isBestMatch: true,
  };
}

/** The `executionReport` event. */
export function executionReport(order: AccountOrder, execution: Execution, millis: number): object {
  const { listing } = order;
  const { spec } = listing;
  const cancelled = execution.kind === 'CANCELED';
  const fill = execution.kind === 'TRADE' ? execution.fill : null;
  return {
    e: 'executionReport',
    E: millis,
    s: spec.symbol,
    c: cancelled ? execution.cancelId : order.clientOrderId,
    S: sideText(order),
    o: order.type,
    f: order.timeInForce,
    q: sizeText(listing, order.lots),
    p: priceText(listing, order.ticks),
    P: priceText(listing, order.stopTicks),
    F: NO_FEE,
    g: -1,
    C: cancelled ? order.clientOrderId : '',
    x: execution.kind,
    X: order.status,
    r: 'NONE',
    i: order.order.id,
    l: sizeText(listing, fill?.lots ?? 0),
    z: sizeText(listing, order.filledLots),
    L: priceText(listing, fill?.ticks ?? 0),
    n: '0',
    N: fill ? (order.side === BUY ? spec.base : spec.quote) : null,
    T: order.updatedMillis,
    t: fill?.tradeId ?? -1,
    I: order.order.id * 8 + order.fills.length,
    w: isOpen(order) && order.workingMillis !== null,
    m: fill?.isMaker ?? false,
    M: false,
    O: order.createdMillis,
    Z: unitsText(order.filledQuote),
    Y: fill ? fillValue(fill) : NO_FEE,
    Q: unitsText(order.quoteOrderUnits),
    ...(order.workingMillis === null ? {} : { W: order.workingMillis }),
    V: 'NONE',
    ...(execution.kind === 'EXPIRED' ? { eR: expiryReason(order) } : {}),
  };
}

function expiryReason(order: AccountOrder): string {
  if (order.timeInForce === 'FOK') return 'UNFILLED_FOK_ORDER_EXPIRED';
  return order.timeInForce === 'IOC' ? 'UNFILLED_IOC_QUANTITY_EXPIRED' : 'INSUFFICIENT_LIQUIDITY';
}

/** The `outboundAccountPosition` event. */
export function accountPosition(balances: Balances, assets: readonly string[], millis: number): object {
  return {
    e: 'outboundAccountPosition',
    E: millis,
    u: millis,
    B: assets.map((a) => {
      const { free, locked } = balances.of(a);
      return { a, f: unitsText(free), l: unitsText(locked) };
    }),
  };
}

/** `GET /api/v3/account`. */
export function accountView(balances: Balances, omitZero: boolean, millis: number): object {
  const all = balances.assets().map((asset) => ({ asset, ...balances.of(asset) }));
  const shown = omitZero ? all.filter(({ free, locked }) => free !== 0n || locked !== 0n) : all;
  return {
    makerCommission: 0,
    takerCommission: 0,
    buyerCommission: 0,
    sellerCommission: 0,
    commissionRates: { maker: NO_FEE, taker: NO_FEE, buyer: NO_FEE, seller: NO_FEE },
    canTrade: true,
    canWithdraw: false,
    canDeposit: false,
    brokered: false,
    requireSelfTradePrevention: false,
    preventSor: false,
    updateTime: millis,
    accountType: 'SPOT',
    balances: shown.map(({ asset, free, locked }) => ({
      asset,
      free: unitsText(free),
      locked: unitsText(locked),
    })),
    permissions: ['SPOT'],
    uid: 1,
  };
}
