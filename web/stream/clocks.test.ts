import { describe, expect, it } from 'vitest';
import type { Candle } from '../../protocol/messages.ts';
import { HourAgo } from './hour.ts';
import { LinkClock, quantile } from './link-times.ts';

describe('round trip and clock offset', () => {
  it('the shortest round trip is the witness of the offset, and half of it bounds the error', () => {
    const clock = new LinkClock();
    clock.measured(0, 100, 90); // off by 40, but slow
    expect(clock.measured(1000, 1004, 1007)).toMatchObject({
      offsetMs: 5,
      uncertaintyMs: 2,
      samples: 2,
      p95: 100,
    });
  });

  it('forgets what is older than its window', () => {
    const clock = new LinkClock(1000);
    clock.measured(0, 500, 0);
    expect(clock.measured(2000, 2002, 2001)).toMatchObject({ samples: 1, p95: 2 });
  });

  it('quantiles are measured values, never made between two', () => {
    expect(quantile([1, 2, 3, 4], 0.5)).toBe(2);
    expect(quantile([1, 2, 3, 4], 0.95)).toBe(4);
    expect(quantile([7], 0.99)).toBe(7);
  });
});

describe('the change over an hour', () => {
  const MINUTE = 60_000_000;
  const candle = (minute: number, open: number) =>
    [minute * MINUTE, open, open, open, open, 1] as unknown as Candle;

  it('is taken from the open an hour ago, and goes on by itself', () => {
    const hour = new HourAgo();
    hour.seed(
      3,
      Array.from({ length: 61 }, (_, i) => candle(1000 + i, 100 + i)),
    );
    expect(hour.change(3, 1060 * MINUTE + 5, 220)).toBeCloseTo(0.1);
    // A minute later the reference moved on by one candle.
    expect(hour.change(3, 1061 * MINUTE + 5, 202)).toBeCloseTo(0);
  });

  it('is unknown without an hour of candles: a wrong label is worse than none', () => {
    const hour = new HourAgo();
    expect(hour.change(0, 1, 200)).toBeNull();
    hour.seed(0, [candle(1055, 100), candle(1060, 100)]);
    expect(hour.change(0, 1060 * MINUTE, 200)).toBeNull();
    expect(hour.change(0, 1060 * MINUTE, 0)).toBeNull();
  });
});
