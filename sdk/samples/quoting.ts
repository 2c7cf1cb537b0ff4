import { formatPrice, formatSize, type Instrument } from '../../protocol/instrument.ts';
import { isOpen, type OrderView, type Side } from '../../protocol/orders.ts';
import type { StrategyQuote } from '../../protocol/strategy.ts';
import type { Lots, OrderId, Ticks } from '../../protocol/units.ts';
import type { NewOrder } from '../client.ts';

/** How far from the mid the orders of one side stand, in hundredths of a percent. */
export const LEVELS_BP = [8, 20] as const;
/** An order that is further than this from where it should be is replaced. */
export const TOLERANCE_BP = 7;
/** Value of one order, in the quote currency. */
const ORDER_VALUE = 500;

export interface Plan {
  readonly place: readonly Omit<NewOrder, 'clientId'>[];
  readonly cancel: readonly OrderId[];
}
const NOTHING: Plan = { place: [], cancel: [] };

/**
 * What to place and what to cancel so that an instrument is quoted on both sides around its mid.
 * Pure, from what is open now: it needs no memory of what it did before.
 */
export function plan(instrument: Instrument, quote: StrategyQuote, orders: readonly OrderView[]): Plan {
  const live = quote.state === 'live' || quote.state === 'quiet';
  if (!live || !(quote.bidSize > 0) || !(quote.askSize > 0) || quote.bid >= quote.ask) return NOTHING;
  const mid = (quote.bid + quote.ask) / 2;
  const size = lotsFor(instrument, mid);
  const tolerance = Math.max(1, (mid * TOLERANCE_BP) / 10_000);
  const left = new Set(orders.filter(({ state }) => isOpen(state) && state !== 'cancelling'));
  const place: Omit<NewOrder, 'clientId'>[] = [];
  for (const side of ['buy', 'sell'] as const) {
    for (const level of LEVELS_BP) {
      const price = priceAt(mid, side, level);
      const isNear = ({ price: at }: OrderView): boolean =>
        at !== null && Math.abs(at - price) <= tolerance && (side === 'buy' ? at < mid : at > mid);
      const kept = [...left].find((order) => order.side === side && isNear(order));
      if (kept) left.delete(kept);
      else place.push(order(instrument, side, price, size));
    }
  }
  return { place, cancel: [...left].map(({ orderId }) => orderId) };
}

/** Away from the mid, so that a resting order never crosses it. */
function priceAt(mid: number, side: Side, level: number): Ticks {
  const away = Math.max(1, (mid * level) / 10_000);
  return (side === 'buy' ? Math.max(1, Math.floor(mid - away)) : Math.ceil(mid + away)) as Ticks;
}

function lotsFor(instrument: Instrument, midTicks: number): Lots {
  const tick = instrument.tickStep / 10 ** instrument.priceScale;
  const lot = instrument.lotStep / 10 ** instrument.sizeScale;
  const lots = Math.round(ORDER_VALUE / (midTicks * tick * lot));
  return Math.min(Math.max(lots, instrument.minLots), instrument.maxLots) as Lots;
}

function order(instrument: Instrument, side: Side, price: Ticks, size: Lots): Omit<NewOrder, 'clientId'> {
  const [priceText, sizeText] = [formatPrice(price, instrument), formatSize(size, instrument)];
  // With its venue: another one may list the same symbol, at other prices.
  const { symbol, venue } = instrument;
  return { symbol, venue, side, type: 'post-only', price: priceText, size: sizeText };
}
