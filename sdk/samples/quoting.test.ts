import fc from 'fast-check';
import { expect, it } from 'vitest';
import type { Instrument } from '../../protocol/instrument.ts';
import { parsePrice, parseSize } from '../../protocol/instrument.ts';
import type { OrderView } from '../../protocol/orders.ts';
import type { StrategyQuote } from '../../protocol/strategy.ts';
import type { InstrumentIndex, Lots, Micros, OrderId, Ticks, VenueId } from '../../protocol/units.ts';
import { LEVELS_BP, plan } from './quoting.ts';

const instrument: Instrument = {
  index: 3 as InstrumentIndex,
  venue: 'sim' as VenueId,
  symbol: 'BTCUSDT',
  name: 'BTC-USDT',
  base: 'BTC',
  quote: 'USDT',
  priceScale: 2,
  tickStep: 1,
  sizeScale: 5,
  lotStep: 1,
  minLots: 1 as Lots,
  maxLots: 900_000 as Lots,
  minNotional: '5000000',
};
const quote = (bid: number, ask: number, state: StrategyQuote['state'] = 'live'): StrategyQuote => ({
  instrument: instrument.index,
  bid: bid as Ticks,
  bidSize: 1 as Lots,
  ask: ask as Ticks,
  askSize: 1 as Lots,
  state,
  receivedAt: 0 as Micros,
});

/** The orders that a plan leaves behind. */
function after(orders: readonly OrderView[], bid: number, ask: number): OrderView[] {
  const { place, cancel } = plan(instrument, quote(bid, ask), orders);
  const placed = place.map((order, n) => {
    const [price, size] = [parsePrice(order.price ?? '', instrument), parseSize(order.size, instrument)];
    if (!price.ok || !size.ok) throw new Error('not on the tick or lot');
    const orderId = `o-${bid}-${ask}-${n}` as OrderId;
    const view = { orderId, side: order.side, price: price.value, size: size.value, state: 'working' };
    return view as OrderView;
  });
  return [...orders.filter(({ orderId }) => !cancel.includes(orderId)), ...placed];
}

it('quotes both sides of any market at every level, never across the mid, and settles in one turn', () => {
  const market = fc.tuple(fc.integer({ min: 1000, max: 20_000_000 }), fc.integer({ min: 1, max: 50 }));
  fc.assert(
    fc.property(fc.array(market, { minLength: 1, maxLength: 6 }), (markets) => {
      let orders: OrderView[] = [];
      for (const [bid, spread] of markets) {
        orders = after(orders, bid, bid + spread);
        const mid = bid + spread / 2;
        expect(orders).toHaveLength(LEVELS_BP.length * 2);
        for (const { side, price } of orders) {
          expect(side === 'buy' ? (price ?? 0) < mid : (price ?? 0) > mid).toBe(true);
        }
        expect(plan(instrument, quote(bid, bid + spread), orders)).toEqual({ place: [], cancel: [] });
      }
    }),
  );
});

it('moves an order that the mid has come up to, however near it still is to its place', () => {
  const before = after([], 1010, 1011);
  const moved = after(before, 1000, 1026);
  for (const { side, price } of moved)
    expect(side === 'buy' ? (price ?? 0) < 1013 : (price ?? 0) > 1013).toBe(true);
});

it('does nothing on a stale, crossed or one-sided market', () => {
  expect(plan(instrument, quote(100, 101, 'stale'), []).place).toEqual([]);
  expect(plan(instrument, quote(101, 100), []).place).toEqual([]);
  expect(plan(instrument, { ...quote(100, 101), askSize: 0 as Lots }, []).place).toEqual([]);
});
