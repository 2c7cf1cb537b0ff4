import { describe, expect, test } from 'vitest';
import { buildPanel } from '../correlation/build-panel.ts';
import { correlateTypescript } from '../correlation/cpu.ts';
import { factorReturns, generator } from '../correlation/returns.testkit.ts';
import { WasmCorrelation } from '../correlation/wasm.ts';
import { pairsBefore } from '../lib/pairs.ts';
import { differenceP, differences, pairDiscoveries } from './discoveries.ts';
import { benjaminiHochberg } from './false-discovery.ts';
import { effectiveSamples, fisherUncertainty } from './fisher.ts';
import { shiftPValues } from './shift-null.ts';

/** n rows that keep `memory` of the sample before; the first `linked` share a factor. */
function rows(n: number, t: number, memory: number, linked: number, seed: number) {
  const random = generator(seed);
  const normal = (): number => Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
  const returns = new Float64Array(n * t);
  const last = Float64Array.from({ length: n }, normal);
  for (let k = 0; k < t; k++) {
    const factor = normal();
    for (let i = 0; i < n; i++) {
      const shock = i < linked ? 0.8 * factor + 0.6 * normal() : normal();
      last[i] = memory * (last[i] ?? 0) + Math.sqrt(1 - memory * memory) * shock;
      returns[i * t + k] = last[i] ?? 0;
    }
  }
  return { returns, valid: new Uint32Array(n * Math.ceil(t / 32)).fill(0xffffffff), n, t };
}

const pairsOf = (n: number): readonly (readonly [number, number])[] =>
  Array.from({ length: n }, (_, i) =>
    Array.from({ length: n - i - 1 }, (_, k) => [i, i + k + 1] as const),
  ).flat();

describe('Benjamini and Hochberg’s procedure', () => {
  test('finds in their own example what they found', () => {
    // Their 15 p-values of 1995, at q = 0.05: four discoveries.
    const p = Float64Array.of(
      ...[0.0001, 0.0004, 0.0019, 0.0095, 0.0201, 0.0278, 0.0298, 0.0344, 0.0459, 0.324],
      ...[0.4262, 0.5719, 0.6528, 0.759, 1],
    );
    expect(benjaminiHochberg(p.toReversed(), 0.05)).toEqual({ cutoff: 0.0095, count: 4 });
  });

  test('steps up: a p-value beyond its own bar counts when a later one is within its', () => {
    expect(benjaminiHochberg(Float64Array.of(0.04, 0.045, 0.05), 0.05)).toEqual({ cutoff: 0.05, count: 3 });
  });

  test('leaves out what was not tested, and finds nothing in nothing', () => {
    expect(benjaminiHochberg(Float64Array.of(Number.NaN, 0.04), 0.05)).toEqual({ cutoff: 0.04, count: 1 });
    expect(benjaminiHochberg(Float64Array.of(0.9), 0.05)).toEqual({ cutoff: -1, count: 0 });
    expect(benjaminiHochberg(new Float64Array(0), 0.05)).toEqual({ cutoff: -1, count: 0 });
  });
});

describe('the null of circular shifts', () => {
  const wasm = new WasmCorrelation();
  const correlate = wasm.correlate.bind(wasm);
  const [n, t] = [40, 300];
  const options = { shifts: 24, seed: 5 };

  test('finds the planted pairs, with no more false ones than asked for', async () => {
    const panel = buildPanel(rows(n, t, 0.5, 12, 1));
    const p = await shiftPValues(panel, wasm.correlate(panel), correlate, options);
    const { cutoff } = benjaminiHochberg(p, 0.05);
    const found = pairsOf(n).filter((_, pair) => (p[pair] ?? 1) <= cutoff);
    const planted = found.filter(([, j]) => j < 12);
    expect(planted).toHaveLength(66);
    expect((found.length - planted.length) / found.length).toBeLessThan(0.1);
  });

  test('gives p-values that are uniform where nothing is planted, whatever the rows’ memory', async () => {
    const all: number[] = [];
    for (const seed of [2, 3, 4, 5]) {
      const panel = buildPanel(rows(n, t, 0.8, 0, seed));
      all.push(...(await shiftPValues(panel, wasm.correlate(panel), correlate, options)));
    }
    for (const level of [0.05, 0.25, 0.5, 0.75]) {
      const below = all.filter((value) => value <= level).length / all.length;
      expect(Math.abs(below - level), `${level}: ${below}`).toBeLessThan(0.04);
    }
  });

  test('is the same on another backend, and for the same seed', async () => {
    const panel = buildPanel(factorReturns(9, 64, 3, 0.1));
    const p = await shiftPValues(panel, wasm.correlate(panel), correlate, options);
    const again = await shiftPValues(panel, correlateTypescript(panel), correlateTypescript, options);
    p.forEach((value, pair) => expect(again[pair]).toBeCloseTo(value, 2));
    expect(await shiftPValues(panel, wasm.correlate(panel), correlate, options)).toEqual(p);
  });

  test('has no p where there is no correlation', async () => {
    const input = rows(4, 100, 0, 0, 6);
    input.returns.fill(0.5, 100, 200);
    const panel = buildPanel(input);
    const p = await shiftPValues(panel, wasm.correlate(panel), correlate, options);
    expect([...p].map((value) => Number.isNaN(value))).toEqual([true, false, false, true, true, false]);
    for (const [rowCount, samples] of [
      [1, 64],
      [3, 0],
      [3, 1],
      [0, 0],
    ] as const) {
      const small = buildPanel(factorReturns(rowCount, samples, 1));
      const none = await shiftPValues(small, wasm.correlate(small), correlate, options);
      expect(none).toEqual(new Float64Array(pairsBefore(rowCount, rowCount)).fill(Number.NaN));
    }
  });

  test('refuses a decay and too few shifts', async () => {
    const input = factorReturns(3, 64, 1);
    const panel = buildPanel(input);
    const decaying = buildPanel({ ...input, lambda: 0.9 });
    const observed = wasm.correlate(panel);
    await expect(shiftPValues(decaying, observed, correlate, options)).rejects.toThrow(/without a decay/);
    await expect(shiftPValues(panel, observed, correlate, { shifts: 7, seed: 1 })).rejects.toThrow(
      RangeError,
    );
  });
});

describe('a difference of two correlations', () => {
  test('is tested by Fisher’s z: the textbook’s figure, and what cannot be tested has none', () => {
    // (atanh 0.5 − atanh 0.3) / √(2 / 100) = 1.6954 → 0.0900
    expect(differenceP(0.5, 0.3, 103, 103)).toBeCloseTo(0.09, 3);
    expect(differenceP(0.3, 0.5, 103, 103)).toBe(differenceP(0.5, 0.3, 103, 103));
    expect(differenceP(0.4, 0.4, 50, 50)).toBe(1);
    expect(differenceP(1, 0.2, 50, 50)).toBe(0);
    for (const few of [3, 0, Number.NaN]) expect(differenceP(0.5, 0.1, 50, few)).toBeNaN();
  });

  test('is found where it was planted, and is seldom one where nothing changed', () => {
    let [found, falsely] = [0, 0];
    const [n, t] = [12, 400];
    for (let seed = 0; seed < 20; seed++) {
      const sampled = (linked: number, own: number) => {
        const panel = buildPanel(rows(n, t, 0.3, linked, own));
        return { of: correlateTypescript(panel), samplesOf: effectiveSamples(panel) };
      };
      const [before, same, changed] = [
        sampled(6, 2 * seed + 1),
        sampled(6, 2 * seed + 2),
        sampled(3, seed + 99),
      ];
      falsely += pairDiscoveries(differences(same, before, n), n, 0.05).count;
      const broken = pairDiscoveries(differences(changed, before, n), n, 0.05);
      found += pairsOf(n).filter(([i, j]) => j >= 3 && j < 6 && broken.survives(i, j)).length;
    }
    // Rows 3 to 5 came loose of the others of the six: twelve pairs a time.
    expect(found).toBe(20 * 12);
    expect(falsely).toBeLessThan(10);
  });

  test('is not known where either side is not', () => {
    const input = rows(3, 100, 0, 0, 6);
    const whole = buildPanel(input);
    const still = buildPanel({ ...input, returns: input.returns.map((x, at) => (at < 100 ? 1 : x)) });
    const [now, before] = [whole, still].map((panel) => ({
      ...{ of: correlateTypescript(panel), samplesOf: effectiveSamples(panel) },
    }));
    if (!now || !before) throw new Error('two sides');
    const p = differences(now, before, 3);
    expect([...p].map(Number.isNaN)).toEqual([true, true, false]);
  });
});

describe('the cheap mode', () => {
  const level = { threshold: 0.3, confidence: 0.95 };

  test('counts as many samples as the rows’ memory leaves', () => {
    // r(k) = 0.8^k: 1 + 2 Σ 0.64^k = 1 + 2 · 0.64 / 0.36 = 4.56
    const remembering = effectiveSamples(buildPanel(rows(2, 20_000, 0.8, 0, 3)));
    expect(20_000 / remembering(0, 1)).toBeCloseTo(4.56, 0);
    const forgetful = effectiveSamples(buildPanel(rows(2, 20_000, 0, 0, 3)));
    expect(forgetful(0, 1)).toBeGreaterThan(19_900);
    expect(forgetful(0, 1)).toBeLessThanOrEqual(20_000);
  });

  test('counts only samples that both have, and those that a decay has left', () => {
    const input = factorReturns(2, 200, 7, 0.3);
    const panel = buildPanel(input);
    expect(effectiveSamples(panel)(0, 1)).toBeLessThan(120);
    const decaying = buildPanel({ ...factorReturns(2, 200, 7), lambda: 0.9 });
    expect(effectiveSamples(decaying)(0, 1)).toBeLessThanOrEqual(19.01);
  });

  test('gives Fisher’s interval and the same four figures as the bootstrap', () => {
    const found = fisherUncertainty(0.5, 103, level);
    expect(found?.low).toBeCloseTo(Math.tanh(Math.atanh(0.5) - 0.1959963985), 9);
    expect(found?.deviation).toBeCloseTo(0.075, 9);
    // Φ((atanh 0.5 − atanh 0.3) · 10) and, on the other side, next to nothing
    expect(found?.exceeds).toBeCloseTo(0.9918, 3);
    expect(fisherUncertainty(0, 103, { ...level, threshold: 0 })?.exceeds).toBeCloseTo(1, 12);
    expect(fisherUncertainty(1, 50, level)).toEqual({ low: 1, high: 1, exceeds: 1, deviation: 0 });
    expect(fisherUncertainty(0.4, 50, { ...level, threshold: 1 })?.exceeds).toBe(0);
    for (const samples of [0, 3, Number.NaN]) expect(fisherUncertainty(0.2, samples, level)).toBeNull();
  });
});
