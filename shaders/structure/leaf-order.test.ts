import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { correlateTypescript } from '../correlation/cpu.ts';
import { invalidWords, type Correlated } from '../correlation/correlated.ts';
import { buildPanel } from '../correlation/build-panel.ts';
import { factorReturns, generator } from '../correlation/returns.testkit.ts';
import { leafOrder } from './leaf-order.ts';

/** ρ = 0.8 within a group, 0.1 between; rows dealt to groups in turn. */
function groups(n: number, count: number): Correlated {
  const matrix = Float32Array.from({ length: n * n }, (_, at) => {
    const [i, j] = [Math.floor(at / n), at % n];
    return i === j ? 1 : i % count === j % count ? 0.8 : 0.1;
  });
  return { matrix, invalid: new Uint32Array(n * invalidWords(n)) };
}

describe('the order of the leaves', () => {
  test('puts each group together', () => {
    const order = leafOrder(groups(60, 4), 60);
    const runs = [...order].map((i) => i % 4).filter((group, at, all) => group !== all[at - 1]);
    expect(runs).toHaveLength(4);
  });

  test('lays a chain of likeness out in its order', () => {
    const n = 12;
    const place = [3, 9, 0, 7, 11, 5, 1, 10, 2, 8, 6, 4];
    const matrix = Float32Array.from({ length: n * n }, (_, at) => {
      const [i, j] = [place[Math.floor(at / n)] ?? 0, place[at % n] ?? 0];
      return 0.9 ** Math.abs(i - j);
    });
    const order = [...leafOrder({ matrix, invalid: new Uint32Array(n) }, n)].map((i) => place[i] ?? -1);
    const steps = order.slice(1).map((at, k) => Math.abs(at - (order[k] ?? 0)));
    expect(Math.max(...steps)).toBeLessThanOrEqual(3);
  });

  test('is a permutation, the same every time, whatever the matrix', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 0, max: 40 }),
        fc.integer(),
        fc.constantFrom(0, 0.5, 1),
        (n, seed, holes) => {
          const random = generator(seed);
          const matrix = Float32Array.from({ length: n * n }, () => Math.round(random() * 4 - 2) / 2);
          const invalid = Uint32Array.from({ length: n * invalidWords(n) }, () =>
            random() < holes ? 0xffffffff : 0,
          );
          const order = leafOrder({ matrix, invalid }, n);
          expect([...order].sort((a, b) => a - b)).toEqual(Array.from({ length: n }, (_, i) => i));
          expect(leafOrder({ matrix, invalid }, n)).toEqual(order);
        },
      ),
    );
  });

  test('makes neighbours more alike than they were', () => {
    const n = 128;
    const { matrix, invalid } = correlateTypescript(buildPanel(factorReturns(n, 256, 3)));
    const neighbours = (order: ArrayLike<number>): number =>
      Array.from({ length: n - 1 }, (_, k) => matrix[(order[k] ?? 0) * n + (order[k + 1] ?? 0)] ?? 0).reduce(
        (a, b) => a + b,
      );
    const asItCame = neighbours(Array.from({ length: n }, (_, i) => i));
    expect(neighbours(leafOrder({ matrix, invalid }, n))).toBeGreaterThan(asItCame + 20);
  });
});
