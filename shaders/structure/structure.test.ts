import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { correlateReference } from '../correlation/reference.ts';
import { factorReturns, generator } from '../correlation/returns.testkit.ts';
import { absorbedFactors, absorptionRatio } from './absorption.ts';
import { factorEdge, factorsAbove } from './factor-edge.ts';
import { largestEigenvalues } from './lanczos.ts';
import { leading } from './leading.ts';
import { positiveDefinite } from './positive.ts';
import { clusters, spanningTree, type Edge } from './spanning-tree.ts';
import { eigenvalues, spectrum } from './spectrum.ts';

/** A symmetric matrix of uniform values in [−1, 1). */
function symmetric(n: number, seed: number): Float64Array<ArrayBuffer> {
  const random = generator(seed);
  const a = new Float64Array(n * n);
  for (let i = 0; i < n; i++) {
    for (let j = 0; j <= i; j++) a[i * n + j] = a[j * n + i] = random() * 2 - 1;
  }
  return a;
}

function times(a: Float64Array, v: Float64Array, out: Float64Array): void {
  const n = v.length;
  for (let i = 0; i < n; i++) out[i] = v.reduce((sum, x, j) => sum + (a[i * n + j] ?? 0) * x, 0);
}

const at = (a: Float64Array, i: number): number => a[i] ?? Number.NaN;
const none = (n: number): Uint32Array<ArrayBuffer> => new Uint32Array(n * Math.ceil(n / 32));

describe('the spectrum', () => {
  it('solves A v = λ v with orthonormal v, keeps the trace, whatever the matrix', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 40 }), fc.integer(), (n, seed) => {
        const a = symmetric(n, seed);
        const { values, vectors } = spectrum(a, n);
        let trace = 0;
        for (let i = 0; i < n; i++) trace += at(a, i * n + i);
        expect(values.reduce((sum, value) => sum + value, 0)).toBeCloseTo(trace, 9);
        for (let k = 0; k < n; k++) {
          for (let i = 0; i < n; i++) {
            let image = 0;
            for (let j = 0; j < n; j++) image += at(a, i * n + j) * at(vectors, k * n + j);
            expect(image).toBeCloseTo(at(values, k) * at(vectors, k * n + i), 9);
          }
          for (let l = 0; l <= k; l++) {
            let product = 0;
            for (let j = 0; j < n; j++) product += at(vectors, k * n + j) * at(vectors, l * n + j);
            expect(product).toBeCloseTo(k === l ? 1 : 0, 10);
          }
          if (k > 0) expect(at(values, k)).toBeLessThanOrEqual(at(values, k - 1));
        }
      }),
      { numRuns: 60 },
    );
  });

  it('of a second difference matrix is 2 − 2 cos(kπ/(n+1))', () => {
    const n = 100;
    const a = new Float64Array(n * n);
    for (let i = 0; i < n; i++) {
      a[i * n + i] = 2;
      if (i > 0) a[i * n + i - 1] = -1;
    }
    const { values } = spectrum(a, n);
    for (let k = 1; k <= n; k++) {
      expect(at(values, n - k)).toBeCloseTo(2 - 2 * Math.cos((k * Math.PI) / (n + 1)), 11);
    }
  });

  it('its values alone, and the largest by Lanczos, are those of the whole, whatever the matrix', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 40 }),
        fc.integer({ min: 1, max: 5 }),
        fc.integer(),
        (n, most, seed) => {
          const a = symmetric(n, seed);
          const { values } = spectrum(a, n);
          const alone = eigenvalues(a, n);
          for (let k = 0; k < n; k++) expect(at(alone, k)).toBeCloseTo(at(values, k), 10);
          const count = Math.min(n, most);
          const found = largestEigenvalues((v, out) => times(a, v, out), n, count);
          expect(found).toHaveLength(count);
          for (let k = 0; k < count; k++) expect(at(found, k)).toBeCloseTo(at(values, k), 4);
        },
      ),
      { numRuns: 60 },
    );
  });

  it('of one that is diagonal, zero, or of one row is what stands there', () => {
    expect([...spectrum(Float64Array.of(3, 0, 0, 7), 2).values]).toEqual([7, 3]);
    expect([...spectrum(new Float64Array(9), 3).values]).toEqual([0, 0, 0]);
    expect([...spectrum(Float64Array.of(-2), 1).values]).toEqual([-2]);
    expect(spectrum(new Float64Array(0), 0).values).toHaveLength(0);
    expect([...eigenvalues(Float64Array.of(3, 0, 0, 7), 2)]).toEqual([7, 3]);
    expect([...largestEigenvalues((_, out) => out.fill(0), 3, 2)]).toEqual([0]);
  });

  it.each([Number.NaN, Infinity])('of a matrix with %d in it is refused by name of the cell', (value) => {
    expect(() => spectrum(Float64Array.of(1, 0, value, 1), 2)).toThrow('cell 1, 0');
  });
});

describe('the leading eigenvalues', () => {
  it('are those of the whole spectrum, of factor models of every size', () => {
    for (const [n, seed] of [
      [1, 1],
      [3, 2],
      [40, 3],
      [150, 4],
    ] as const) {
      const a = correlateReference(factorReturns(n, 300, seed));
      const [some, all] = [leading(a, n, 2), spectrum(a, n)];
      for (let k = 0; k < Math.min(2, n); k++) {
        expect(at(some.values, k)).toBeCloseTo(at(all.values, k), 8);
        for (let i = 0; i < n; i++) {
          expect(at(some.vectors, k * n + i), `${n}: ${k}, ${i}`).toBeCloseTo(at(all.vectors, k * n + i), 5);
        }
      }
      expect(some.settled).toBe(true);
    }
  });
});

describe('what a market has in common', () => {
  it('absorbs a fifth of the variance in a fifth of the factors when there is nothing, all in one when all is one', () => {
    const n = 50;
    const identity = new Float64Array(n * n);
    for (let i = 0; i < n; i++) identity[i * n + i] = 1;
    const factors = absorbedFactors(n);
    expect(absorptionRatio(spectrum(identity, n).values, factors, n)).toBeCloseTo(0.2, 12);
    expect(absorptionRatio(spectrum(new Float64Array(n * n).fill(1), n).values, 1, n)).toBeCloseTo(1, 9);
    expect(absorptionRatio(new Float64Array(0), 1, 0)).toBe(0);
  });

  it('the edge of thrown signs finds the planted factors where the textbook’s finds some of wild times', () => {
    const [n, t, planted] = [60, 400, 3];
    const z = wildTimes(n, t, planted, 14);
    const matrix = new Float64Array(n * n);
    for (let i = 0; i < n; i++) {
      for (let j = 0; j < n; j++) {
        let sum = 0;
        for (let k = 0; k < t; k++) sum += at(z, i * t + k) * at(z, j * t + k);
        matrix[i * n + j] = sum;
      }
    }
    const { values } = spectrum(matrix, n);
    const edge = factorEdge(z, n, t, generator(5));
    expect(factorsAbove(values, edge.calibrated)).toBe(planted);
    expect(factorsAbove(values, edge.marchenkoPastur)).toBeGreaterThan(planted);
  });
});

/** Rows on `factors` factors, in times of which some are far wilder than others; standardised. */
function wildTimes(n: number, t: number, factors: number, seed: number): Float64Array {
  const random = generator(seed);
  const normal = (): number => Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
  const loads = Array.from({ length: n }, (_, i) => i % (factors + 1));
  const z = new Float64Array(n * t);
  for (let k = 0; k < t; k++) {
    const size = 1 / (0.05 + random());
    const common = Array.from({ length: factors }, normal);
    for (let i = 0; i < n; i++) z[i * t + k] = size * ((common[loads[i] ?? 0] ?? 0) + normal());
  }
  for (let i = 0; i < n; i++) {
    const row = z.subarray(i * t, i * t + t);
    const mean = row.reduce((sum, value) => sum + value, 0) / t;
    const length = Math.sqrt(row.reduce((sum, value) => sum + (value - mean) ** 2, 0));
    for (let k = 0; k < t; k++) row[k] = (at(row, k) - mean) / length;
  }
  return z;
}

describe('the spanning tree', () => {
  const market = fc.record({ n: fc.integer({ min: 1, max: 30 }), seed: fc.integer() });

  it('has the weight of Kruskal’s, one edge fewer than rows, and joins all', () => {
    fc.assert(
      fc.property(market, ({ n, seed }) => {
        const matrix = Float32Array.from(symmetric(n, seed));
        const tree = spanningTree({ matrix, invalid: none(n) }, n);
        expect(tree).toHaveLength(n - 1);
        expect(new Set(clusters(tree, n, -1))).toEqual(new Set([0]));
        expect(weight(tree)).toBeCloseTo(weight(kruskal(matrix, n)), 9);
      }),
    );
  });

  it('leaves out pairs without ρ: a market that they part has a tree for each part', () => {
    const n = 4;
    const invalid = none(n);
    for (const [i, j] of [
      [0, 2],
      [0, 3],
      [1, 2],
      [1, 3],
    ] as const) {
      invalid[i] = (invalid[i] ?? 0) | (1 << j);
      invalid[j] = (invalid[j] ?? 0) | (1 << i);
    }
    const tree = spanningTree({ matrix: new Float32Array(n * n).fill(0.5), invalid }, n);
    expect(tree.map(({ a, b }) => [a, b])).toEqual([
      [0, 1],
      [2, 3],
    ]);
    expect([...clusters(tree, n, -1)]).toEqual([0, 0, 1, 1]);
  });

  it('falls into the clusters of single linkage when its long edges are cut', () => {
    fc.assert(
      fc.property(market, fc.double({ min: -1, max: 1, noNaN: true }), ({ n, seed }, least) => {
        const matrix = Float32Array.from(symmetric(n, seed));
        const found = clusters(spanningTree({ matrix, invalid: none(n) }, n), n, least);
        expect([...found]).toEqual(reachable(matrix, n, least));
      }),
    );
  });

  const weight = (edges: readonly Edge[]): number => edges.reduce((sum, { distance }) => sum + distance, 0);

  function kruskal(matrix: Float32Array, n: number): Edge[] {
    const all: Edge[] = [];
    for (let a = 0; a < n; a++) {
      for (let b = a + 1; b < n; b++) {
        const rho = matrix[a * n + b] ?? 0;
        all.push({ a, b, rho, distance: Math.sqrt(2 * (1 - rho)) });
      }
    }
    const group = Array.from({ length: n }, (_, i) => i);
    return all
      .sort((x, y) => x.distance - y.distance)
      .filter(({ a, b }) => {
        const [x, y] = [group[a], group[b]];
        if (x === y) return false;
        group.forEach((each, i) => {
          if (each === y) group[i] = x ?? 0;
        });
        return true;
      });
  }

  /** Rows that a chain of correlations of `least` or more joins, numbered by their first. */
  function reachable(matrix: Float32Array, n: number, least: number): number[] {
    const number = new Array<number>(n).fill(-1);
    let next = 0;
    for (let i = 0; i < n; i++) {
      if (number[i] !== -1) continue;
      const open = [i];
      number[i] = next;
      for (let row = open.pop(); row !== undefined; row = open.pop()) {
        for (let j = 0; j < n; j++) {
          if (number[j] === -1 && (matrix[row * n + j] ?? 0) >= least) {
            number[j] = next;
            open.push(j);
          }
        }
      }
      next++;
    }
    return number;
  }
});

describe('a positive definite matrix', () => {
  it('is left as it is', () => {
    const n = 20;
    const matrix = Float32Array.from(correlateReference(factorReturns(n, 200, 3)));
    const { matrix: clipped, lifted } = positiveDefinite({ matrix, invalid: none(n) }, n);
    expect(lifted).toBe(0);
    expect(clipped).toEqual(Float64Array.from(matrix, (rho, k) => (k % (n + 1) === 0 ? 1 : rho)));
  });

  it('is made of one that is none: ones on the diagonal, no eigenvalue below 0, |ρ| ≤ 1', () => {
    fc.assert(
      fc.property(fc.integer({ min: 2, max: 25 }), fc.integer(), (n, seed) => {
        const matrix = Float32Array.from(symmetric(n, seed), (rho, k) => (k % (n + 1) === 0 ? 1 : rho));
        const { matrix: clipped } = positiveDefinite({ matrix, invalid: none(n) }, n);
        expect(Math.min(...spectrum(clipped, n).values)).toBeGreaterThan(0);
        for (let i = 0; i < n; i++) expect(clipped[i * n + i]).toBe(1);
        expect(Math.max(...clipped.map(Math.abs))).toBeLessThanOrEqual(1);
      }),
    );
  });
});
