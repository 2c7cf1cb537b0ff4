import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { generator } from '../correlation/returns.testkit.ts';
import { CO_EXCEEDANCE, CoExceedanceDetector } from './co-exceedance.ts';
import { correlationBreak } from './correlation-break.ts';
import { FLASH, FlashCrashDetector, isFlashCrash, type Bar, type FlashSigns } from './flash-crash.ts';
import { fitRegime, RegimeFilter } from './volatility-regime.ts';

function normals(seed: number): () => number {
  const random = generator(seed);
  return () => Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
}

describe('the regime of volatility', () => {
  const planted = { calm: 0.001, wild: 0.004, staysCalm: 0.99, staysWild: 0.96 };

  function simulated(t: number, seed: number): { returns: Float64Array; isWild: boolean[] } {
    const [normal, random] = [normals(seed), generator(seed + 1)];
    let wild = false;
    const isWild = Array.from({ length: t }, () => {
      wild = random() < (wild ? planted.staysWild : 1 - planted.staysCalm);
      return wild;
    });
    return {
      returns: Float64Array.from(isWild, (is) => normal() * (is ? planted.wild : planted.calm)),
      isWild,
    };
  }

  it('is found again where it was planted, and told one return at a time', () => {
    const { returns, isWild } = simulated(8000, 3);
    const model = fitRegime(returns);
    if (!model) throw new Error('no regimes found');
    expect(Math.abs(model.calm / planted.calm - 1)).toBeLessThan(0.05);
    expect(Math.abs(model.wild / planted.wild - 1)).toBeLessThan(0.1);
    expect(Math.abs(model.staysCalm - planted.staysCalm)).toBeLessThan(0.01);
    expect(Math.abs(model.staysWild - planted.staysWild)).toBeLessThan(0.03);
    const filter = new RegimeFilter(model);
    const said = Array.from(returns, (r) => filter.step(r));
    const right = said.filter((p, k) => p > 0.5 === isWild[k]).length;
    expect(right / said.length).toBeGreaterThan(0.95);
    // A probability means what it says: of those between 0.6 and 0.8, about 7 in 10 were wild.
    const some = said.flatMap((p, k) => (p > 0.6 && p < 0.8 ? [isWild[k] ? 1 : 0] : []));
    expect(some.reduce((sum: number, is) => sum + is, 0) / some.length).toBeGreaterThan(0.5);
    expect(some.reduce((sum: number, is) => sum + is, 0) / some.length).toBeLessThan(0.9);
  });

  it('raises no alarm on quiet returns: under 1 in 1,000 by a model that knows both', () => {
    const normal = normals(8);
    const filter = new RegimeFilter(planted);
    let alarms = 0;
    for (let k = 0; k < 20_000; k++) if (filter.step(normal() * planted.calm) > 0.9) alarms++;
    expect(alarms / 20_000).toBeLessThan(0.001);
  });

  it('is none of returns that have one size, none, or are no numbers', () => {
    const normal = normals(4);
    expect(fitRegime(Float64Array.from({ length: 4000 }, () => normal()))).toBeNull();
    expect(fitRegime(new Float64Array(500))).toBeNull();
    expect(fitRegime(Float64Array.of(1, 2, 3))).toBeNull();
    expect(fitRegime(new Float64Array(200).fill(Number.NaN))).toBeNull();
  });

  it('stays a probability whatever comes: holes, 1e308, zeros', () => {
    const value = fc.oneof(fc.double(), fc.constantFrom(0, Number.NaN, Infinity, 1e308, -1e308));
    fc.assert(
      fc.property(fc.array(value, { maxLength: 100 }), (values) => {
        const filter = new RegimeFilter(planted);
        for (const each of values) {
          const p = filter.step(each);
          expect(p >= 0 && p <= 1, String(p)).toBe(true);
        }
      }),
    );
  });
});

describe('a break of correlation', () => {
  /** Two series whose size comes in clusters, with ρ before and another after the middle. */
  function pair(t: number, rhoBefore: number, rhoAfter: number, seed: number): [Float64Array, Float64Array] {
    const [normal, random] = [normals(seed), generator(seed + 7)];
    const [x, y] = [new Float64Array(t), new Float64Array(t)];
    let size = 1;
    for (let k = 0; k < t; k++) {
      if (random() < 0.05) size = Math.exp(normal());
      const rho = k < t / 2 ? rhoBefore : rhoAfter;
      const a = normal();
      x[k] = size * a;
      y[k] = size * (rho * a + Math.sqrt(1 - rho * rho) * normal());
    }
    return [x, y];
  }
  const rearranged = (seed: number, rearrangements = 199) => ({
    block: 20,
    rearrangements,
    random: generator(seed),
  });

  it('is found where it was planted', () => {
    const [x, y] = pair(1200, 0.8, 0.2, 1);
    const found = correlationBreak(x, y, 600, rearranged(2));
    expect(found?.p).toBeLessThan(0.01);
    expect(found?.before).toBeGreaterThan(0.7);
    expect(found?.after).toBeLessThan(0.35);
    expect(found?.z).toBeLessThan(-5);
  });

  it('is raised falsely as often as its p says, where Fisher’s z is raised too often', () => {
    const runs = 300;
    let [low, byFisher] = [0, 0];
    for (let seed = 0; seed < runs; seed++) {
      const [x, y] = pair(600, 0.6, 0.6, 100 + seed);
      const found = correlationBreak(x, y, 300, rearranged(seed, 99));
      if ((found?.p ?? 0) <= 0.05) low++;
      if (Math.abs(found?.z ?? 0) > 1.96) byFisher++;
    }
    expect(low / runs).toBeLessThan(0.085);
    expect(low / runs).toBeGreaterThan(0.02);
    expect(byFisher / runs).toBeGreaterThan(0.15);
  });

  it('is not told of too few, of nothing, of what never moves', () => {
    const [x, y] = pair(100, 0.5, 0.5, 3);
    expect(correlationBreak(x, y, 10, rearranged(1))).toBeNull();
    expect(correlationBreak(x, new Float64Array(100), 50, rearranged(1))).toBeNull();
    expect(correlationBreak(x, new Float64Array(100).fill(Number.NaN), 50, rearranged(1))).toBeNull();
    expect(correlationBreak(x, x, 50, rearranged(1))?.z).toBeCloseTo(0, 6);
  });
});

describe('a cascade', () => {
  const steps = (n: number, t: number, seed: number, shared = 0): Float64Array[] => {
    const normal = normals(seed);
    return Array.from({ length: t }, () => {
      const market = normal();
      return Float64Array.from(
        { length: n },
        () => shared * market + Math.sqrt(1 - shared * shared) * normal(),
      );
    });
  };

  it('is seen in the step in which much of the market falls far, and not before', () => {
    const detector = new CoExceedanceDetector(40);
    const quiet = steps(40, 1500, 5, 0.5).map((step) => detector.step(step));
    expect(quiet.filter(({ isCascade }) => isCascade).length).toBeLessThanOrEqual(1);
    const found = detector.step(new Float64Array(40).fill(-8));
    expect(found).toMatchObject({ down: 40, of: 40, isCascade: true });
    expect(detector.step(new Float64Array(40).fill(8))).toMatchObject({ down: 0, isCascade: false });
  });

  it('is none where a market’s usual bad day is as bad, while there is no past, or where nothing is known', () => {
    const detector = new CoExceedanceDetector(20);
    const nothing = new Float64Array(20).fill(Number.NaN);
    expect(detector.step(nothing)).toEqual({ down: 0, of: 0, usual: null, isCascade: false });
    expect(detector.step(new Float64Array(20).fill(-1e308)).isCascade).toBe(false);
    const usual = new CoExceedanceDetector(20, { ...CO_EXCEEDANCE, rare: 0.02 });
    const bad = new Float64Array(20).fill(-6);
    const found = steps(20, 1000, 6, 0.3).flatMap((step, k) => [
      usual.step(step),
      ...(k % 12 === 11 ? [usual.step(bad)] : []),
    ]);
    expect(found.slice(600).filter(({ isCascade }) => isCascade)).toEqual([]);
  });
});

describe('a flash crash', () => {
  const all: FlashSigns = {
    fall: FLASH.fall,
    speed: FLASH.speed,
    spread: FLASH.spread,
    volume: FLASH.volume,
  };

  it('has every sign that is known, and two of them', () => {
    expect(isFlashCrash(all)).toBe(true);
    expect(isFlashCrash({ ...all, spread: null, volume: null })).toBe(true);
    for (const sign of ['fall', 'speed', 'spread', 'volume'] as const) {
      expect(isFlashCrash({ ...all, [sign]: (all[sign] ?? 0) * 0.99 }), sign).toBe(false);
    }
  });

  /** Quiet bars, then what is given. */
  function told(then: readonly Bar[], seed = 1): (FlashSigns | null)[] {
    const normal = normals(seed);
    const detector = new FlashCrashDetector();
    let close = 100;
    for (let k = 0; k < 400; k++) {
      close *= Math.exp(0.001 * normal());
      detector.step({ close, spread: 0.01, volume: 10 + (k % 3) });
    }
    return then.map(({ close: share, ...rest }) => detector.step({ close: close * share, ...rest }));
  }

  it('is seen when it falls, the book goes and everybody trades; not when it falls slowly, or while the book stands', () => {
    const crash = told([{ close: 0.95, spread: 0.05, volume: 90 }]);
    expect(crash[0] && isFlashCrash(crash[0])).toBe(true);
    const bookStands = told([{ close: 0.95, spread: 0.01, volume: 90 }]);
    expect(bookStands[0] && isFlashCrash(bookStands[0])).toBe(false);
    const slowly = told(
      Array.from({ length: 6 }, (_, k) => ({ close: 1 - 0.0035 * (k + 1), spread: 0.05, volume: 90 })),
    );
    expect(slowly.some((signs) => signs && isFlashCrash(signs))).toBe(false);
    const risen = told([{ close: 1.05, spread: 0.05, volume: 90 }]);
    expect(risen[0] && isFlashCrash(risen[0])).toBe(false);
  });

  it('is not told without a past, of a price that is none, of a market that never moved', () => {
    const detector = new FlashCrashDetector();
    expect(detector.step({ close: 1, spread: null, volume: null })).toBeNull();
    for (const close of [0, -1, Number.NaN, Infinity]) {
      expect(told([{ close, spread: null, volume: null }])).toEqual([null]);
    }
    for (let k = 0; k < 400; k++) expect(detector.step({ close: 1, spread: null, volume: null })).toBeNull();
  });
});
