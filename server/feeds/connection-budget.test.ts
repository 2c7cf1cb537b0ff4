import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ConnectionBudget } from './connection-budget.ts';
import { Outbox } from './outbox.ts';
import { RateWindow } from './rate-window.ts';

const waits = fc.array(fc.nat(3000), { maxLength: 300 });

describe('connections of a venue, shared by its lines', () => {
  it('never more than their share of the limit in any window, and never two in one instant', () => {
    fc.assert(
      fc.property(waits, fc.double({ min: 0, max: 0.999, noNaN: true }), (asks, random) => {
        const budget = new ConnectionBudget({ count: 10, perMs: 5000 }, () => random);
        const opened: number[] = [];
        let now = 0;
        for (const later of asks) {
          now += later;
          if (budget.take(now) === 0) opened.push(now);
        }
        for (const [at, time] of opened.entries()) {
          expect(opened.filter((other) => other > time - 5000 && other <= time).length).toBeLessThanOrEqual(
            6,
          );
          const before = opened[at - 1];
          if (before !== undefined) expect(time - before).toBeGreaterThanOrEqual(50);
        }
      }),
    );
  });

  it('says how long to wait, and it is true', () => {
    const budget = new ConnectionBudget({ count: 3, perMs: 1000 }, () => 0);
    expect(budget.take(0)).toBe(0);
    const wait = budget.take(1);
    expect(wait).toBe(999);
    expect(budget.take(wait)).toBeGreaterThan(0);
    expect(budget.take(1 + wait)).toBe(0);
  });
});

describe('what is asked for over one connection', () => {
  const frame = (text: string) => ({ text, answers: [text] });

  it('keeps to the venue’s subscriptions in an hour, books sent anew among them', () => {
    const outbox = new Outbox([frame('a'), frame('b')], {
      sendsPerSecond: 10,
      subscriptions: { count: 3, perMs: 3_600_000 },
    });
    outbox.restart();
    outbox.ask([frame('c'), frame('d')]);
    const sent: [number, string][] = [];
    for (let now = 0; now < 3_700_000; now += 50) {
      const text = outbox.next(now);
      if (text !== null) sent.push([now, text]);
    }
    expect(sent).toEqual([
      [0, 'a'],
      [100, 'b'],
      [200, 'c'],
      [3_600_000, 'd'],
    ]);
    outbox.restart();
    expect(outbox.next(3_700_000)).toBe('a');
  });

  it('is subscribed when all is sent and answered, not before', () => {
    const outbox = new Outbox([frame('a'), frame('b')], { sendsPerSecond: 10, subscriptions: null });
    outbox.restart();
    expect(outbox.answered('a')).toBe(true);
    expect(outbox.answered('a')).toBe(false);
    outbox.next(0);
    expect(outbox.answered('b')).toBe(true);
    expect(outbox.isSubscribed).toBe(false);
    outbox.next(100);
    expect(outbox.isSubscribed).toBe(true);
  });
});

describe('a rate over a sliding window', () => {
  it('allows as many as it says in any window and no more', () => {
    fc.assert(
      fc.property(waits, fc.integer({ min: 1, max: 8 }), (asks, count) => {
        const window = new RateWindow({ count, perMs: 4000 });
        const taken: number[] = [];
        let now = 0;
        for (const later of asks) {
          now += later;
          const recent = taken.filter((time) => time > now - 4000).length;
          expect(window.waitMs(now) === 0).toBe(recent < count);
          if (recent < count) {
            window.note(now);
            taken.push(now);
          }
        }
      }),
    );
  });
});
