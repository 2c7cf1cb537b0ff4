import { describe, expect, it } from 'vitest';
import { nearestRank, Window } from './stats.ts';

describe('figures of a window', () => {
  it('are rates over its real length, with the number of samples, and the next window starts empty', () => {
    const window = new Window(0);
    window.countFrame(100);
    window.countFrame(300);
    for (const age of [30, 10, 20]) window.countAge(age);
    expect(window.close(2000, 3, 1, { p99Ms: 4, samples: 50 })).toEqual({
      clients: 3,
      framesPerSecond: 1,
      bytesPerSecond: 200,
      frameAgeP50Ms: 20,
      frameAgeP99Ms: 30,
      frameAgeSamples: 3,
      slowClients: 1,
      loopDelayP99Ms: 4,
      loopDelaySamples: 50,
      windowSeconds: 2,
    });
    expect(window.close(3000, 0, 0, { p99Ms: null, samples: 0 })).toMatchObject({
      framesPerSecond: 0,
      frameAgeP50Ms: null,
      frameAgeP99Ms: null,
      frameAgeSamples: 0,
      loopDelayP99Ms: null,
    });
  });

  it('a quantile is one of the values measured', () => {
    const hundred = Array.from({ length: 100 }, (_, i) => i + 1);
    expect([0, 0.5, 0.99, 1].map((q) => nearestRank(hundred, q))).toEqual([1, 50, 99, 100]);
    expect(nearestRank([], 0.5)).toBeNull();
  });
});
