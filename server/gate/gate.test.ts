import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { notional } from '../../protocol/instrument.ts';
import type { Lots, Micros, OrderId, QuoteMicros, Ticks } from '../../protocol/units.ts';
import { ManualClock } from '../testing/manual-clock.ts';
import { instrument } from '../testing/orders.ts';
import { Gate } from './gate.ts';
import type { CheckedOrder } from './order.ts';
import { SecondWindow } from './window.ts';

const btc = instrument(0, 'BTCUSDT');
const POSITION = 5_000_000_000n as QuoteMicros;

function openGate(ordersPerSecond = 1000) {
  const clock = new ManualClock();
  const gate = new Gate({
    restriction: () => null,
    limits: {
      orderValue: 1_000_000_000n as QuoteMicros,
      positionValue: POSITION,
      valueAtRisk: null,
      clusterValue: null,
      ordersPerSecond,
      version: 1,
      setBy: 'profile',
      since: 0 as Micros,
    },
    mark: () => ({ bid: 9990 as Ticks, ask: 10_000 as Ticks, fresh: true }),
    instrument: () => btc,
    audit: { writable: () => true },
    clock,
    replay: false,
  });
  gate.open('starting');
  return { gate, clock };
}

function order(side: 'buy' | 'sell', size: number): CheckedOrder {
  const common = { instrument: btc, type: 'limit', timeInForce: 'GTC', reduceOnly: false } as const;
  return { ...common, side, price: 10_000 as Ticks, size: size as Lots };
}
const id = (n: number) => `cwtest-${n}` as OrderId;

describe('the gate over time', () => {
  it('starts closed and opens only when every lock is off', () => {
    const { gate } = openGate();
    gate.close('halt', 'Halted.');
    gate.close('stopping', 'Stopping.');
    gate.open('halt');
    expect(gate.isOpen()).toBe(false);
    gate.open('stopping');
    expect(gate.isOpen()).toBe(true);
  });

  it('R-12 R-18 orders that are admitted together never exceed the position limit together', () => {
    fc.assert(
      fc.property(
        fc.array(
          fc.record({
            side: fc.constantFrom('buy' as const, 'sell' as const),
            size: fc.integer({ min: 1, max: 10_000 }),
            then: fc.constantFrom('rest' as const, 'fill' as const, 'cancel' as const),
          }),
          { maxLength: 60 },
        ),
        (orders) => {
          const { gate } = openGate();
          let filled = 0;
          orders.forEach(({ side, size, then }, n) => {
            if (!gate.admit(id(n), order(side, size)).ok || then === 'rest') return;
            if (then === 'fill') {
              filled += side === 'buy' ? size : -size;
              gate.exposure.hold(btc.index, filled);
            }
            gate.exposure.settle(id(n), 0 as Lots);
          });
          // Whatever subset of what is open trades, on either side alone:
          const { openBuy, openSell } = gate.exposure.of(btc.index);
          for (const lots of [filled + openBuy, -filled + openSell]) {
            const value = lots > 0 ? notional(btc, 10_000 as Ticks, lots as Lots) : 0n;
            expect(value !== null && value <= POSITION).toBe(true);
          }
        },
      ),
    );
  });

  it('R-7 counts admitted orders only, and recovers after a second of monotonic time (R-52)', () => {
    const { gate, clock } = openGate(2);
    expect(gate.admit(id(1), order('buy', 1)).ok).toBe(true);
    expect(gate.admit(id(2), order('buy', 11_000)).ok).toBe(false); // over the order's value: takes no allowance
    expect(gate.admit(id(3), order('buy', 1)).ok).toBe(true);
    expect(gate.admit(id(4), order('buy', 1)).ok).toBe(false);
    clock.stepWall(3_600_000);
    expect(gate.admit(id(5), order('buy', 1)).ok).toBe(false);
    clock.advance(1000);
    expect(gate.admit(id(6), order('buy', 1)).ok).toBe(true);
  });

  it('a permit is spent once, for its own order, and is void once the gate has closed (R-23)', () => {
    const { gate } = openGate();
    const permits = [1, 2, 3].map((n) => {
      const admission = gate.admit(id(n), order('buy', 1));
      if (!admission.ok) throw new Error('not admitted');
      return admission.permit;
    });
    const [first, second, third] = permits as [(typeof permits)[0], (typeof permits)[0], (typeof permits)[0]];
    expect(gate.redeem(first, id(1))).toBe(true);
    expect(gate.redeem(first, id(1))).toBe(false);
    expect(gate.redeem(second, id(1))).toBe(false);
    gate.close('halt', 'Halted.');
    gate.open('halt');
    expect(gate.redeem(third, id(3))).toBe(false);
  });

  it('shows what is used of each limit, and counts refusals by rule (R-14)', () => {
    const { gate } = openGate(2);
    gate.admit(id(1), order('buy', 2000));
    gate.admit(id(2), order('buy', 20_000));
    expect(gate.views()).toMatchObject([
      { rule: 'order-size', observed: '200000000', at: 'BTC-USDT', refused: 1 },
      { rule: 'position', observed: '200000000', at: 'BTC-USDT', refused: 0 },
      { rule: 'rate', observed: '1', limit: '2', refused: 0 },
    ]);
  });

  it('counts what the closed gate refused since it closed', () => {
    const { gate } = openGate();
    gate.close('halt', 'Halted.');
    gate.admit(id(1), order('buy', 1));
    gate.admit(id(2), order('buy', 1));
    expect(gate.refusedSinceClosed()).toBe(2);
  });
});

it('a second window holds exactly what the last second saw', () => {
  fc.assert(
    fc.property(fc.array(fc.integer({ min: 0, max: 400_000 }), { maxLength: 200 }), (gaps) => {
      const window = new SecondWindow();
      const times: number[] = [];
      let now = 0;
      for (const gap of gaps) {
        now += gap;
        times.push(now);
        window.add(now);
        expect(window.count(now)).toBe(times.filter((time) => time > now - 1_000_000).length);
      }
    }),
  );
});
