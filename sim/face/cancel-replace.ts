import { missing, VenueError } from '../exchange/errors.ts';
import type { Exchange } from '../exchange/exchange.ts';
import { clientId, has, integer, readOrder, required, type Params } from '../exchange/request.ts';
import { cancelledView, placedView, type ResponseType } from '../exchange/views.ts';
import type { Listing } from '../market/listing.ts';

type Part = { readonly ok: true; readonly view: object } | { readonly ok: false; readonly error: VenueError };

/**
 * `POST /api/v3/order/cancelReplace`. Filters are checked before anything is cancelled. When a half fails
 * the answer says which: 409 and -2021 for one of two, 400 and -2022 when both failed or the new order
 * was not attempted.
 */
export function cancelReplace(
  exchange: Exchange,
  params: Params,
  listing: Listing,
  detail: ResponseType,
): object {
  const mode = required(params, 'cancelReplaceMode');
  if (mode !== 'STOP_ON_FAILURE' && mode !== 'ALLOW_FAILURE') {
    throw new VenueError(400, -1130, "Data sent for parameter 'cancelReplaceMode' is not valid.");
  }
  if (!has(params, 'cancelOrderId') && !has(params, 'cancelOrigClientOrderId'))
    throw missing('cancelOrderId');
  const request = readOrder(params, listing);
  exchange.check(request);
  const cancelId = clientId(params, 'cancelNewClientOrderId') ?? exchange.nextClientId();
  const ref = {
    orderId: integer(params, 'cancelOrderId'),
    clientOrderId: clientId(params, 'cancelOrigClientOrderId'),
  };
  const cancelled = attempt(() => cancelledView(exchange.cancel(listing, ref, cancelId), cancelId));
  if (!cancelled.ok && mode === 'STOP_ON_FAILURE') {
    throw new VenueError(400, -2022, 'Order cancel-replace failed.', report(cancelled, null));
  }
  const placed = attempt(() => placedView(exchange.place(request), detail));
  if (cancelled.ok && placed.ok) return report(cancelled, placed);
  if (!cancelled.ok && !placed.ok) {
    throw new VenueError(400, -2022, 'Order cancel-replace failed.', report(cancelled, placed));
  }
  throw new VenueError(409, -2021, 'Order cancel-replace partially failed.', report(cancelled, placed));
}

function attempt(act: () => object): Part {
  try {
    return { ok: true, view: act() };
  } catch (error) {
    if (error instanceof VenueError) return { ok: false, error };
    throw error;
  }
}

function report(cancelled: Part, placed: Part | null): object {
  const result = (part: Part): string => (part.ok ? 'SUCCESS' : 'FAILURE');
  const response = (part: Part): object => (part.ok ? part.view : part.error.body());
  return {
    cancelResult: result(cancelled),
    newOrderResult: placed ? result(placed) : 'NOT_ATTEMPTED',
    cancelResponse: response(cancelled),
    newOrderResponse: placed ? response(placed) : null,
  };
}
