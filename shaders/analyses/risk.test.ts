import { describe, expect, test } from 'vitest';
import { factorReturns } from '../correlation/returns.testkit.ts';
import { buildPanel } from '../correlation/build-panel.ts';
import { correlateTypescript } from '../correlation/cpu.ts';
import { analyse } from './analysis.ts';
import { normals, panelOf, series, tools } from './planted.testkit.ts';
import { risk, type Exposure, type Risk, type RiskOptions } from './risk.ts';
import { shrink } from './shrinkage.ts';

const T = 1500;
const SIGMA = 0.001;
const Z_95 = 1.6448536269514722;
const options: RiskOptions = {
  ...{ book: [], order: null, levels: [0.95, 0.99], bars: 100, degrees: null, scenarios: 20_000, seed: 9 },
};

/** A and B move nearly as one; C is on its own; `quiet` has no returns. All of 0.1 % a bar. */
function market(): ReturnType<typeof panelOf> {
  const random = normals(21);
  const a = series(T, () => SIGMA * random());
  const b = a.map((x) => 0.99 * x + SIGMA * Math.sqrt(1 - 0.99 ** 2) * random());
  return panelOf({ A: a, B: b, C: series(T, () => SIGMA * random()), quiet: series(T, () => 0) });
}

const worth = (name: string, value: bigint): Exposure => ({ name, value });
const ask = (changed: Partial<RiskOptions>) => analyse(risk, market(), { ...options, ...changed }, tools());

async function found(changed: Partial<RiskOptions>): Promise<Risk> {
  const answered = await ask(changed);
  if (!answered.ok) throw new Error(answered.error.sentence);
  return answered.value.answer;
}

/** 10,000.00 of σ √bars = 1 %. */
const LONG = 1_000_000n;
const ONE_SIGMA = 10_000;

describe('the risk of a book', () => {
  test('of one instrument is the closed form, within its own interval', async () => {
    const { now, after } = await found({ book: [worth('A', LONG)] });
    const [at95, at99] = now;
    // The deviation itself is measured from 1,500 returns: 2 % of it is its standard error.
    expect(Number(at95?.valueAtRisk) / ONE_SIGMA).toBeCloseTo(Z_95, 0);
    expect(Math.abs(Number(at95?.valueAtRisk) / (Z_95 * ONE_SIGMA) - 1)).toBeLessThan(0.08);
    const [low = 0n, high = 0n] = at95?.valueAtRiskWithin ?? [];
    expect(low < (at95?.valueAtRisk ?? 0n) && (at95?.valueAtRisk ?? 0n) < high).toBe(true);
    expect((at99?.valueAtRisk ?? 0n) > (at95?.shortfall ?? 0n)).toBe(true);
    expect([at95?.level, at95?.scenarios, after]).toEqual([0.95, 1000, null]);
  });

  test('its parts sum to it, a hedge is negative, and what moves as one is one cluster', async () => {
    const { now } = await found({ book: [worth('A', LONG), worth('B', -LONG / 2n), worth('C', LONG)] });
    const [at95] = now;
    const total = (parts: readonly { readonly shortfall: bigint }[] = []): number =>
      Number(parts.reduce((sum, each) => sum + each.shortfall, 0n));
    expect(Math.abs(total(at95?.byInstrument) - Number(at95?.shortfall))).toBeLessThanOrEqual(3);
    expect(Math.abs(total(at95?.byCluster) - Number(at95?.shortfall))).toBeLessThanOrEqual(3);
    expect(at95?.byInstrument.find(({ name }) => name === 'B')?.shortfall).toBeLessThan(0n);
    expect(at95?.byCluster.map(({ names }) => names).toSorted()).toEqual([['A', 'B'], ['C']]);
  });

  test('an order that hedges takes most of it away, one that closes it all of it', async () => {
    const book = [worth('A', LONG)];
    const hedged = await found({ book, order: worth('B', -LONG) });
    const ratio = Number(hedged.after?.[0]?.valueAtRisk) / Number(hedged.now[0]?.valueAtRisk);
    expect(ratio).toBeLessThan(0.25);
    expect(ratio).toBeGreaterThan(0.05);
    const closed = await found({ book, order: worth('A', -LONG) });
    expect(closed.after?.[0]?.shortfall).toBe(0n);
    // The same scenarios: an order of nothing changes nothing.
    const same = await found({ book, order: worth('A', 0n) });
    expect(same.after).toEqual(same.now);
  });

  test('a position without returns is named, and an order of one is refused', async () => {
    const { uncovered } = await found({ book: [worth('A', LONG), worth('quiet', 5n), worth('gone', -7n)] });
    expect(uncovered).toEqual([worth('quiet', 5n), worth('gone', -7n)]);
    const order = await ask({ book: [worth('A', LONG)], order: worth('quiet', 1n) });
    expect(!order.ok && order.error.code).toBe('no-returns');
    const none = await ask({ book: [worth('quiet', 1n)] });
    expect(!none.ok && none.error.code).toBe('no-returns');
  });

  test('a flat book is told as such', async () => {
    const flat = await ask({ book: [worth('A', 0n)] });
    expect(!flat.ok && flat.error).toEqual({
      code: 'flat',
      sentence: 'There are no positions, so there is nothing to lose.',
    });
  });

  test('fat tails lose more beyond the same level', async () => {
    const [normal, student] = [
      await found({ book: [worth('A', LONG)] }),
      await found({ book: [worth('A', LONG)], degrees: 3 }),
    ];
    expect(student.now[1]?.shortfall).toBeGreaterThan(normal.now[1]?.shortfall ?? 0n);
  });
});

describe('shrinking', () => {
  const intensity = (t: number, seed: number): number => {
    const panel = buildPanel(factorReturns(20, t, seed));
    return shrink(correlateTypescript(panel), panel).intensity;
  };

  test('draws few samples far and many hardly, and keeps ones on the diagonal', () => {
    expect(intensity(40, 1)).toBeGreaterThan(2 * intensity(1000, 1));
    expect(intensity(1000, 1)).toBeLessThan(0.05);
    const panel = buildPanel(factorReturns(5, 40, 2));
    const { matrix } = shrink(correlateTypescript(panel), panel);
    for (let i = 0; i < 5; i++) expect(matrix[i * 6]).toBe(1);
  });

  test('of noise takes nearly all away', () => {
    const random = normals(5);
    const rows = Object.fromEntries(Array.from({ length: 10 }, (_, i) => [`N${i}`, series(500, random)]));
    const panel = buildPanel(panelOf(rows));
    expect(shrink(correlateTypescript(panel), panel).intensity).toBeGreaterThan(0.7);
  });
});
