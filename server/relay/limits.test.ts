import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ConnectionCount, KeyedBuckets, TokenBucket } from './limits.ts';

describe('a token bucket', () => {
  it('allows its burst at once, then its rate', () => {
    const bucket = new TokenBucket({ perSecond: 10, burst: 3 }, 0);
    expect([0, 0, 0, 0].map((now) => bucket.take(now))).toEqual([true, true, true, false]);
    expect(bucket.take(99)).toBe(false);
    expect(bucket.take(200)).toBe(true);
  });

  it('never allows more than burst + rate × time (seeded)', () => {
    fc.assert(
      fc.property(fc.array(fc.nat(400), { maxLength: 200 }), (gaps) => {
        const bucket = new TokenBucket({ perSecond: 5, burst: 4 }, 0);
        let now = 0;
        let taken = 0;
        for (const gap of gaps) {
          now += gap;
          if (bucket.take(now)) taken += 1;
          expect(taken).toBeLessThanOrEqual(4 + (now / 1000) * 5 + 1e-6);
        }
      }),
    );
  });

  it('a clock that steps back earns nothing', () => {
    const bucket = new TokenBucket({ perSecond: 10, burst: 1 }, 1000);
    expect(bucket.take(1000)).toBe(true);
    expect(bucket.take(0)).toBe(false);
  });
});

describe('buckets by address', () => {
  it('one address does not use up another’s', () => {
    const buckets = new KeyedBuckets({ perSecond: 1, burst: 1 });
    expect(buckets.take('a', 0)).toBe(true);
    expect(buckets.take('a', 0)).toBe(false);
    expect(buckets.take('b', 0)).toBe(true);
  });

  it('a crowd of addresses cannot grow it without end; those at rest are forgotten', () => {
    const buckets = new KeyedBuckets({ perSecond: 1, burst: 1 }, 2);
    buckets.take('a', 0);
    buckets.take('b', 0);
    expect(buckets.take('c', 0)).toBe(false);
    expect(buckets.size).toBe(2);
    expect(buckets.take('c', 2000)).toBe(true);
    expect(buckets.size).toBe(1);
  });
});

it('connections are counted in all and per address', () => {
  const count = new ConnectionCount();
  count.add('a');
  count.add('a');
  count.add('b');
  expect([count.total, count.of('a'), count.of('b'), count.of('c')]).toEqual([3, 2, 1, 0]);
  count.remove('a');
  count.remove('b');
  expect([count.total, count.of('a'), count.of('b')]).toEqual([1, 1, 0]);
});
