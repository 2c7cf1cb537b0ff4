import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Book } from '../engine/book.ts';
import { AGENTS, BUY, SELL } from '../engine/order.ts';
import { Listing } from '../market/listing.ts';
import { listing as listed } from '../market/symbols.ts';
import { VenueError } from './errors.ts';
import { Exchange, type Execution } from './exchange.ts';
import type { AccountOrder } from './orders.ts';
import { readOrder } from './request.ts';

/** A venue of one instrument with an empty book and a clock that stands. */
function venue() {
  const [entry] = listed(1);
  if (!entry) throw new Error('no instrument');
  const listing = new Listing(entry.spec);
  const book = new Book(listing);
  listing.matcher = book;
  const exchange = new Exchange([listing], () => 1_000);
  const told: string[] = [];
  exchange.reader = {
    onExecution: (order: AccountOrder, execution: Execution) => {
      told.push(`${order.clientOrderId} ${execution.kind} ${order.status} ${order.filledLots}`);
    },
    onBalances: () => undefined,
  };
  const agents = (side: 0 | 1, ticks: number, lots: number): void => {
    book.submit(book.order(AGENTS, side, ticks, lots), 'gtc');
  };
  const limit = (
    side: string,
    quantity: string,
    price: string,
    more: Record<string, string> = {},
  ): AccountOrder => {
    return order({ side, type: 'LIMIT', timeInForce: 'GTC', quantity, price, ...more });
  };
  const order = (asked: Record<string, string>): AccountOrder => {
    return exchange.place(readOrder({ get: (name) => asked[name] ?? null }, listing));
  };
  return { listing, book, exchange, told, agents, limit, order };
}

function codeOf(act: () => unknown): number | string {
  try {
    act();
    return 'accepted';
  } catch (error) {
    if (error instanceof VenueError) return error.code;
    throw error;
  }
}

describe('the account', () => {
  it('is told of an order’s whole life in order: accepted, filled in parts, cancelled', () => {
    const { limit, agents, exchange, told, listing } = venue();
    const order = limit('BUY', '0.00100', '60000.00', { newClientOrderId: 'a' });
    agents(SELL, 6_000_000, 40);
    agents(SELL, 5_999_000, 20);
    exchange.cancel(listing, { orderId: order.order.id, clientOrderId: null }, 'x');
    expect(told).toEqual([
      'a NEW NEW 0',
      'a TRADE PARTIALLY_FILLED 40',
      'a TRADE PARTIALLY_FILLED 60',
      'a CANCELED CANCELED 60',
    ]);
    expect(
      codeOf(() => exchange.cancel(listing, { orderId: order.order.id, clientOrderId: null }, 'y')),
    ).toBe(-2011);
  });

  it('keeps every unit: what is locked is released or paid, to the last one, whatever happens', () => {
    const step = fc.record({
      side: fc.constantFrom('BUY', 'SELL'),
      type: fc.constantFrom('LIMIT', 'LIMIT_MAKER', 'MARKET', 'STOP_LOSS', 'STOP_LOSS_LIMIT'),
      timeInForce: fc.constantFrom('GTC', 'IOC', 'FOK'),
      ticks: fc.integer({ min: 5_999_990, max: 6_000_010 }),
      lots: fc.integer({ min: 9, max: 400 }),
      agentSide: fc.constantFrom(BUY, SELL),
      agentTicks: fc.integer({ min: 5_999_990, max: 6_000_010 }),
    });
    fc.assert(
      fc.property(fc.array(step, { maxLength: 40 }), (steps) => {
        const { exchange, listing, agents, order } = venue();
        const { base, quote } = listing.spec;
        const before = [exchange.balances.of(base).free, exchange.balances.of(quote).free];
        for (const { side, type, timeInForce, ticks, lots, agentSide, agentTicks } of steps) {
          agents(agentSide, agentTicks, lots);
          const price = (ticks / 100).toFixed(2);
          const asked: Record<string, string> = { side, type, quantity: (lots / 1e5).toFixed(5) };
          if (type === 'LIMIT' || type === 'STOP_LOSS_LIMIT') asked['timeInForce'] = timeInForce;
          if (type !== 'MARKET' && type !== 'STOP_LOSS') asked['price'] = price;
          if (type.startsWith('STOP')) asked['stopPrice'] = price;
          codeOf(() => order(asked));
        }
        for (const open of exchange.ledger.open()) {
          exchange.cancel(listing, { orderId: open.order.id, clientOrderId: null }, 'end');
        }
        expect(exchange.balances.of(base).locked).toBe(0n);
        expect(exchange.balances.of(quote).locked).toBe(0n);
        let [bought, paid] = [0n, 0n];
        for (const fill of exchange.ledger.fillsOf(listing)) {
          const sign = fill.order.side === BUY ? 1n : -1n;
          bought += sign * BigInt(fill.lots) * 1_000n;
          paid += sign * BigInt(fill.lots) * BigInt(fill.ticks) * 10n;
        }
        expect(exchange.balances.of(base).free).toBe((before[0] ?? 0n) + bought);
        expect(exchange.balances.of(quote).free).toBe((before[1] ?? 0n) - paid);
        expect(listing.matcher.bids.best()?.ticks ?? 0).toBeLessThan(
          listing.matcher.asks.best()?.ticks ?? Infinity,
        );
      }),
    );
  });

  it('refuses in Binance’s codes, and a refusal changes nothing', () => {
    const { limit, order, agents, told } = venue();
    agents(SELL, 6_000_000, 500);
    agents(BUY, 5_999_000, 500);
    limit('BUY', '0.001', '59000', { newClientOrderId: 'mine' });
    const heard = told.length;
    const base = { side: 'BUY', type: 'LIMIT', timeInForce: 'GTC', quantity: '0.001', price: '59000' };
    const cases: [Record<string, string>, number][] = [
      [{ ...base, price: 'NaN' }, -1100],
      [{ ...base, price: '1e21' }, -1100],
      [{ ...base, price: '-1' }, -1100],
      [{ ...base, quantity: '9007199254740992' }, -1013],
      [{ ...base, quantity: '1.0000000001' }, -1111],
      [{ ...base, price: '59000.001' }, -1013],
      [{ ...base, quantity: '0.000001' }, -1013],
      [{ ...base, quantity: '0.00001' }, -1013],
      [{ ...base, price: '1' }, -1013],
      [{ ...base, quantity: '' }, -1102],
      [{ ...base, side: 'LONG' }, -1117],
      [{ ...base, type: 'ICEBERG' }, -1116],
      [{ ...base, timeInForce: 'GTX' }, -1115],
      [{ ...base, type: 'MARKET' }, -1106],
      [{ ...base, newClientOrderId: 'a b' }, -1100],
      [{ ...base, newClientOrderId: 'mine' }, -2010],
      [{ side: 'BUY', type: 'LIMIT_MAKER', quantity: '0.001', price: '60000' }, -2010],
    ];
    for (const [asked, code] of cases) expect([asked, codeOf(() => order(asked))]).toEqual([asked, code]);
    expect(told).toHaveLength(heard);
  });

  it('fills an IOC order as far as it can and ends it, a FOK order whole or not at all', () => {
    const { limit, agents, told } = venue();
    agents(SELL, 6_000_000, 50);
    limit('BUY', '0.001', '60000', { timeInForce: 'FOK', newClientOrderId: 'fok' });
    limit('BUY', '0.001', '60000', { timeInForce: 'IOC', newClientOrderId: 'ioc' });
    expect(told).toEqual([
      'fok NEW NEW 0',
      'fok EXPIRED EXPIRED 0',
      'ioc NEW NEW 0',
      'ioc TRADE PARTIALLY_FILLED 50',
      'ioc EXPIRED EXPIRED 50',
    ]);
  });

  it('keeps a stop out of the book until its price trades, then reports it working', () => {
    const { order, agents, limit, told, listing } = venue();
    agents(SELL, 6_000_000, 100);
    limit('BUY', '0.0001', '60000', { newClientOrderId: 'first' });
    expect(
      codeOf(() => order({ side: 'SELL', type: 'STOP_LOSS', quantity: '0.001', stopPrice: '60001' })),
    ).toBe(-2010);
    const stop = order({
      side: 'SELL',
      type: 'STOP_LOSS_LIMIT',
      timeInForce: 'GTC',
      quantity: '0.0005',
      price: '59980',
      stopPrice: '59990',
      newClientOrderId: 'stop',
    });
    expect([stop.workingMillis, stop.status, listing.matcher.asks.depth]).toEqual([null, 'NEW', 1]);
    agents(BUY, 5_999_000, 10);
    agents(SELL, 5_999_000, 10);
    expect(stop.workingMillis).toBe(1_000);
    expect(told.slice(-2)).toEqual(['stop NEW NEW 0', 'stop NEW NEW 0']);
    expect(listing.matcher.asks.best()?.ticks).toBe(5_998_000);
  });
});
