import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ChannelMeter, ChannelMeters } from './channel-meters.ts';

describe('how often messages of a channel come', () => {
  it('is told of the last 30 s to 60 s, and of what is known before that', () => {
    const meter = new ChannelMeter(0);
    expect(meter.read(0)).toMatchObject({ perSecond: null, messages: 0 });
    for (let ms = 0; ms < 30_000; ms += 100) meter.heard(Number.NaN, false);
    expect(meter.read(15_000)).toMatchObject({ perSecond: 20, windowSeconds: 15 });
    expect(meter.read(30_000)).toMatchObject({ perSecond: 10, windowSeconds: 30 });
    // Nothing comes any more: what came before the last two windows is forgotten.
    expect(meter.read(45_000)).toMatchObject({ perSecond: 300 / 45 });
    expect(meter.read(60_000)).toMatchObject({ perSecond: 0, windowSeconds: 30, messages: 300 });
  });

  it('counts those refused among them', () => {
    const meter = new ChannelMeter(0);
    meter.heard(Number.NaN, true);
    meter.heard(Number.NaN, false);
    expect(meter.read(1000)).toMatchObject({ messages: 2, refused: 1 });
  });

  it('snapshots and changes are both of the book; marks are of none', () => {
    const meters = new ChannelMeters(0);
    for (const kind of ['snapshot', 'depth', 'mark', 'trade'] as const) meters.heard(kind, Number.NaN, false);
    const counts = (['book', 'ticker', 'trades'] as const).map((each) => meters.read(each, 1).messages);
    expect(counts).toEqual([2, 0, 1]);
  });
});

describe('how long messages were under way', () => {
  it('is not known where no time is', () => {
    const meter = new ChannelMeter(0);
    meter.heard(Number.NaN, false);
    expect(meter.read(1000).latency).toBeNull();
  });

  it('is told to within an eighth, with its count', () => {
    const micros = fc.array(fc.integer({ min: 8, max: 60_000_000 }), { minLength: 1, maxLength: 500 });
    fc.assert(
      fc.property(micros, (latencies) => {
        const meter = new ChannelMeter(0);
        for (const each of latencies) meter.heard(each, false);
        const { latency } = meter.read(1000);
        const sorted = latencies.toSorted((a, b) => a - b);
        const exact = (share: number): number =>
          (sorted[Math.min(sorted.length - 1, Math.ceil(share * sorted.length - 1e-9) - 1)] ?? 0) / 1000;
        expect(latency?.samples).toBe(latencies.length);
        expect(latency?.p50Ms).toBeGreaterThan(exact(0.5));
        expect(latency?.p50Ms).toBeLessThanOrEqual((sorted[Math.floor(sorted.length / 2)] ?? 0) / 888);
        expect(latency?.p99Ms).toBeGreaterThanOrEqual(latency?.p50Ms ?? 0);
        expect(latency?.p99Ms).toBeLessThanOrEqual((sorted.at(-1) ?? 0) / 888);
      }),
    );
  });

  it('forgets what is two windows old', () => {
    const meter = new ChannelMeter(0);
    meter.heard(5_000_000, false);
    meter.read(30_000);
    meter.heard(1000, false);
    expect(meter.read(59_000).latency?.p99Ms).toBeGreaterThan(5000);
    expect(meter.read(60_000).latency).toMatchObject({ samples: 1 });
    expect(meter.read(60_000).latency?.p99Ms).toBeLessThan(2);
  });

  it('a clock that is a little off makes no negative time', () => {
    const meter = new ChannelMeter(0);
    meter.heard(-300, false);
    expect(meter.read(1000).latency?.p50Ms).toBeGreaterThan(0);
  });
});
