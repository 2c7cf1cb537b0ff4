import { valuedInDollars } from '../../../protocol/dollars.ts';
import { formatPrice } from '../../../protocol/instrument.ts';
import type { Ticks } from '../../../protocol/units.ts';
import type { CheckedOrder } from '../order.ts';
import { breach, valuationPrice, type Breach, type Mark, type Rule } from '../rule.ts';

/** How far from the last known price an order that only takes back may be, in hundredths of a percent. */
const LAST_KNOWN_COLLAR_BP = 1000n;

/**
 * Without a fresh reference an order has no known value, and unknown fails closed. One that only
 * takes back may go by the last known price, with a price of its own inside a wide collar.
 */
export const referencePrice: Rule = {
  id: 'reference-price',
  requirement: 'R-9',
  check(order, { mark }) {
    const { instrument } = order;
    if (!valuedInDollars(instrument.quote)) {
      const sentence = `${instrument.name} is quoted in ${instrument.quote}, which the limits can't value.`;
      return breach(referencePrice, 'a price in USD', instrument.quote, sentence);
    }
    if (instrument.contract?.kind === 'unknown' && !order.reduceOnly) {
      const sentence = `${instrument.name} is a contract of unknown value: its venue does not say what one stands for.`;
      return breach(referencePrice, 'a known contract value', 'unknown', sentence);
    }
    if (valuationPrice(order, mark) !== null) return mark?.fresh ? null : withinCollar(order, mark);
    const observed = mark === null ? 'none' : mark.fresh ? 'one side only' : 'stale';
    const sentence = `${instrument.name} has no fresh reference price, so the order can't be valued.`;
    return breach(referencePrice, 'fresh bid and ask', observed, sentence);
  },
};

function withinCollar(order: CheckedOrder, mark: Mark | null): Breach | null {
  const { instrument, side, price } = order;
  if (mark === null) return null;
  const [bid, ask] = [BigInt(mark.bid), BigInt(mark.ask)];
  const least = (bid * (10_000n - LAST_KNOWN_COLLAR_BP)) / 10_000n;
  const most = (ask * (10_000n + LAST_KNOWN_COLLAR_BP)) / 10_000n;
  const isInside = price !== null && (side === 'buy' ? BigInt(price) <= most : BigInt(price) >= least);
  if (isInside) return null;
  const edge = formatPrice(Number(side === 'buy' ? most : least) as Ticks, instrument);
  const limit = side === 'buy' ? `at most ${edge}` : `at least ${edge}`;
  const observed = price === null ? 'a market order' : formatPrice(price, instrument);
  const sentence = `${instrument.name} has no fresh price: to take back by the last known one, give a price of ${limit}.`;
  return breach(referencePrice, limit, observed, sentence);
}
