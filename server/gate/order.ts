import type { Instrument } from '../../protocol/instrument.ts';
import { formatPrice, formatSize, notional, parsePrice, parseSize } from '../../protocol/instrument.ts';
import type { OrderRequest, OrderType, Side, TimeInForce } from '../../protocol/orders.ts';
import { ok, refuse, type Result } from '../../protocol/result.ts';
import type { Lots, Ticks } from '../../protocol/units.ts';

/** A request read into whole numbers of its instrument: nothing in it is a float, all sizes are > 0. */
export interface CheckedOrder {
  readonly instrument: Instrument;
  readonly side: Side;
  readonly type: OrderType;
  readonly timeInForce: TimeInForce;
  /** null for a market order, else > 0. */
  readonly price: Ticks | null;
  readonly size: Lots;
  readonly reduceOnly: boolean;
}

/**
 * Reads an order exactly or refuses it: unknown instruments, exponents, NaN, negatives,
 * zero, more decimals than the instrument has, a wrong tick or lot, combinations that mean nothing.
 */
export function readOrder(
  request: OrderRequest,
  instrumentOf: (symbol: string) => Instrument | undefined,
): Result<CheckedOrder> {
  const instrument = instrumentOf(request.symbol);
  if (!instrument) {
    return refuse('unknown-instrument', `No instrument "${request.symbol}" trades here.`);
  }
  const price = readPrice(request, instrument);
  if (!price.ok) return price;
  const size = parseSize(request.size, instrument);
  if (!size.ok) return size;
  if (!(size.value > 0)) return refuse('not-positive', 'An order needs a size above zero.');
  if (size.value < instrument.minLots) {
    const least = formatSize(instrument.minLots, instrument);
    return refuse('too-small', `${instrument.name} takes orders from ${least} ${instrument.base}.`);
  }
  const worth = price.value === null ? null : notional(instrument, price.value, size.value);
  if (worth !== null && worth < BigInt(instrument.minNotional)) {
    return refuse('too-small', `The order's value is under what ${instrument.name} takes.`);
  }
  if (request.type === 'post-only' && request.timeInForce !== 'GTC') {
    return refuse('contradiction', `A post-only order rests: it can't be ${request.timeInForce}.`);
  }
  return ok({
    instrument,
    side: request.side,
    type: request.type,
    timeInForce: request.type === 'market' ? 'IOC' : request.timeInForce,
    price: price.value,
    size: size.value,
    reduceOnly: request.reduceOnly,
  });
}

function readPrice(request: OrderRequest, instrument: Instrument): Result<Ticks | null> {
  if (request.type === 'market') {
    if (request.price === null) return ok(null);
    return refuse('contradiction', 'A market order has no price.');
  }
  if (request.price === null) return refuse('no-price', `A ${request.type} order needs a price.`);
  const price = parsePrice(request.price, instrument);
  if (!price.ok) return price;
  if (!(price.value > 0)) return refuse('not-positive', 'An order needs a price above zero.');
  return price;
}

/** "buy 0.50000 BTC-USDT at 61737.25" */
export function orderText(order: CheckedOrder): string {
  const { instrument } = order;
  const price = order.price === null ? 'the market' : formatPrice(order.price, instrument);
  return `${order.side} ${formatSize(order.size, instrument)} ${instrument.name} at ${price}`;
}
