import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { OrderFlow } from './order-flow.ts';
import { TickRing, TickRoom } from './tick-ring.ts';

const SECOND = 1_000_000;

function ringOf(trades: readonly (readonly [at: number, price: number])[], room?: TickRoom): TickRing {
  const ring = new TickRing(room);
  ring.watched(0);
  for (const [at, price] of trades) ring.add(at, price);
  return ring;
}

const rows = (ring: TickRing, from = 0): (readonly [number, number])[] => {
  const { at, price } = ring.read(from);
  return Array.from(at, (time, k) => [time, price[k] ?? 0]);
};

describe('the last trades of an instrument', () => {
  it('are one for each time, with the price of the last trade of that time', () => {
    const trades = [
      [5, 1],
      [5, 2],
      [7, 3],
      [7, 9],
      [8, 4],
    ] as const;
    expect(rows(ringOf(trades))).toEqual([
      [5, 2],
      [7, 9],
      [8, 4],
    ]);
  });

  it('come as they came, also out of order', () => {
    const ring = ringOf([
      [5, 1],
      [9, 2],
      [7, 3],
    ]);
    expect(rows(ring)).toEqual([
      [5, 1],
      [9, 2],
      [7, 3],
    ]);
    expect(rows(ring, 6)).toEqual([
      [9, 2],
      [7, 3],
    ]);
    expect(ring.read(6).since).toBe(6);
  });

  it('are whole from `since` on, however many come and however little room there is', () => {
    const waits = fc.array(fc.integer({ min: 1, max: 5 }), { maxLength: 600 });
    fc.assert(
      fc.property(waits, fc.constantFrom(0, 64, 128, 300, 1024), (steps, room) => {
        let time = 0;
        const all = steps.map((step, k) => [(time += step), k] as const);
        const { since, at, price } = ringOf(all, new TickRoom(room)).read(0);
        expect(Array.from(at, (each, k) => [each, price[k]])).toEqual(all.filter(([each]) => each >= since));
        // All of it where there is room for all.
        if (all.length <= Math.min(room, 256)) expect([since, at.length]).toEqual([0, all.length]);
      }),
    );
  });

  it('hold 8,192 of one instrument, and of all instruments of a feed no more than its room', () => {
    const room = new TickRoom(8192 + 64);
    const all = Array.from({ length: 9000 }, (_, k) => [k, k] as const);
    const busy = ringOf(all, room);
    const [quiet, third] = [ringOf(all, room), ringOf(all, room)];
    expect(busy.read(0)).toMatchObject({ since: 9000 - 8192 });
    expect(busy.read(0).at).toHaveLength(8192);
    expect(quiet.read(0).at).toHaveLength(64);
    // No room at all: nothing is known, and no time is claimed to be.
    expect(third.read(0)).toMatchObject({ since: 9000 });
    expect(third.read(0).at).toHaveLength(0);
  });

  it('are none until they are watched, and begin anew after a break', () => {
    const ring = new TickRing();
    ring.add(1, 1);
    expect(ring.read(0)).toMatchObject({ since: Number.NaN });
    expect(ring.read(0).at).toHaveLength(0);
    ring.watched(10);
    ring.watched(20);
    ring.add(9, 1);
    ring.add(11, 2);
    expect(ring.read(0).since).toBe(10);
    expect(rows(ring)).toEqual([[11, 2]]);
    ring.interrupt();
    ring.add(12, 3);
    ring.watched(30);
    ring.add(31, 4);
    expect(rows(ring)).toEqual([[31, 4]]);
    expect(ring.read(0).since).toBe(30);
  });
});

describe('of an order flow', () => {
  const since = (flow: OrderFlow): number => flow.ticks.read(0).since;

  it('trades are whole from the end of the first watched second to the next break of any kind', () => {
    const breaks: readonly ((flow: OrderFlow) => void)[] = [
      (flow) => flow.interrupt(),
      (flow) => flow.missed(3),
      (flow) => flow.second(9 * SECOND, false, 0),
      // Nobody says when.
      (flow) => flow.trade(0, 5, 1, 0),
    ];
    for (const happens of breaks) {
      const flow = new OrderFlow();
      flow.trade(SECOND, 5, 1, 0);
      expect(since(flow)).toBeNaN();
      flow.second(2 * SECOND, true, 10);
      flow.trade(2.5 * SECOND, 6, 1, 0);
      flow.second(3 * SECOND, true, 10);
      expect(since(flow)).toBe(2 * SECOND);
      expect(flow.ticks.read(0).at).toHaveLength(1);
      happens(flow);
      expect(since(flow)).toBeNaN();
      flow.second(10 * SECOND, true, 10);
      expect(since(flow)).toBe(10 * SECOND);
    }
  });
});
