import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { orderRequestSchema } from '../../protocol/orders.ts';
import type { Lots, Micros, QuoteMicros, Ticks } from '../../protocol/units.ts';
import { instrument, request } from '../testing/orders.ts';
import { check } from './check.ts';
import { dollars } from './limits.ts';
import { readOrder, type CheckedOrder } from './order.ts';
import type { GateContext } from './rule.ts';

// Tick 0.01, lot 0.001: 100.00 is 10,000 ticks, 1 unit is 1,000 lots.
const btc = instrument(0, 'BTCUSDT');
const order: CheckedOrder = {
  instrument: btc,
  side: 'buy',
  type: 'limit',
  timeInForce: 'GTC',
  price: 10_000 as Ticks,
  size: 1000 as Lots,
  reduceOnly: false,
};
const context: GateContext = {
  locks: new Map(),
  replay: false,
  auditWritable: true,
  limits: {
    orderValue: 1_000_000_000n as QuoteMicros,
    positionValue: 5_000_000_000n as QuoteMicros,
    valueAtRisk: null,
    clusterValue: null,
    ordersPerSecond: 10,
    version: 1,
    setBy: 'profile',
    since: 0 as Micros,
  },
  restriction: null,
  mark: { bid: 9990 as Ticks, ask: 10_000 as Ticks, fresh: true },
  exposure: { filled: 0, openBuy: 0, openSell: 0 },
  book: { valueAtRisk: null, cluster: null },
  ordersInLastSecond: 0,
};
const broken = (change: Partial<CheckedOrder>, seen: Partial<GateContext> = {}) =>
  check({ ...order, ...change }, { ...context, ...seen });

const restriction = { name: 'BTC', reason: 'a deal', by: 'second', at: 0 as Micros };

describe('R-11 the restricted list', () => {
  it('refuses what raises a position, and names who put it there', () => {
    const refused = broken({}, { restriction });
    expect(refused).toMatchObject({ code: 'restricted', rule: { rule: 'restricted', requirement: 'R-11' } });
    expect(refused?.sentence).toContain('second');
    expect(refused?.sentence).toContain('a deal');
  });

  it('lets a position be taken back, flagged reduce-only or not, and not past zero', () => {
    const held = { restriction, exposure: { filled: 1000, openBuy: 0, openSell: 400 } };
    expect(broken({ side: 'sell', size: 600 as Lots }, held)).toBeNull();
    expect(broken({ side: 'sell', size: 600 as Lots, reduceOnly: true }, held)).toBeNull();
    expect(broken({ side: 'sell', size: 601 as Lots }, held)).toMatchObject({
      code: 'restricted',
      rule: { limit: 'take back 0.600', observed: 'sell 0.601' },
    });
    expect(broken({ size: 1 as Lots }, held)?.code).toBe('restricted');
  });

  it('whatever the orders, those that it lets through never make a position larger', () => {
    const orders = fc.array(
      fc.record({ buy: fc.boolean(), size: fc.integer({ min: 1, max: 3000 }), fills: fc.boolean() }),
    );
    fc.assert(
      fc.property(fc.integer({ min: -2000, max: 2000 }), orders, (start, list) => {
        const exposure = { filled: start, openBuy: 0, openSell: 0 };
        for (const { buy, size, fills } of list) {
          const side = buy ? 'buy' : 'sell';
          if (broken({ side, size: size as Lots }, { restriction, exposure: { ...exposure } }) !== null)
            continue;
          if (fills) exposure.filled += buy ? size : -size;
          else if (buy) exposure.openBuy += size;
          else exposure.openSell += size;
        }
        // Whatever of the working orders trades, and however much of them.
        for (const end of [exposure.filled + exposure.openBuy, exposure.filled - exposure.openSell]) {
          expect(Math.sign(end) * Math.sign(start)).toBeGreaterThanOrEqual(0);
          expect(Math.abs(end)).toBeLessThanOrEqual(Math.abs(start));
        }
      }),
    );
  });
});

describe('the gate', () => {
  it('lets an order through that breaks no rule', () => {
    expect(broken({})).toBeNull();
  });

  it('R-23 refuses every order while a lock is on, with the sentence of the lock', () => {
    const breach = broken({}, { locks: new Map([['halt', 'Trading is halted.']]) });
    expect(breach).toMatchObject({ code: 'gate-closed', sentence: 'Trading is halted.' });
  });

  it('refuses orders on a recording with a sentence', () => {
    expect(broken({}, { replay: true })?.sentence).toContain('recording');
  });

  it('R-9 refuses a contract of which nobody knows what it stands for, and lets it be taken back', () => {
    const strange = { ...btc, contract: { kind: 'unknown' } as const };
    const refused = broken({ instrument: strange });
    expect(refused).toMatchObject({ code: 'reference-price', rule: { observed: 'unknown' } });
    expect(refused?.sentence).toContain('unknown value');
    const long = { exposure: { filled: 5000, openBuy: 0, openSell: 0 } };
    expect(broken({ instrument: strange, side: 'sell', reduceOnly: true }, long)).toBeNull();
    expect(broken({ instrument: strange, side: 'sell', reduceOnly: true })?.code).toBe('reduce-only');
  });

  it('R-3 values contracts by what they stand for: 11 of 100 dollars are over 1,000, whatever the price', () => {
    const contract = { kind: 'inverse', value: 100, scale: 0, settle: 'BTC' } as const;
    const coinm = { ...btc, contract, sizeScale: 0 };
    expect(broken({ instrument: coinm, size: 10 as Lots })).toBeNull();
    expect(broken({ instrument: coinm, size: 11 as Lots })).toMatchObject({
      code: 'order-size',
      rule: { observed: '$1,100.00' },
    });
    const linear = { ...contract, kind: 'linear', value: 1, scale: 2 } as const;
    expect(broken({ instrument: { ...btc, contract: linear }, size: 100_000 as Lots })).toBeNull();
  });

  const held = { exposure: { filled: 5000, openBuy: 0, openSell: 0 } };
  const takeBack = { side: 'sell', reduceOnly: true } as const;

  it('R-57 takes a position back with a log that can not be written, never through a closed gate', () => {
    expect(broken(takeBack, { ...held, auditWritable: false })).toBeNull();
    expect(broken({ side: 'sell' }, { ...held, auditWritable: false })?.code).toBe('audit-log');
    const locks = new Map([['halt', 'Trading is halted.']] as const);
    expect(broken(takeBack, { ...held, auditWritable: false, locks })?.code).toBe('gate-closed');
  });

  it('R-57 takes a position back by the last known price, inside a wide collar', () => {
    const stale = { ...held, mark: { bid: 9990 as Ticks, ask: 10_000 as Ticks, fresh: false } };
    expect(broken({ ...takeBack, price: 8991 as Ticks }, stale)).toBeNull();
    expect(broken({ ...takeBack, price: 8990 as Ticks }, stale)).toMatchObject({
      code: 'reference-price',
      rule: { limit: 'at least 89.91', observed: '89.90' },
    });
    expect(broken({ ...takeBack, type: 'market', price: null }, stale)?.code).toBe('reference-price');
    expect(broken({ ...takeBack, size: 5001 as Lots }, stale)?.code).toBe('reduce-only');
    expect(broken(takeBack, { ...held, mark: null })?.code).toBe('reference-price');
    const short = { ...stale, exposure: { filled: -5000, openBuy: 0, openSell: 0 } };
    expect(broken({ side: 'buy', reduceOnly: true, price: 11_000 as Ticks }, short)).toBeNull();
    expect(broken({ side: 'buy', reduceOnly: true, price: 11_001 as Ticks }, short)?.code).toBe(
      'reference-price',
    );
    // With a fresh price there is no such collar, and a market order passes.
    expect(broken({ ...takeBack, type: 'market', price: null }, held)).toBeNull();
  });

  it('R-17 refuses when the audit log can not be written', () => {
    expect(broken({}, { auditWritable: false })?.code).toBe('audit-log');
  });

  it.each([
    ['no quote', null],
    ['a stale quote', { bid: 9990 as Ticks, ask: 10_000 as Ticks, fresh: false }],
    ['no bid', { bid: 0 as Ticks, ask: 10_000 as Ticks, fresh: true }],
    ['no ask', { bid: 9990 as Ticks, ask: 0 as Ticks, fresh: true }],
  ])('R-9 refuses without a fresh reference: %s', (_name, mark) => {
    expect(broken({}, { mark })?.code).toBe('reference-price');
    expect(broken({ type: 'market', price: null }, { mark })?.code).toBe('reference-price');
  });

  it('refuses what is quoted in a currency that the limits are not in', () => {
    expect(broken({ instrument: { ...btc, quote: 'BTC' } })?.code).toBe('reference-price');
  });

  it('R-2 refuses a size over the venue maximum, with limit and observed', () => {
    const breach = broken({ size: (btc.maxLots + 1) as Lots, price: 1 as Ticks });
    expect(breach?.rule).toMatchObject({ rule: 'order-size', requirement: 'R-2' });
    expect(broken({ size: btc.maxLots, price: 1 as Ticks })?.rule.requirement).not.toBe('R-2');
  });

  it('R-3 refuses a value over the limit and takes one at it (R-14: rule, limit, observed)', () => {
    expect(broken({ size: 10_000 as Lots })).toBeNull();
    expect(broken({ size: 10_001 as Lots })?.rule).toEqual({
      rule: 'order-size',
      requirement: 'R-3',
      limit: '$1,000.00',
      observed: '$1,000.10',
    });
  });

  it('R-3 values a market order at the mark, never at zero, and a low sell at the mark too', () => {
    expect(broken({ type: 'market', price: null, size: 10_001 as Lots })?.code).toBe('order-size');
    expect(broken({ side: 'sell', price: 1 as Ticks, size: 10_001 as Lots })?.code).toBe('order-size');
    expect(broken({ price: 20_000 as Ticks, size: 5001 as Lots })?.code).toBe('order-size');
  });

  it('R-3 values a market order above the top of the book, which it may sweep', () => {
    expect(broken({ type: 'market', price: null, size: 9523 as Lots })).toBeNull();
    expect(broken({ type: 'market', price: null, size: 9524 as Lots })?.code).toBe('order-size');
  });

  it('R-4 counts filled, open and this order on the worse side', () => {
    const exposure = { filled: 20_000, openBuy: 25_000, openSell: 90_000 };
    expect(broken({ size: 5000 as Lots }, { exposure })).toBeNull();
    expect(broken({ size: 5001 as Lots }, { exposure })?.code).toBe('position');
    const short = { filled: -20_000, openBuy: 90_000, openSell: 25_000 };
    expect(broken({ side: 'sell', size: 5000 as Lots }, { exposure: short })).toBeNull();
    expect(broken({ side: 'sell', size: 5001 as Lots }, { exposure: short })?.code).toBe('position');
  });

  it('R-4 lets an order take back a position that is over its limit', () => {
    const exposure = { filled: 90_000, openBuy: 0, openSell: 0 };
    expect(broken({ side: 'sell', size: 10_000 as Lots }, { exposure })).toBeNull();
    expect(broken({ side: 'buy' }, { exposure })?.code).toBe('position');
  });

  it('R-7 refuses the order after the last that a second allows', () => {
    expect(broken({}, { ordersInLastSecond: 9 })).toBeNull();
    expect(broken({}, { ordersInLastSecond: 10 })?.rule).toMatchObject({ limit: '10', observed: '11' });
  });

  it('holds a reduce-only order to what it can take back', () => {
    const exposure = { filled: 1500, openBuy: 0, openSell: 500 };
    expect(broken({ side: 'sell', reduceOnly: true }, { exposure })).toBeNull();
    expect(broken({ side: 'sell', reduceOnly: true, size: 1001 as Lots }, { exposure })?.code).toBe(
      'reduce-only',
    );
    expect(broken({ reduceOnly: true }, { exposure })?.code).toBe('reduce-only');
  });
});

describe('R-16 what an order may be made of', () => {
  const read = (change: Record<string, unknown>) => {
    const parsed = orderRequestSchema.safeParse({ ...request(), ...change });
    if (!parsed.success) return 'schema';
    const result = readOrder(parsed.data, (symbol) => (symbol === btc.symbol ? btc : undefined));
    return result.ok ? result.value : result.error.code;
  };

  it('reads decimals exactly', () => {
    expect(read({ price: '100.25', size: '0.125' })).toMatchObject({ price: 10_025, size: 125 });
  });

  it.each([
    ['NaN', 'not-a-decimal'],
    ['Infinity', 'not-a-decimal'],
    ['1e21', 'not-a-decimal'],
    ['-1', 'not-positive'],
    ['0', 'not-positive'],
    ['', 'not-a-decimal'],
    ['0x10', 'not-a-decimal'],
    [' 1', 'not-a-decimal'],
    ['1.0000000001', 'too-precise'],
    ['9007199254740992', 'too-large'],
    ['9007199254740993', 'too-large'],
  ])('refuses "%s" as price and as size', (text, code) => {
    expect(read({ price: text })).toBe(code);
    expect(read({ size: text })).toBe(code);
  });

  it.each([[Number.NaN], [1e21], [2 ** 53], [-1], [1], [null]])('refuses the number %s as size', (value) => {
    expect(read({ size: value })).toBe('schema');
  });

  it('refuses a wrong tick, a wrong lot, an unknown instrument and contradictions', () => {
    const coarse = { ...btc, tickStep: 5, lotStep: 10 };
    const parsed = (change: object) => readOrder({ ...request(), ...change }, () => coarse);
    expect(parsed({ price: '100.03', size: '1' })).toMatchObject({ error: { code: 'wrong-tick' } });
    expect(parsed({ price: '100.05', size: '1.001' })).toMatchObject({ error: { code: 'wrong-lot' } });
    expect(read({ symbol: 'NOPE' })).toBe('unknown-instrument');
    expect(read({ type: 'market' })).toBe('contradiction');
    expect(read({ price: null })).toBe('no-price');
    expect(read({ type: 'post-only', timeInForce: 'FOK' })).toBe('contradiction');
    expect(read({ size: '0.001', price: '0.01' })).toBe('too-small');
  });

  it('never lets any text become anything but whole positive numbers', () => {
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.double().map(String), fc.bigInt().map(String)), (text) => {
        const result = read({ size: text });
        if (typeof result === 'string') return;
        expect(Number.isSafeInteger(result.size) && result.size > 0).toBe(true);
      }),
    );
  });
});

it('writes dollars with thousands and cents', () => {
  expect(dollars(1_234_567_899_999n)).toBe('$1,234,567.89');
});
