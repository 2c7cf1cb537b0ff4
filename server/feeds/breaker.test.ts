import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Breaker, OPEN_MS, OPENS_AFTER, TRIAL_MS, TRIALS } from './breaker.ts';

const event = fc.oneof(
  fc.constant('failed' as const),
  fc.constant('tried' as const),
  fc.constant('good' as const),
  fc.constant('settled' as const),
);

describe('breaker of a line', () => {
  it('opens at the fifth failure in a row for 60 s, and waits less before', () => {
    const breaker = new Breaker(() => 0.999);
    for (let failure = 1; failure < 5; failure++) {
      expect(breaker.failed()).toBeLessThan(5000);
      expect(breaker.state).toBe('closed');
      breaker.tried();
    }
    expect(breaker.failed()).toBe(60_000);
    expect(breaker.state).toBe('open');
    breaker.tried();
    expect(breaker.state).toBe('half-open');
  });

  it('three good trials close it; one connection that lives on is a trial each 10 s', () => {
    const breaker = new Breaker(() => 0);
    for (let failure = 0; failure < OPENS_AFTER; failure++) breaker.failed();
    breaker.tried();
    breaker.good(1000);
    breaker.good(1001);
    breaker.good(1000 + TRIAL_MS - 1);
    expect(breaker.trials).toBe(1);
    breaker.good(1000 + TRIAL_MS);
    expect(breaker.state).toBe('half-open');
    breaker.good(1000 + 2 * TRIAL_MS);
    expect(breaker.state).toBe('closed');
    expect(breaker.failures).toBe(0);
  });

  it('a failure on trial opens it again, and the trials count from the start', () => {
    const breaker = new Breaker(() => 0);
    for (let failure = 0; failure < OPENS_AFTER; failure++) breaker.failed();
    breaker.tried();
    breaker.good(0);
    breaker.good(TRIAL_MS);
    expect(breaker.failed()).toBe(OPEN_MS);
    breaker.tried();
    expect(breaker.trials).toBe(0);
    breaker.good(TRIAL_MS);
    expect(breaker.state).toBe('half-open');
  });

  it('whatever happens: open exactly from the fifth failure without a forgiveness between', () => {
    fc.assert(
      fc.property(fc.array(event, { maxLength: 200 }), (events) => {
        const breaker = new Breaker(() => 0);
        let inARow = 0;
        let trials: number | null = null;
        let now = 0;
        for (const one of events) {
          now += TRIAL_MS;
          if (one === 'failed') {
            inARow += 1;
            const opens = trials !== null || inARow >= OPENS_AFTER;
            expect(breaker.failed() === OPEN_MS).toBe(opens);
            expect(breaker.state).toBe(opens ? 'open' : 'closed');
            if (opens) trials = -1;
          } else if (one === 'tried') {
            breaker.tried();
            if (trials === -1) trials = 0;
          } else if (one === 'good') {
            breaker.good(now);
            if (trials !== null && trials >= 0) trials += 1;
            if (trials === TRIALS) {
              trials = null;
              inARow = 0;
            }
          } else {
            breaker.settled();
            if (trials === null) inARow = 0;
          }
          expect(breaker.state).toBe(trials === null ? 'closed' : trials < 0 ? 'open' : 'half-open');
        }
      }),
    );
  });
});
