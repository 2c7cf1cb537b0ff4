import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { generator } from '../correlation/returns.testkit.ts';
import { spectrum } from '../structure/spectrum.ts';
import { besselJ } from './bessel.ts';
import { unitarySeries } from './chebyshev.ts';
import { diffuse, evolve, ranked, TRUSTED_DRIFT } from './evolve.ts';
import { network, type Network } from './network.ts';

const at = (a: Float64Array, i: number): number => a[i] ?? Number.NaN;

function market(n: number, seed: number): Network {
  const random = generator(seed);
  const matrix = new Float32Array(n * n);
  for (let i = 0; i < n; i++) {
    for (let j = 0; j <= i; j++) matrix[i * n + j] = matrix[j * n + i] = i === j ? 1 : random() * 2 - 1;
  }
  return network({ matrix, invalid: new Uint32Array(n * Math.ceil(n / 32)) }, n);
}

describe('Bessel functions', () => {
  it.each([
    [0, 1, [1, 0]],
    [1, 2, [0.7651976865579666, 0.4400505857449335, 0.1149034849319005]],
    [10, 3, [-0.2459357644513483, 0.04347274616886144, 0.2546303136851206, 0.05837937930518665]],
    [50, 1, [0.05581232766925181, -0.09751182812517514]],
  ])('J(%d) up to order %d are those of the tables', (x, last, expected) => {
    const found = besselJ(x, last);
    expected.forEach((value, k) => expect(at(found, k)).toBeCloseTo(value, 13));
  });

  it('die away beyond the argument, and J₀² + 2 Σ Jₖ² = 1', () => {
    for (const x of [0.01, 0.5, 3, 25, 200]) {
      const found = besselJ(x, Math.ceil(x + 8 * Math.cbrt(x) + 30));
      expect(found.reduce((sum, value, k) => sum + (k === 0 ? 1 : 2) * value * value, 0)).toBeCloseTo(1, 12);
      expect(Math.abs(found.at(-1) ?? 1)).toBeLessThan(1e-9);
    }
  });
});

describe('state evolution', () => {
  it('is e^(−iHt) by the eigenvalues of H, and keeps every norm without being corrected', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 2, max: 12 }),
        fc.integer(),
        fc.double({ min: 0, max: 30, noNaN: true }),
        (n, seed, t) => {
          const net = market(n, seed);
          const { reached, drift } = evolve(net, t);
          const exact = byEigenvalues(net, t);
          for (let c = 0; c < n * n; c++) expect(at(reached, c)).toBeCloseTo(at(exact, c), 9);
          expect(drift).toBeLessThan(1e-9);
          expect(drift).toBeLessThan(TRUSTED_DRIFT);
        },
      ),
      { numRuns: 60 },
    );
  });

  it('begins where it starts, and a pair exchanges everything at t = π/2', () => {
    const pair = network({ matrix: Float32Array.of(1, 0.3, 0.3, 1), invalid: new Uint32Array(2) }, 2);
    expect([...evolve(pair, 0).reached]).toEqual([1, 0, 0, 1]);
    const { reached } = evolve(pair, Math.PI / 2);
    expect(at(reached, 0)).toBeCloseTo(0, 12);
    expect(at(reached, 1)).toBeCloseTo(1, 12);
    for (const t of [0.2, 1, 2]) expect(at(evolve(pair, t).reached, 0)).toBeCloseTo(Math.cos(t) ** 2, 12);
  });

  it('of one start is that row of all', () => {
    const net = market(9, 4);
    expect([...evolve(net, 5, [3, 7]).reached]).toEqual(
      [3, 7].flatMap((start) => [...evolve(net, 5).reached.subarray(start * 9, start * 9 + 9)]),
    );
  });

  it('says how far its norms are off when the series is cut short', () => {
    expect(unitarySeries(40).length).toBeGreaterThanOrEqual(40 + 8 * Math.cbrt(40) + 12);
    const doubled = market(6, 1);
    const broken = { ...doubled, walk: doubled.walk.map((value) => 1.2 * value) };
    expect(evolve(broken, 20).drift).toBeGreaterThan(TRUSTED_DRIFT);
  });
});

describe('classical diffusion', () => {
  it('is a law of probability that settles on the strengths', () => {
    fc.assert(
      fc.property(fc.integer({ min: 3, max: 12 }), fc.integer(), (n, seed) => {
        const net = market(n, seed);
        const total = net.strength.reduce((sum, value) => sum + value, 0);
        for (const t of [0, 0.3, 2, 400]) {
          const kernel = diffuse(net, t);
          for (let i = 0; i < n; i++) {
            let sum = 0;
            for (let j = 0; j < n; j++) {
              expect(at(kernel, i * n + j)).toBeGreaterThanOrEqual(-1e-12);
              sum += at(kernel, i * n + j);
              if (t === 0) expect(at(kernel, i * n + j)).toBeCloseTo(i === j ? 1 : 0, 12);
              if (t === 400) expect(at(kernel, i * n + j)).toBeCloseTo(at(net.strength, j) / total, 6);
            }
            expect(sum).toBeCloseTo(1, 9);
          }
        }
      }),
      { numRuns: 30 },
    );
  });

  it('of a pair: half of what is there has left after long', () => {
    const pair = network({ matrix: Float32Array.of(1, -0.3, -0.3, 1), invalid: new Uint32Array(2) }, 2);
    for (const t of [0.1, 1, 3]) {
      expect(at(diffuse(pair, t), 1)).toBeCloseTo((1 - Math.exp(-2 * t)) / 2, 10);
    }
  });
});

it('who stands alone is reached by nobody, in either, and pairs without ρ carry nothing', () => {
  const n = 3;
  const invalid = Uint32Array.of(0b100, 0b100, 0b011);
  const net = network({ matrix: Float32Array.of(1, 0.9, 0.9, 0.9, 1, 0.9, 0.9, 0.9, 1), invalid }, n);
  const { reached, drift } = evolve(net, 3);
  expect([at(reached, 2), at(reached, 5), at(reached, 8)]).toEqual([0, 0, expect.closeTo(1, 12)]);
  expect(drift).toBeLessThan(1e-12);
  const kernel = diffuse(net, 3);
  expect([at(kernel, 2), at(kernel, 5), at(kernel, 8)]).toEqual([0, 0, 1]);
  expect(ranked(reached.subarray(0, n), 0)).toEqual([1, 2]);
});

it('ranks those that the start is most bound to first', () => {
  // A chain: 0 is bound to 1, 1 to 2, 2 to 3.
  const n = 4;
  const matrix = new Float32Array(n * n);
  for (let i = 0; i + 1 < n; i++) matrix[i * n + i + 1] = matrix[(i + 1) * n + i] = 0.8;
  const net = network({ matrix, invalid: new Uint32Array(n) }, n);
  expect(ranked(diffuse(net, 0.5, [0]), 0)).toEqual([1, 2, 3]);
  expect(ranked(evolve(net, 0.5, [0]).reached, 0)).toEqual([1, 2, 3]);
});

/** |e^(−iHt)|² from eigenvalues and vectors. */
function byEigenvalues({ n, walk }: Network, t: number): Float64Array {
  const { values, vectors } = spectrum(walk, n);
  const out = new Float64Array(n * n);
  for (let i = 0; i < n; i++) {
    for (let j = 0; j < n; j++) {
      let [re, im] = [0, 0];
      for (let k = 0; k < n; k++) {
        const weight = at(vectors, k * n + i) * at(vectors, k * n + j);
        re += weight * Math.cos(at(values, k) * t);
        im -= weight * Math.sin(at(values, k) * t);
      }
      out[i * n + j] = re * re + im * im;
    }
  }
  return out;
}
