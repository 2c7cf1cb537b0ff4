import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { CREDIT, Flow, PAUSE_AFTER_MS, type Rate } from './flow.ts';

const ages: number[] = [];
const age = (ms: number): void => void ages.push(ms);

/** Runs a console for `ms` at its due times; it acknowledges each frame `latency` ms after its sending. */
function run(flow: Flow, from: number, ms: number, latency: number): { changes: string[]; now: number } {
  const changes: string[] = [];
  const inFlight: number[] = [];
  let nextDue = from;
  for (let now = from; now < from + ms; now++) {
    let acknowledged = flow.applied;
    while (inFlight.length > 0 && now - (inFlight[0] ?? now) >= latency) {
      inFlight.shift();
      acknowledged += 1;
    }
    if (acknowledged > flow.applied) flow.acknowledge(acknowledged, now, age);
    if (flow.hz > 0 && now >= nextDue) {
      nextDue = now + 1000 / flow.hz;
      if (flow.due(now)) {
        flow.countSent(now);
        inFlight.push(now);
      }
    }
    const change = flow.review(now);
    if (change) changes.push(`${change} ${flow.hz}`);
  }
  return { changes, now: from + ms };
}

describe('credit', () => {
  it('four frames may be on the way, the fifth waits', () => {
    const flow = new Flow(20, 0);
    for (let i = 0; i < CREDIT; i++) {
      expect(flow.due(i)).toBe(true);
      flow.countSent(i);
    }
    expect(flow.due(5)).toBe(false);
    ages.length = 0;
    expect(flow.acknowledge(1, 9, age)).toBe('fine');
    expect(ages).toEqual([9]);
    expect(flow.due(10)).toBe(true);
  });

  it('acknowledgements count up and never beyond what was sent', () => {
    const flow = new Flow(20, 0);
    flow.countSent(0);
    flow.countSent(10);
    for (const impossible of [3, -1, 0.5, NaN, Infinity]) {
      expect(flow.acknowledge(impossible, 20, age)).toBe('impossible');
    }
    ages.length = 0;
    expect(flow.acknowledge(2, 20, age)).toBe('fine');
    expect(flow.acknowledge(1, 20, age)).toBe('impossible');
    expect(flow.acknowledge(2, 20, age)).toBe('fine');
    expect(ages).toEqual([20, 10]);
  });

  it('one that missed a frame and then applied all has caught up, once', () => {
    const flow = new Flow(20, 0);
    for (let i = 0; i < CREDIT; i++) flow.countSent(0);
    flow.due(50);
    expect(flow.acknowledge(3, 60, age)).toBe('fine');
    expect(flow.acknowledge(4, 70, age)).toBe('caught-up');
    flow.countSent(70);
    expect(flow.acknowledge(5, 80, age)).toBe('fine');
  });

  it('a new subscription keeps what is on the way', () => {
    const before = new Flow(20, 0);
    for (let i = 0; i < CREDIT; i++) before.countSent(0);
    const flow = new Flow(60, 10, before);
    expect(flow.due(10)).toBe(false);
    ages.length = 0;
    expect(flow.acknowledge(4, 20, age)).toBe('caught-up');
    expect(ages).toEqual([20, 20, 20, 20]);
    expect(flow.due(30)).toBe(true);
  });

  it('is never negative and never over four, whatever happens (seeded)', () => {
    const steps = fc.array(fc.oneof(fc.constant('due'), fc.nat(40), fc.constant('review')), {
      maxLength: 300,
    });
    fc.assert(
      fc.property(steps, fc.constantFrom<Rate[]>(60, 20, 4, 1), (actions, hz) => {
        const flow = new Flow(hz, 0);
        let now = 0;
        for (const action of actions) {
          now += 20;
          if (action === 'due') {
            if (flow.due(now)) flow.countSent(now);
          } else if (action === 'review') flow.review(now);
          else flow.acknowledge(action, now, age);
          expect(flow.inFlight).toBeGreaterThanOrEqual(0);
          expect(flow.inFlight).toBeLessThanOrEqual(CREDIT);
          expect(flow.hz).toBeLessThanOrEqual(hz);
        }
      }),
    );
  });
});

describe('rate', () => {
  it('a console that keeps pace stays at the rate it asked for', () => {
    for (const hz of [60, 20, 4, 1] as const) {
      expect(run(new Flow(hz, 0), 0, 20_000, 40).changes).toEqual([]);
    }
  });

  it('one that stops is stepped down to 1 Hz within 2 s and paused after 10 s, once', () => {
    const flow = new Flow(20, 0);
    const { changes } = run(flow, 0, 30_000, Infinity);
    expect(changes).toEqual(['down 4', 'down 1', 'paused 0']);
    expect(flow.slow).toBe(true);
    const again = new Flow(20, 0);
    expect(run(again, 0, 2_000, Infinity).changes).toEqual(['down 4', 'down 1']);
    expect(run(new Flow(20, 0), 0, PAUSE_AFTER_MS - 50, Infinity).changes).not.toContain('paused 0');
  });

  it('one that is too slow for its rate finds one it can keep, and does not swing more and more often', () => {
    const flow = new Flow(60, 0);
    // 4 frames on the way at 150 ms each: 26 a second at most.
    const { changes } = run(flow, 0, 120_000, 150);
    expect(changes[0]).toBe('down 20');
    expect(changes.filter((change) => change.startsWith('down')).length).toBeLessThan(12);
    expect(flow.applied / 120).toBeGreaterThan(15);
  });

  it('one that recovers climbs back to what it asked for', () => {
    const flow = new Flow(20, 0);
    const stopped = run(flow, 0, 4_000, Infinity);
    flow.acknowledge(flow.sent, stopped.now, age);
    expect(run(flow, stopped.now, 15_000, 20).changes).toEqual(['up 4', 'up 20']);
    expect(flow.slow).toBe(false);
  });

  it('0 Hz asks for no frames and is never slow', () => {
    const flow = new Flow(0, 0);
    expect(flow.due(100)).toBe(false);
    expect(run(flow, 0, 20_000, 10).changes).toEqual([]);
    expect(flow.slow).toBe(false);
  });
});
