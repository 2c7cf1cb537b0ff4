import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { normals } from '../../../shaders/analyses/planted.testkit.ts';
import { Signals, type Sample } from '../../state/horizon-signals.ts';
import { createHorizons } from '../../state/horizons.ts';
import { ENOUGH, hitRate, judged, NO_TALLY } from '../../state/track-record.ts';
import { recordWords, signalWords } from './horizon-words.ts';

const sampleAt = (mid: number, part: Partial<Sample> = {}): Sample => ({
  ...{ mid, microprice: mid, spread: 2, flow: null },
  ...part,
});

/** A walk whose next step the microprice tells with this probability. */
function walk(told: number, seconds: number, seed: number) {
  const random = normals(seed);
  const horizons = createHorizons();
  let mid = 200_000;
  for (let second = 1; second <= seconds; second++) {
    const up = random() > 0;
    const tells = uniform(random) < told ? up : !up;
    horizons.sample(7, second, sampleAt(mid, { microprice: mid + (tells ? 1 : -1) }));
    mid += up ? 2 : -2;
  }
  return horizons.getState();
}

/** In (0, 1), from a normal. */
const uniform = (random: () => number): number => {
  const [a, b] = [random(), random()];
  return Math.atan2(a, b) / (2 * Math.PI) + 0.5;
};

describe('the record of a signal', () => {
  it('is what was planted, and what tells nothing is right half of the time', () => {
    const { microprice } = walk(0.7, 3000, 1).tallies;
    expect(microprice.judged).toBeGreaterThan(2900);
    const planted = hitRate(microprice);
    expect(planted && planted.low < 0.7 && 0.7 < planted.high).toBe(true);
    const { microprice: blind, momentum } = walk(0.5, 3000, 2).tallies;
    for (const tally of [blind, momentum]) {
      // Four standard errors of a coin's.
      expect(Math.abs(tally.hits / tally.judged - 0.5)).toBeLessThan(2 / Math.sqrt(tally.judged));
    }
    // One at a time: each lasts ten seconds.
    expect(momentum.judged + momentum.ties).toBeLessThanOrEqual(300);
  });

  it('is no rate before enough was judged; a mid that did not move counts for nothing', () => {
    const right = { hits: ENOUGH - 1, judged: ENOUGH - 1, ups: 50, ties: 0 };
    expect(hitRate(right)).toBeNull();
    expect(recordWords(right)).toEqual({ rate: 'not enough', detail: '99 of 100 forecasts judged' });
    expect(hitRate(judged(right, 1, 1))).toMatchObject({ rate: 1, high: 1, constant: 0.51 });
    expect(judged(NO_TALLY, 1, 0)).toEqual({ ...NO_TALLY, ties: 1 });
    expect(judged(NO_TALLY, 0, 1)).toBe(NO_TALLY);
    expect(recordWords({ hits: 60, judged: 100, ups: 45, ties: 3 })).toEqual({
      rate: '60 %',
      detail: '50 % to 69 % of n = 100; a constant 55 %, 3 came out neither way',
    });
  });

  it('holds its rate within its interval, whatever is counted', () => {
    const tally = fc
      .tuple(fc.integer({ min: ENOUGH, max: 5000 }), fc.nat(5000), fc.nat(5000))
      .map(([n, hits, ups]) => ({ hits: hits % (n + 1), judged: n, ups: ups % (n + 1), ties: 0 }));
    fc.assert(
      fc.property(tally, (each) => {
        const rate = hitRate(each);
        expect(rate && rate.low - 1e-9 <= rate.rate && rate.rate <= rate.high + 1e-9).toBe(true);
        expect(rate && rate.low >= -1e-9 && rate.high <= 1 + 1e-9 && rate.constant >= 0.5).toBe(true);
      }),
    );
  });
});

describe('what is sampled', () => {
  it('a forecast whose outcome nobody saw is never judged, and what was judged is kept', () => {
    const horizons = createHorizons();
    const up = (mid: number): Sample => sampleAt(mid, { microprice: mid + 1 });
    horizons.sample(3, 10, up(100));
    horizons.sample(3, 11, up(102));
    expect(horizons.getState().tallies.microprice).toMatchObject({ hits: 1, judged: 1 });
    for (const hole of [
      () => horizons.sample(3, 12, null),
      () => horizons.sample(3, 100, up(1)),
      () => horizons.sample(4, 101, up(1)),
    ]) {
      hole();
      expect(horizons.getState().seconds).toBeLessThan(2);
    }
    expect(horizons.getState().tallies.microprice.judged).toBe(0);
    horizons.sample(3, 102, up(50));
    expect(horizons.getState().tallies.microprice).toMatchObject({ hits: 1, judged: 1 });
    horizons.forget();
    horizons.sample(3, 103, up(50));
    expect(horizons.getState().tallies.microprice.judged).toBe(0);
  });

  it('a second counts once, and the price before it holds through one that was missed', () => {
    const horizons = createHorizons();
    for (const second of [5, 5, 4, 6, 8]) horizons.sample(0, second, sampleAt(100));
    expect(horizons.getState().seconds).toBe(4);
  });
});

describe('the signals', () => {
  const after = (seconds: number, mid: (k: number) => number): Signals => {
    const signals = new Signals();
    for (let k = 0; k < seconds; k++) signals.step(sampleAt(mid(k)));
    return signals;
  };

  it('say nothing before they can, and of a mid that never moved', () => {
    for (const signals of [new Signals(), after(30, (k) => 1000 + k), after(400, () => 1000)]) {
      expect(signals.read()).toMatchObject({ bands: { value: null }, regime: { value: null } });
    }
  });

  it('momentum goes on, bands come back', () => {
    const random = normals(5);
    const jumped = after(120, (k) => 100_000 + Math.round(4 * random()) + (k >= 112 ? 100 : 0)).read();
    expect([jumped.momentum.says, jumped.bands.says]).toEqual([1, -1]);
  });

  it('the regime is wild in what was planted wild and calm before', () => {
    const random = normals(6);
    let mid = 1_000_000;
    const signals = new Signals();
    const says: number[] = [];
    for (let k = 0; k < 600; k++) {
      mid += Math.round((k % 200 < 140 ? 10 : 80) * random());
      signals.step(sampleAt(mid));
      says.push(signals.read().regime.says);
    }
    expect([says[530], says[590]]).toEqual([-1, 1]);
  });

  it('are said in words, with what is missing', () => {
    expect(signalWords('flow', { value: -2.5, says: -1 })).toEqual({
      title: 'Order flow · next 5 s',
      says: 'down',
      basis: '−2.50 × the mean best size in 60 s',
    });
    expect(signalWords('regime', { value: null, says: 0 })).toMatchObject({ says: 'not known' });
    expect(signalWords('regime', { value: 0.93, says: 1 })).toMatchObject({ says: 'wild' });
  });
});
