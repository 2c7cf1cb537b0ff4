import { badSymbol, illegal, missing, unknownOrder, VenueError } from '../exchange/errors.ts';
import type { OrderRef } from '../exchange/exchange.ts';
import { isOpen, type AccountOrder } from '../exchange/orders.ts';
import { clientId, has, integer, readOrder, required, type Params } from '../exchange/request.ts';
import {
  accountView,
  cancelledView,
  fillView,
  orderView,
  placedView,
  type ResponseType,
} from '../exchange/views.ts';
import { cancelReplace } from './cancel-replace.ts';
import type { Route } from './routes.ts';
import { listingOf, type Venue } from './venue.ts';

/** Addresses of the account: key, timestamp and signature needed. */
export const orderRoutes: readonly Route[] = [
  {
    method: 'POST',
    path: '/api/v3/order',
    signed: true,
    kind: 'place',
    weight: () => 1,
    run: (venue, params) => {
      const request = readOrder(params, listingOf(venue, params));
      return placedView(venue.exchange.place(request), responseType(params));
    },
  },
  {
    method: 'GET',
    path: '/api/v3/order',
    signed: true,
    weight: () => 4,
    run: (venue, params) => {
      const ref = orderRef(params, 'origClientOrderId');
      const order = venue.exchange.find(listingOf(venue, params), ref);
      if (!order) throw new VenueError(400, -2013, 'Order does not exist.');
      return orderView(order);
    },
  },
  {
    method: 'DELETE',
    path: '/api/v3/order',
    signed: true,
    kind: 'cancel',
    weight: () => 1,
    run: (venue, params) => {
      const ref = orderRef(params, 'origClientOrderId');
      const cancelId = clientId(params, 'newClientOrderId') ?? venue.exchange.nextClientId();
      const listing = listingOf(venue, params);
      const found = venue.exchange.find(listing, ref);
      if (found) checkRestrictions(found, params);
      return cancelledView(venue.exchange.cancel(listing, ref, cancelId), cancelId);
    },
  },
  {
    method: 'POST',
    path: '/api/v3/order/cancelReplace',
    signed: true,
    kind: 'place',
    weight: () => 1,
    run: (venue, params) => {
      return cancelReplace(venue.exchange, params, listingOf(venue, params), responseType(params));
    },
  },
  {
    method: 'GET',
    path: '/api/v3/openOrders',
    signed: true,
    weight: (params) => (has(params, 'symbol') ? 6 : 80),
    run: (venue, params) => {
      const listing = has(params, 'symbol') ? listingOf(venue, params) : undefined;
      return venue.exchange.ledger.open(listing).map(orderView);
    },
  },
  {
    method: 'DELETE',
    path: '/api/v3/openOrders',
    signed: true,
    kind: 'cancel',
    weight: () => 1,
    run: (venue, params) => {
      const listing = listingOf(venue, params);
      const open = venue.exchange.ledger.open(listing);
      if (open.length === 0) throw unknownOrder();
      return open.map((order) => {
        const cancelId = venue.exchange.nextClientId();
        const ref = { orderId: order.order.id, clientOrderId: null };
        return cancelledView(venue.exchange.cancel(listing, ref, cancelId), cancelId);
      });
    },
  },
  {
    method: 'GET',
    path: '/api/v3/allOrders',
    signed: true,
    weight: () => 20,
    run: (venue, params) => {
      const limit = integer(params, 'limit') ?? 500;
      const from = integer(params, 'orderId') ?? 0;
      const since = integer(params, 'startTime') ?? 0;
      const orders = venue.exchange.ledger
        .ofListing(listingOf(venue, params))
        .filter((order) => order.order.id >= from && order.createdMillis >= since);
      return page(orders, limit, from > 0 || since > 0).map(orderView);
    },
  },
  {
    method: 'GET',
    path: '/api/v3/account',
    signed: true,
    weight: () => 20,
    run: (venue, params) => {
      return accountView(
        venue.exchange.balances,
        params.get('omitZeroBalances') === 'true',
        Math.floor(venue.now()),
      );
    },
  },
  {
    method: 'GET',
    path: '/api/v3/myTrades',
    signed: true,
    weight: () => 20,
    run: (venue, params) => myTrades(venue, params),
  },
];

/** The order meant by `orderId` or a client id; one of them must be there. */
export function orderRef(params: Params, clientIdName: string): OrderRef {
  const ref = { orderId: integer(params, 'orderId'), clientOrderId: clientId(params, clientIdName) };
  if (ref.orderId === null && ref.clientOrderId === null) {
    throw new VenueError(
      400,
      -1102,
      `Param '${clientIdName}' or 'orderId' must be sent, but both were empty/null!`,
    );
  }
  return ref;
}

function checkRestrictions(order: AccountOrder, params: Params): void {
  const wanted = params.get('cancelRestrictions');
  if (wanted === null || !isOpen(order)) return;
  const status = { ONLY_NEW: 'NEW', ONLY_PARTIALLY_FILLED: 'PARTIALLY_FILLED' }[wanted];
  if (status === undefined) throw new VenueError(400, -1145, 'Invalid cancelRestrictions');
  if (order.status !== status) {
    throw new VenueError(400, -2011, 'Order was not canceled due to cancel restrictions.');
  }
}

/** ACK, RESULT or FULL; by default FULL for market and limit orders and ACK for the rest. */
function responseType(params: Params): ResponseType {
  const asked = params.get('newOrderRespType');
  if (asked === 'ACK' || asked === 'RESULT' || asked === 'FULL') return asked;
  if (asked !== null && asked !== '') throw illegal('newOrderRespType', 'ACK, RESULT, FULL');
  const type = required(params, 'type');
  return type === 'MARKET' || type === 'LIMIT' ? 'FULL' : 'ACK';
}

function page<T>(rows: readonly T[], limit: number, fromStart: boolean): readonly T[] {
  const most = Math.min(1_000, Math.max(1, limit));
  return fromStart ? rows.slice(0, most) : rows.slice(-most);
}

function myTrades(venue: Venue, params: Params): object[] {
  if (!has(params, 'symbol')) throw missing('symbol');
  const listing = venue.bySymbol.get(required(params, 'symbol'));
  if (!listing) throw badSymbol();
  const orderId = integer(params, 'orderId');
  const fromId = integer(params, 'fromId') ?? 0;
  const since = integer(params, 'startTime') ?? 0;
  const fills = venue.exchange.ledger
    .fillsOf(listing)
    .filter((fill) => orderId === null || fill.order.order.id === orderId)
    .filter((fill) => fill.tradeId >= fromId && fill.millis >= since);
  return page(fills, integer(params, 'limit') ?? 500, fromId > 0 || since > 0).map(fillView);
}
