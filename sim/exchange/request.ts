import { parseDecimal } from '../../protocol/decimal.ts';
import { BUY, SELL, type Side } from '../engine/order.ts';
import type { Listing } from '../market/listing.ts';
import { AMOUNT_SCALE } from '../market/spec.ts';
import { filterFailure, illegal, missing, VenueError } from './errors.ts';
import { ORDER_TYPES, TIMES_IN_FORCE, type OrderType, type TimeInForce } from './orders.ts';

/** Parameters as they came: query and body together. */
export interface Params {
  get(name: string): string | null;
}

/** An order as asked for, its numbers in whole ticks and lots; filters have yet to pass it. */
export interface OrderRequest {
  readonly listing: Listing;
  readonly side: Side;
  readonly type: OrderType;
  readonly timeInForce: TimeInForce;
  readonly ticks: number;
  readonly stopTicks: number;
  readonly lots: number;
  readonly quoteOrderUnits: bigint;
  readonly clientOrderId: string | null;
}

const NUMBER = '^([0-9]{1,20})(\\.[0-9]{1,20})?$';
const CLIENT_ID = '^[a-zA-Z0-9-_]{1,36}$';
const numberPattern = new RegExp(NUMBER);
const clientIdPattern = /^[a-zA-Z0-9\-_]{1,36}$/;

export function has(params: Params, name: string): boolean {
  const value = params.get(name);
  return value !== null && value !== '';
}

export function required(params: Params, name: string): string {
  const value = params.get(name);
  if (value === null || value === '') throw missing(name);
  return value;
}

export function clientId(params: Params, name: string): string | null {
  const value = params.get(name);
  if (value === null || value === '') return null;
  if (!clientIdPattern.test(value)) throw illegal(name, CLIENT_ID);
  return value;
}

export function integer(params: Params, name: string): number | null {
  const value = params.get(name);
  if (value === null || value === '') return null;
  if (!/^-?\d{1,20}$/.test(value)) throw illegal(name, '^[0-9]{1,20}$');
  const parsed = Number(value);
  if (!Number.isSafeInteger(parsed)) throw new VenueError(400, -1108, `Parameter '${name}' overflowed.`);
  return parsed;
}

function choice<T extends string>(value: string, options: readonly T[], error: VenueError): T {
  const found = options.find((option) => option === value);
  if (found === undefined) throw error;
  return found;
}

/** A decimal parameter in units of 10^-scale; what the filter forbids is that filter's failure. */
function units(params: Params, name: string, scale: number, filter: string): number {
  const text = required(params, name);
  if (!numberPattern.test(text)) throw illegal(name, NUMBER);
  const parsed = parseDecimal(text, scale);
  if (parsed.ok) return parsed.value;
  const atVenue = parseDecimal(text, AMOUNT_SCALE);
  if (!atVenue.ok && atVenue.error.code === 'too-precise') {
    throw new VenueError(400, -1111, `Parameter '${name}' has too much precision.`);
  }
  throw filterFailure(filter);
}

/** Reads `POST /api/v3/order`'s parameters; throws Binance's own refusals. */
export function readOrder(params: Params, listing: Listing): OrderRequest {
  const { priceScale, sizeScale } = listing.spec;
  const sideText = choice(
    required(params, 'side'),
    ['BUY', 'SELL'],
    new VenueError(400, -1117, 'Invalid side.'),
  );
  const type = choice(
    required(params, 'type'),
    ORDER_TYPES,
    new VenueError(400, -1116, 'Invalid orderType.'),
  );
  const limited = type === 'LIMIT' || type === 'STOP_LOSS_LIMIT' || type === 'TAKE_PROFIT_LIMIT';
  if (!limited && has(params, 'timeInForce')) throw notRequired('timeInForce');
  const timeInForce = limited
    ? choice(
        required(params, 'timeInForce'),
        TIMES_IN_FORCE,
        new VenueError(400, -1115, 'Invalid timeInForce.'),
      )
    : 'GTC';
  const priced = limited || type === 'LIMIT_MAKER';
  if (!priced && has(params, 'price')) throw notRequired('price');
  const stopped = type !== 'LIMIT' && type !== 'LIMIT_MAKER' && type !== 'MARKET';
  if (!stopped && has(params, 'stopPrice')) throw notRequired('stopPrice');
  const byValue = type === 'MARKET' && has(params, 'quoteOrderQty');
  if (byValue && has(params, 'quantity')) throw notRequired('quoteOrderQty');
  return {
    listing,
    side: sideText === 'BUY' ? BUY : SELL,
    type,
    timeInForce,
    ticks: priced ? units(params, 'price', priceScale, 'PRICE_FILTER') : 0,
    stopTicks: stopped ? units(params, 'stopPrice', priceScale, 'PRICE_FILTER') : 0,
    lots: byValue ? 0 : units(params, 'quantity', sizeScale, 'LOT_SIZE'),
    quoteOrderUnits: byValue ? BigInt(units(params, 'quoteOrderQty', AMOUNT_SCALE, 'NOTIONAL')) : 0n,
    clientOrderId: clientId(params, 'newClientOrderId'),
  };
}

function notRequired(name: string): VenueError {
  return new VenueError(400, -1106, `Parameter '${name}' sent when not required.`);
}
