import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Lots, Micros, OrderId, Ticks, VenueId } from '../../protocol/units.ts';
import { ExposureLedger } from '../gate/exposure.ts';
import { instrument } from '../testing/orders.ts';
import type { VenueOrder, VenueTrade } from '../venues/types.ts';
import { newFills } from './fills.ts';
import { applyFill, averageMilliTicks, FLAT, INVERSE_UNITS } from './holdings.ts';
import { nextOrder } from './lifecycle.ts';
import { foundAtVenue, OrderStore } from './store.ts';
import type { TrackedOrder } from './tracked.ts';

const btc = instrument(0, 'BTCUSDT');
const SIZE = 1000;

/** What the venue says once `done` of `trades` have happened; names the trades in `told`. */
function said(
  trades: readonly VenueTrade[],
  done: number,
  told: readonly number[],
  cancelled = false,
): VenueOrder {
  const happened = trades.slice(0, done);
  const filled = happened.reduce((sum, trade) => sum + trade.size, 0);
  const open = filled === 0 ? 'working' : 'partially-filled';
  return {
    venueOrderId: '7',
    clientOrderId: 'cwtest-1',
    symbol: btc.symbol,
    instrument: btc.index,
    side: 'buy',
    type: 'limit',
    timeInForce: 'GTC',
    price: 100 as Ticks,
    size: SIZE as Lots,
    filled: filled as Lots,
    state: filled === SIZE ? 'filled' : cancelled ? 'cancelled' : open,
    reason: null,
    at: 5 as Micros,
    trades: told.flatMap((n) => happened[n] ?? []),
    filledTickLots: happened.reduce((sum, { price, size }) => sum + BigInt(price) * BigInt(size), 0n),
  };
}

function pending(owner: 'ours' | 'foreign' = 'ours'): TrackedOrder {
  const found = { ...said([], 0, []), clientOrderId: owner === 'ours' ? 'cwtest-1' : 'web_1' };
  const order = foundAtVenue('sim' as VenueId, found, btc.index, owner === 'ours', 1 as Micros);
  return { ...order, state: 'pending', venueOrderId: null };
}

const trades = fc
  .array(fc.record({ size: fc.integer({ min: 1, max: 200 }), price: fc.integer({ min: 90, max: 100 }) }), {
    minLength: 1,
    maxLength: 5,
  })
  .map((made) =>
    made.map(({ size, price }, n): VenueTrade => {
      return { tradeId: `t-${n}`, price: price as Ticks, size: size as Lots, at: n as Micros };
    }),
  );

describe('fills', () => {
  it('count every lot once and at its value, whatever is repeated, late or lost', () => {
    fc.assert(
      fc.property(
        trades,
        fc.array(fc.tuple(fc.nat(5), fc.boolean(), fc.boolean()), { maxLength: 25 }),
        (made, says) => {
          const store = new OrderStore(new ExposureLedger());
          const { orderId } = pending();
          store.add(pending());
          const messages = says.map(([done, all, cancelled]) => {
            const upTo = Math.min(done, made.length);
            const told = all ? [...Array(upTo).keys()] : [upTo - 1];
            return said(made, upTo, told, cancelled);
          });
          // The venue's last word, as a snapshot without trades.
          for (const order of [...messages, said(made, made.length, [])]) {
            store.apply(orderId, { kind: 'venue', order }, 9 as Micros);
          }
          const total = made.reduce((sum, { size }) => sum + size, 0);
          const value = made.reduce((sum, { size, price }) => sum + size * price, 0);
          const counted = store.fills().reduce((sum, { size }) => sum + size, 0);
          const paid = store.fills().reduce((sum, { size, price }) => sum + size * price, 0);
          expect(counted).toBe(total);
          expect(store.holding(btc.index).size).toBe(total);
          expect(store.get(orderId)?.filled).toBe(total);
          // A fill that was missed is at a rounded average: off by half a tick a lot at most.
          expect(Math.abs(paid - value)).toBeLessThanOrEqual(total / 2);
        },
      ),
    );
  });

  it('takes trades in their own price when they are named, in any of the messages', () => {
    const made = [90, 95, 100].map((price, n): VenueTrade => {
      return { tradeId: `t-${n}`, price: price as Ticks, size: 10 as Lots, at: n as Micros };
    });
    const first = { ...pending(), filled: 10 as Lots, filledTickLots: 900n };
    expect(newFills(first, said(made, 3, [0, 1, 2])).map(({ price, size }) => [price, size])).toEqual([
      [95, 10],
      [100, 10],
    ]);
  });

  it('of a foreign order are not ours', () => {
    const made = [{ tradeId: 't', price: 90 as Ticks, size: 10 as Lots, at: 1 as Micros }];
    const store = new OrderStore(new ExposureLedger());
    const order = store.add(pending('foreign')).order;
    if (!order) throw new Error('not added');
    store.apply(order.orderId, { kind: 'venue', order: said(made, 1, [0]) }, 9 as Micros);
    expect(store.get(order.orderId)?.filled).toBe(10);
    expect(store.fills()).toEqual([]);
    expect(store.holding(btc.index)).toEqual(FLAT);
  });

  it('R-4 of a foreign order count for the limits, beside our own, when read back from the log too', () => {
    const made = [{ tradeId: 't', price: 90 as Ticks, size: 10 as Lots, at: 1 as Micros }];
    const ledger = new ExposureLedger();
    const store = new OrderStore(ledger);
    const order = store.add(pending('foreign')).order;
    if (!order) throw new Error('not added');
    const change = store.apply(
      order.orderId,
      { kind: 'venue', order: said(made, 1, [0], true) },
      9 as Micros,
    );
    expect(ledger.of(btc.index)).toEqual({ filled: 10, openBuy: 0, openSell: 0 });
    const [own] = newFills(pending(), said(made, 1, [0]));
    if (!own) throw new Error('no fill');
    store.addFill(own);
    expect(ledger.of(btc.index).filled).toBe(20);
    const again = new ExposureLedger();
    for (const fill of change.foreignFills) new OrderStore(again).addForeignFill(fill);
    expect(again.of(btc.index).filled).toBe(10);
  });
});

describe('an order', () => {
  const word = (state: VenueOrder['state']) =>
    ({ kind: 'venue', order: { ...said([], 0, []), state } }) as const;
  const later = (order: TrackedOrder, ...events: Parameters<typeof nextOrder>[1][]) =>
    events.reduce((before, event) => nextOrder(before, event, 9 as Micros), order);

  it('that the venue closed stays closed, whatever comes late', () => {
    const closed = later(pending(), word('cancelled'));
    const late = later(closed, word('working'), { kind: 'unanswered', sentence: 's' }, { kind: 'cancel' });
    expect(late.state).toBe('cancelled');
  });

  it('that we gave up for lost is open again when the venue shows it', () => {
    const lost = later(pending(), { kind: 'missing', sentence: 'never had it' });
    expect(lost.state).toBe('rejected');
    expect(later(lost, word('working')).state).toBe('working');
  });

  it('goes from unknown to what the venue says, and is cancelling only once acknowledged', () => {
    const unknown = later(pending(), { kind: 'unanswered', sentence: 'silence' });
    expect(unknown).toMatchObject({ state: 'unknown', reason: 'silence' });
    expect(later(unknown, word('working'))).toMatchObject({ state: 'working', reason: null });
    expect(later(pending(), { kind: 'cancel' })).toMatchObject({ state: 'pending', cancelWanted: true });
    expect(later(pending(), word('working'), { kind: 'cancel' }).state).toBe('cancelling');
    const refused = later(
      pending(),
      word('working'),
      { kind: 'cancel' },
      { kind: 'cancel-refused', sentence: 'no' },
    );
    expect(refused).toMatchObject({ state: 'working', reason: 'no' });
  });

  it('frees its reservation when it closes and takes it again when it reopens', () => {
    const ledger = new ExposureLedger();
    const store = new OrderStore(ledger);
    const { orderId } = pending();
    store.add(pending());
    expect(ledger.of(btc.index).openBuy).toBe(SIZE);
    store.apply(orderId, { kind: 'missing', sentence: 's' }, 2 as Micros);
    expect(ledger.of(btc.index).openBuy).toBe(0);
    store.apply(orderId, word('working'), 3 as Micros);
    expect(ledger.of(btc.index).openBuy).toBe(SIZE);
  });

  it('leaves memory 500 closings later, never while open', () => {
    const store = new OrderStore(new ExposureLedger());
    const removed: OrderId[] = [];
    for (let n = 0; n < 600; n++) {
      const orderId = `cwtest-${n}` as OrderId;
      store.add({ ...pending(), orderId, clientOrderId: orderId });
      if (n > 0) removed.push(...store.apply(orderId, word('cancelled'), 2 as Micros).removed);
    }
    expect(removed).toHaveLength(99);
    expect(store.get('cwtest-0' as OrderId)?.state).toBe('pending');
  });
});

describe('a holding', () => {
  const fill = fc.record({
    side: fc.constantFrom('buy' as const, 'sell' as const),
    price: fc.integer({ min: 1, max: 1e7 }).map((n) => n as Ticks),
    size: fc.integer({ min: 1, max: 1e6 }).map((n) => n as Lots),
  });

  it('loses nothing: realised and cost always add up to the cash that moved', () => {
    fc.assert(
      fc.property(fc.array(fill, { maxLength: 40 }), (fills) => {
        let cash = 0n;
        let coins = 0n;
        let holding = FLAT;
        for (const one of fills) {
          const value = BigInt(one.price) * BigInt(one.size);
          const inverse = (BigInt(one.size) * INVERSE_UNITS) / BigInt(one.price);
          cash += one.side === 'buy' ? -value : value;
          coins += one.side === 'buy' ? inverse : -inverse;
          holding = applyFill(holding, one);
          expect(holding.linear.realised - holding.linear.cost).toBe(cash);
          expect(holding.inverse.realised - holding.inverse.cost).toBe(coins);
          if (holding.size === 0) expect([holding.linear.cost, holding.inverse.cost]).toEqual([0n, 0n]);
        }
      }),
    );
  });

  it('turns from long to short at the price of the turn', () => {
    let holding = applyFill(FLAT, { side: 'buy', price: 100 as Ticks, size: 10 as Lots });
    holding = applyFill(holding, { side: 'sell', price: 110 as Ticks, size: 15 as Lots });
    expect(holding).toMatchObject({ size: -5, linear: { cost: -550n, realised: 100n } });
    expect([false, true].map((isInverse) => averageMilliTicks(holding, isInverse))).toEqual([
      110_000, 110_000,
    ]);
  });
});
