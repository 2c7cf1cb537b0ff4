import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { backoffMs } from './backoff.ts';
import { estimateOffset } from './clock-offset.ts';
import { ConnectionBudget } from './connection-budget.ts';
import type { DialectRules } from './dialect.ts';
import { Session, type SessionEffect } from './session.ts';
import { Silence } from './silence.ts';
import { WeightBudget } from './weight-budget.ts';

const rules: DialectRules = {
  sendsPerSecond: 4,
  maxStreams: 1024,
  streamsPerInstrument: 3,
  pingAfterMs: 500,
  pingEveryMs: Infinity,
  pingText: null,
  silenceMs: Infinity,
  maxAgeMs: 86_400_000,
  connections: { count: 300, perMs: 300_000 },
  subscriptions: null,
  weightPerMinute: 6000,
  snapshots: 'rest',
  chain: 'range',
  bookDepth: null,
  tradeIds: 'increasing',
  tickersNumbered: true,
  checksum: null,
};
const frames = [
  { text: 'one', answers: ['1'] },
  { text: 'two', answers: ['2'] },
];
const kinds = (effects: readonly SessionEffect[]): string[] => effects.map(({ kind }) => kind);
const TICK = 50;

/** A session with a clock of its own. */
class Run {
  readonly session: Session;
  now = 1000;
  readonly effects: SessionEffect[] = [];

  constructor(connections = new ConnectionBudget(rules.connections, () => 0), changes = {}) {
    this.session = new Session({
      rules: { ...rules, ...changes },
      frames,
      connections,
      random: () => 0,
      jitterMs: () => 250,
    });
    this.do(this.session.start(this.now));
  }
  do(effects: readonly SessionEffect[]): void {
    this.effects.push(...effects);
  }
  get sentence(): string {
    return this.session.sentence(this.now);
  }
  tick(forMs: number, frameEachMs = Infinity): void {
    for (let at = TICK; at <= forMs; at += TICK) {
      this.now += TICK;
      if (at % frameEachMs === 0) this.session.frame(this.session.generation, this.now);
      this.do(this.session.tick(this.now, TICK));
    }
  }
  live(): this {
    const { generation } = this.session;
    this.do(this.session.opened(generation, this.now));
    this.tick(300);
    this.do(this.session.answered(generation, '1', null, this.now));
    this.do(this.session.answered(generation, '2', null, this.now));
    expect(this.session.phase).toBe('live');
    this.effects.length = 0;
    return this;
  }
}

describe('session', () => {
  it('subscribes in pieces, no faster than the venue lets it, and is live when all are answered', () => {
    const run = new Run();
    expect(kinds(run.effects)).toEqual(['open']);
    run.do(run.session.opened(1, run.now));
    expect(kinds(run.effects)).toEqual(['open', 'send']);
    run.tick(200);
    expect(kinds(run.effects)).toEqual(['open', 'send']);
    run.tick(50);
    expect(kinds(run.effects)).toEqual(['open', 'send', 'send']);
    expect(run.session.answered(1, '1', null, run.now)).toEqual([]);
    expect(run.session.phase).toBe('subscribing');
    expect(run.session.answered(1, '2', null, run.now)).toEqual([{ kind: 'subscribed', generation: 1 }]);
  });

  it('drops events of an older generation', () => {
    const run = new Run().live();
    run.do(run.session.closed(1, 'gone', run.now));
    run.tick(200);
    expect(run.session.generation).toBe(2);
    expect(run.session.opened(1, run.now)).toEqual([]);
    expect(run.session.frame(1, run.now)).toBe(false);
    expect(run.session.closed(1, 'late', run.now)).toEqual([]);
    expect(run.session.answered(1, '1', 'late', run.now)).toEqual([]);
    expect(run.session.phase).toBe('connecting');
  });

  it('a silent feed: pinged, stale after a second, given up later; a pong keeps it live', () => {
    const run = new Run().live();
    run.session.frame(1, run.now);
    run.tick(1000);
    expect(run.session.phase).toBe('live');
    expect(kinds(run.effects)).toContain('ping');
    run.tick(100);
    expect(run.session.phase).toBe('stale');
    expect(run.sentence).toBe('No frame of any kind for 1.0 s.');
    expect(run.session.frame(1, run.now)).toBe(true);
    expect(run.session.phase).toBe('live');
    run.tick(6000);
    expect(kinds(run.effects)).toEqual(expect.arrayContaining(['close', 'lost']));
    expect(['waiting', 'connecting']).toContain(run.session.phase);
  });

  it('a busy feed is pinged only where its venue wants that', () => {
    const never = new Run().live();
    never.tick(5000, 100);
    expect(kinds(never.effects)).toEqual([]);
    const budget = new ConnectionBudget(rules.connections, () => 0);
    const each = new Run(budget, { pingEveryMs: 1000 }).live();
    each.tick(5000, 100);
    expect(kinds(each.effects)).toEqual(Array.from({ length: 5 }, () => 'ping'));
  });

  it('is not stale because we were held up ourselves: what waits unread is read first', () => {
    const run = new Run().live();
    run.session.frame(1, run.now);
    run.now += 5000;
    run.do(run.session.tick(run.now, TICK));
    expect(run.session.phase).toBe('live');
    run.tick(50);
    expect(run.session.phase).not.toBe('live');
  });

  it('a wrong answer, none, and a connection that never opens are all tried again, ever later', () => {
    const run = new Run();
    run.do(run.session.opened(1, run.now));
    expect(kinds(run.session.answered(1, '1', 'no such stream', run.now))).toEqual(['close', 'lost']);
    expect(run.sentence).toBe('no such stream');
    run.tick(150);
    expect(run.session.phase).toBe('connecting');
    run.tick(10_100);
    expect(run.sentence).toBe('The venue did not answer in 10 s.');
    run.tick(300);
    run.do(run.session.opened(3, run.now));
    run.tick(11_000);
    expect(run.sentence).toContain('did not confirm');
    expect(run.session.reconnects).toBeGreaterThanOrEqual(2);
  });

  it('near the venue’s age limit it asks to be replaced, again each minute, and lives on', () => {
    const run = new Run().live();
    run.now += 86_400_000 - 1000;
    run.session.frame(1, run.now);
    run.tick(1200, 100);
    const asked = (): number => run.effects.filter(({ kind }) => kind === 'aged').length;
    expect(asked()).toBe(1);
    expect(run.session.phase).toBe('live');
    run.tick(59_000, 100);
    expect(asked()).toBe(1);
    run.tick(1500, 100);
    expect(asked()).toBe(2);
    expect(kinds(run.effects)).not.toContain('close');
    expect(run.session.generation).toBe(1);
  });

  it('five failures in a row: nothing is tried for a minute, and the sentence counts it down', () => {
    const run = new Run();
    for (let failure = 1; failure <= 5; failure++) {
      run.do(run.session.closed(run.session.generation, 'The venue closed the connection.', run.now));
      if (failure < 5) while (run.session.phase !== 'connecting') run.tick(TICK);
    }
    expect(run.sentence).toBe('5 failures: next try in 60 s. The venue closed the connection.');
    run.effects.length = 0;
    run.tick(17_000);
    expect(run.sentence).toContain('5 failures: next try in 43 s.');
    run.tick(42_950);
    expect(run.effects).toEqual([]);
    expect(run.session.phase).toBe('waiting');
    run.tick(TICK);
    expect(kinds(run.effects)).toEqual(['open']);
    run.live();
    run.session.frame(run.session.generation, run.now);
    expect(run.sentence).toBe('Live, on trial after 5 failures: 1 of 3 passed.');
    run.do(run.session.closed(run.session.generation, 'Gone.', run.now));
    expect(run.sentence).toBe('6 failures: next try in 60 s. Gone.');
    run.tick(60_000);
    run.live();
    run.tick(25_000, 100);
    expect(run.sentence).toBe('Live.');
    expect(run.session.failures).toBe(0);
  });

  it('lines of one venue do not open connections in the same instant', () => {
    const connections = new ConnectionBudget(rules.connections, () => 0);
    const [first, second, third] = [new Run(connections), new Run(connections), new Run(connections)];
    expect(kinds(first.effects)).toEqual(['open']);
    expect(kinds(second.effects)).toEqual([]);
    expect(second.session.phase).toBe('waiting');
    expect(second.sentence).toBe('Waiting for its turn to connect.');
    for (const run of [second, third]) run.tick(TICK);
    expect(kinds(second.effects)).toEqual(['open']);
    expect(kinds(third.effects)).toEqual([]);
    third.tick(TICK);
    expect(kinds(third.effects)).toEqual(['open']);
  });

  it('stops for good', () => {
    const run = new Run().live();
    expect(kinds(run.session.stop())).toEqual(['close']);
    run.tick(60_000);
    expect(run.session.closed(1, 'gone', run.now)).toEqual([]);
    expect(run.session.phase).toBe('stopped');
  });
});

describe('silence', () => {
  it('follows the feed’s recent longest gap, times five, from 1 s to 10 s', () => {
    const silence = new Silence(() => 0);
    expect(silence.limitMs).toBe(1000);
    let now = 0;
    const gap = (ms: number): void => {
      now += ms;
      silence.frame(now);
    };
    gap(0);
    gap(100);
    expect(silence.limitMs).toBe(1000);
    gap(700);
    expect(silence.limitMs).toBe(3500);
    gap(3400);
    expect(silence.limitMs).toBe(10_000);
    for (let n = 0; n < 700; n++) gap(100);
    expect(silence.limitMs).toBe(1000);
  });

  it('does not learn from a gap that was stale itself', () => {
    const silence = new Silence(() => 0);
    silence.frame(0);
    silence.frame(100);
    silence.frame(60_000);
    expect(silence.limitMs).toBe(1000);
  });
});

describe('backoff', () => {
  it('doubles up to 30 s, at least half of it certain', () => {
    fc.assert(
      fc.property(fc.nat(200), fc.double({ min: 0, max: 0.999, noNaN: true }), (failures, random) => {
        const whole = Math.min(30_000, 250 * 2 ** failures);
        const wait = backoffMs(failures, () => random);
        expect(wait).toBeGreaterThanOrEqual(whole / 2);
        expect(wait).toBeLessThanOrEqual(whole);
      }),
    );
  });
});

describe('the venue’s weight', () => {
  it('never uses more than its share in any minute after the first burst, whatever is asked', () => {
    fc.assert(
      fc.property(
        fc.array(fc.tuple(fc.nat(2000), fc.integer({ min: 1, max: 50 })), { maxLength: 300 }),
        (asks) => {
          const budget = new WeightBudget(1000, 0);
          let now = 0;
          let used = 0;
          for (const [later, weight] of asks) {
            now += later;
            if (budget.take(weight, now) === 0) used += weight;
            expect(used).toBeLessThanOrEqual(600 + (now * 600) / 60_000 + 1e-6);
          }
        },
      ),
    );
  });

  it('waits as long as the venue said, and while everybody together is near its limit', () => {
    const budget = new WeightBudget(6000, 0);
    budget.pause(7000, 0);
    expect(budget.take(1, 1000)).toBe(6000);
    expect(budget.take(1, 7000)).toBe(0);
    budget.used(5000, 7000);
    expect(budget.take(1, 7001)).toBeGreaterThan(0);
  });

  it('says how long to wait, and it is true', () => {
    const budget = new WeightBudget(6000, 0);
    while (budget.take(50, 0) === 0);
    const wait = budget.take(50, 0);
    expect(budget.take(50, wait - 2)).toBeGreaterThan(0);
    expect(budget.take(50, wait)).toBe(0);
  });
});

describe('clock offset', () => {
  it('holds the true offset within its uncertainty, however uneven the ways there and back', () => {
    const way = fc.integer({ min: 0, max: 400_000 });
    const samples = fc.array(fc.tuple(way, way, fc.integer({ min: 0, max: 10 ** 9 })), {
      minLength: 1,
      maxLength: 12,
    });
    fc.assert(
      fc.property(samples, fc.integer({ min: -(10 ** 10), max: 10 ** 10 }), (ways, offset) => {
        const estimate = estimateOffset(
          ways.map(([there, back, gap]) => ({
            sentAt: 10 ** 12 + gap,
            answeredAt: 10 ** 12 + gap + there + back,
            venueMillis: Math.floor((10 ** 12 + gap + there + offset) / 1000),
          })),
        );
        if (!estimate) throw new Error('no estimate');
        expect(Math.abs(estimate.offsetMs * 1000 - offset)).toBeLessThanOrEqual(
          estimate.uncertaintyMs * 1000 + 1e-3,
        );
        const fastest = Math.min(...ways.map(([there, back]) => there + back));
        expect(estimate.uncertaintyMs * 1000).toBeLessThanOrEqual((fastest + 1000) / 2 + 1e-3);
      }),
    );
    expect(estimateOffset([])).toBeNull();
  });

  it('falls back to the fastest sample when a clock stepped between them', () => {
    const estimate = estimateOffset([
      { sentAt: 0, answeredAt: 10_000, venueMillis: 5 },
      { sentAt: 1_000_000, answeredAt: 1_002_000, venueMillis: 5001 },
    ]);
    expect(estimate?.offsetMs).toBeCloseTo(4000.5, 3);
    expect(estimate?.uncertaintyMs).toBeCloseTo(1.5, 3);
  });
});
