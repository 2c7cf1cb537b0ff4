import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { PassiveOffset } from './passive-offset.ts';

const BASE = 1_700_000_000_000_000;
/** Ways of at most a second, the fastest of at most 250 ms. */
const ways = fc
  .tuple(
    fc.integer({ min: 0, max: 250_000 }),
    fc.array(fc.integer({ min: 0, max: 1_000_000 }), { minLength: 30 }),
  )
  .map(([fastest, others]) => [...others, fastest]);

function heard(took: readonly number[], offset: number): PassiveOffset {
  const passive = new PassiveOffset();
  for (const [at, way] of took.entries()) {
    const sentAt = BASE + at * 10_000;
    const eventAt = Math.floor((sentAt + offset) / 1000) * 1000;
    passive.heard(eventAt, sentAt + way);
  }
  return passive;
}

describe('the clock of a venue that tells no time', () => {
  it('is within the uncertainty, and no message seems to have come before it was sent', () => {
    fc.assert(
      fc.property(ways, fc.integer({ min: -20_000_000, max: 20_000_000 }), (took, offset) => {
        const { estimate } = heard(took, offset);
        if (!estimate) throw new Error('no estimate');
        expect(estimate.source).toBe('messages');
        expect(Math.abs(estimate.offsetMs - offset / 1000)).toBeLessThanOrEqual(
          estimate.uncertaintyMs + 1e-6,
        );
        for (const [at, way] of took.entries()) {
          const sentAt = BASE + at * 10_000;
          const eventAt = Math.floor((sentAt + offset) / 1000) * 1000;
          expect(sentAt + way - eventAt + estimate.offsetMs * 1000).toBeGreaterThanOrEqual(0);
        }
      }),
    );
  });

  it('is not known from a handful of messages, nor from times that cannot be', () => {
    expect(heard(Array<number>(19).fill(1000), 0).estimate).toBeNull();
    expect(heard(Array<number>(20).fill(1000), 0).estimate).not.toBeNull();
    expect(heard(Array<number>(50).fill(1000), 3_600_000_000).estimate).toBeNull();
    const broken = heard(Array<number>(30).fill(1000), 0);
    const before = broken.estimate;
    broken.heard(Number.NaN, BASE);
    expect(broken.estimate).toEqual(before);
  });

  it('forgets within two minutes what is no longer so, and at once when a clock was stepped', () => {
    const passive = heard(Array<number>(100).fill(5000), 0);
    const first = passive.estimate?.offsetMs ?? 0;
    for (let at = 1; at <= 150; at++) passive.heard(BASE + at * 1e6, BASE + at * 1e6 + 105_000);
    expect(passive.estimate?.offsetMs).toBeCloseTo(first - 100, 0);
    passive.forget();
    expect(passive.estimate).toBeNull();
  });
});
