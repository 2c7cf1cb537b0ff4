import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { InstrumentIndex, Lots, Micros, OrderId, QuoteMicros, Ticks } from '../../protocol/units.ts';
import { ManualClock } from '../testing/manual-clock.ts';
import { instrument } from '../testing/orders.ts';
import type { MarketReading } from './book-risk.ts';
import { Gate } from './gate.ts';
import type { CheckedOrder } from './order.ts';

// Tick 0.01, lot 0.001: one lot at 100.00 is worth 0.10 USD.
const all = [instrument(0, 'BTCUSDT'), instrument(1, 'ETHUSDT'), instrument(2, 'SOLUSDT')];
const at = (index: number): InstrumentIndex => index as InstrumentIndex;
const usd = (value: number): QuoteMicros => BigInt(Math.round(value * 1e6)) as QuoteMicros;

/** Everything risks a tenth of its worth; 0 and 1 move together, 2 alone. */
const KNOWN: MarketReading = {
  risk: {
    valueAtRisk: usd(0),
    perDollar: new Map([0, 1, 2].map((index) => [at(index), 100_000])),
    held: new Map(),
  },
  clusterOf: new Map([0, 0, 1].map((cluster, index) => [at(index), cluster])),
};

function gateWith(
  limits: { readonly valueAtRisk?: number; readonly clusterValue?: number },
  market: () => MarketReading = () => KNOWN,
): Gate {
  const gate = new Gate({
    limits: {
      orderValue: usd(1e6),
      positionValue: usd(1e6),
      valueAtRisk: limits.valueAtRisk === undefined ? null : usd(limits.valueAtRisk),
      clusterValue: limits.clusterValue === undefined ? null : usd(limits.clusterValue),
      ordersPerSecond: 1e5,
      version: 1,
      setBy: 'test',
      since: 0 as Micros,
    },
    mark: () => ({ bid: 10_000 as Ticks, ask: 10_000 as Ticks, fresh: true }),
    instrument: (index) => all[index],
    restriction: () => null,
    market,
    audit: { writable: () => true },
    clock: new ManualClock(),
    replay: false,
  });
  gate.open('starting');
  return gate;
}

/** `lots` of 0.10 USD each. */
function order(index: number, lots: number, change: Partial<CheckedOrder> = {}): CheckedOrder {
  const what = all[index];
  if (!what) throw new Error('no such instrument');
  return {
    instrument: what,
    side: 'buy',
    type: 'limit',
    timeInForce: 'GTC',
    price: 10_000 as Ticks,
    size: lots as Lots,
    reduceOnly: false,
    ...change,
  };
}
let next = 0;
const admit = (gate: Gate, one: CheckedOrder) => gate.admit(`o-${next++}` as OrderId, one);
const codeOf = (gate: Gate, one: CheckedOrder): string | null => gate.refuses(one)?.code ?? null;

describe('R-5 the limit of the book’s value at risk', () => {
  it('refuses what could take the book over it, with the rule, the limit and what was seen (R-14)', () => {
    const gate = gateWith({ valueAtRisk: 10 });
    expect(codeOf(gate, order(0, 1000))).toBeNull();
    expect(gate.refuses(order(0, 1001))).toMatchObject({
      code: 'value-at-risk',
      rule: { rule: 'value-at-risk', requirement: 'R-5', limit: '$10.00', observed: '$10.01' },
    });
  });

  it('counts what works and what was filled since it was computed; a computed hedge counts as computed', () => {
    const gate = gateWith({ valueAtRisk: 10 });
    expect(admit(gate, order(1, 600)).ok).toBe(true);
    gate.exposure.hold(at(2), -300);
    expect(codeOf(gate, order(0, 100))).toBeNull();
    expect(codeOf(gate, order(0, 101))).toBe('value-at-risk');
    const hedged = gateWith({ valueAtRisk: 10 }, () => ({
      ...KNOWN,
      risk: {
        valueAtRisk: usd(1),
        perDollar: new Map(KNOWN.risk?.perDollar),
        held: new Map([[at(0), 5000 as Lots]]),
      },
    }));
    hedged.exposure.hold(at(0), 5000);
    expect(codeOf(hedged, order(0, 900))).toBeNull();
    expect(codeOf(hedged, order(0, 901))).toBe('value-at-risk');
  });

  it('R-18 orders between two runs can’t jointly exceed it', () => {
    const plan = fc.array(fc.tuple(fc.nat(2), fc.integer({ min: 1, max: 500 }), fc.boolean()), {
      maxLength: 40,
    });
    fc.assert(
      fc.property(plan, (orders) => {
        const gate = gateWith({ valueAtRisk: 10 });
        for (const [index, lots, isBuy] of orders)
          admit(gate, order(index, lots, { side: isBuy ? 'buy' : 'sell' }));
        let worst = 0;
        for (const [, { openBuy, openSell }] of gate.exposure.instruments())
          worst += Math.max(openBuy, openSell);
        expect(worst * 0.1 * 0.1).toBeLessThanOrEqual(10 + 1e-9);
      }),
    );
  });

  it('not known is over it: nothing was computed, or not of this instrument, or of one that is held', () => {
    expect(
      codeOf(
        gateWith({ valueAtRisk: 10 }, () => ({ risk: null, clusterOf: null })),
        order(0, 1),
      ),
    ).toBe('value-at-risk');
    const part: MarketReading = {
      ...KNOWN,
      risk: { valueAtRisk: usd(0), perDollar: new Map([[at(0), 1]]), held: new Map() },
    };
    const gate = gateWith({ valueAtRisk: 10 }, () => part);
    expect(codeOf(gate, order(0, 1))).toBeNull();
    expect(gate.refuses(order(1, 1))?.rule.observed).toBe('unknown');
    gate.exposure.hold(at(1), 1);
    expect(codeOf(gate, order(0, 1))).toBe('value-at-risk');
  });

  it('R-57 what only takes back passes, whatever is known; and without a limit nothing is asked', () => {
    const gate = gateWith({ valueAtRisk: 1, clusterValue: 1 }, () => ({ risk: null, clusterOf: null }));
    gate.exposure.hold(at(0), 500);
    expect(codeOf(gate, order(0, 500, { side: 'sell' }))).toBeNull();
    expect(codeOf(gate, order(0, 500, { side: 'sell', reduceOnly: true }))).toBeNull();
    expect(codeOf(gate, order(0, 501, { side: 'sell' }))).not.toBeNull();
    const never = (): MarketReading => {
      throw new Error('asked');
    };
    expect(codeOf(gateWith({}, never), order(0, 1000))).toBeNull();
  });
});

describe('R-6 the limit of what moves together', () => {
  it('sums the cluster, each position on its worse side, longs and shorts alike; another cluster is another sum', () => {
    const gate = gateWith({ clusterValue: 100 });
    gate.exposure.hold(at(1), -600);
    gate.exposure.hold(at(2), 900);
    expect(codeOf(gate, order(0, 400))).toBeNull();
    expect(gate.refuses(order(0, 401))).toMatchObject({
      code: 'cluster',
      rule: { rule: 'cluster', requirement: 'R-6', limit: '$100.00', observed: '$100.10' },
    });
    expect(codeOf(gate, order(2, 100))).toBeNull();
    expect(codeOf(gate, order(2, 101))).toBe('cluster');
  });

  it('not known is over it: of the order’s instrument, or of one that is held and may belong to any', () => {
    const gate = gateWith({ clusterValue: 100 }, () => ({ ...KNOWN, clusterOf: new Map([[at(0), 0]]) }));
    expect(codeOf(gate, order(1, 1))).toBe('cluster');
    expect(codeOf(gate, order(0, 1))).toBeNull();
    gate.exposure.hold(at(1), 1);
    expect(codeOf(gate, order(0, 1))).toBe('cluster');
  });
});

describe('the views of these limits', () => {
  const viewsOf = (gate: Gate) =>
    gate.views().filter(({ rule }) => rule === 'value-at-risk' || rule === 'cluster');

  it('are there where the profile sets them, with what is seen now', () => {
    expect(viewsOf(gateWith({}))).toEqual([]);
    const gate = gateWith({ valueAtRisk: 10, clusterValue: 100 });
    gate.exposure.hold(at(1), 300);
    expect(viewsOf(gate)).toMatchObject([
      { rule: 'value-at-risk', requirement: 'R-5', limit: '10000000', observed: '3000000', at: null },
      { rule: 'cluster', requirement: 'R-6', limit: '100000000', observed: '30000000', at: all[1]?.name },
    ]);
    const unknown = gateWith({ valueAtRisk: 10, clusterValue: 100 }, () => ({ risk: null, clusterOf: null }));
    expect(viewsOf(unknown).map(({ observed }) => observed)).toEqual([null, null]);
  });
});
