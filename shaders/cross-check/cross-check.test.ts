import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { CHECK_BOUND, CHECK_PAIRS } from '../../protocol/cross-check.ts';
import type { InstrumentIndex } from '../../protocol/units.ts';
import { buildPanel } from '../correlation/build-panel.ts';
import { correlateTypescript } from '../correlation/cpu.ts';
import { correlateReference } from '../correlation/reference.ts';
import { factorReturns, type Sample } from '../correlation/returns.testkit.ts';
import { WasmCorrelation } from '../correlation/wasm.ts';
import { apart, compare, type Comparison } from './compare.ts';
import { rowInputs } from './inputs.ts';
import { murmur3 } from './murmur3.ts';
import { drawPairs, meanOf, publish, type Founded } from './published.ts';

const wasm = new WasmCorrelation();

function founded(sample: Sample, correlate: 'wasm' | 'typescript' = 'wasm'): Founded {
  const panel = buildPanel(sample);
  const correlated = correlate === 'wasm' ? wasm.correlate(panel) : correlateTypescript(panel);
  return {
    ...correlated,
    matrix: correlated.matrix.slice(),
    n: panel.n,
    valid: panel.valid,
    words: panel.words,
  };
}

/** What a server publishes of its own returns. */
function checkOf(sample: Sample, seed = 1) {
  const rows = rowInputs(sample).map((input, at) => ({ instrument: at as InstrumentIndex, ...input }));
  return { rows, ...publish(founded(sample), seed) };
}

const answer = (check: ReturnType<typeof checkOf>, own: Sample, matrix = founded(own)): Comparison =>
  compare(check, { inputs: rowInputs(own), matrix });

/** The same, with one pair's ρ moved, in both of its cells. */
function moved(of: Founded, i: number, j: number, by: number): Founded {
  // In f64: the bound is near the f32's own steps.
  const matrix = Float64Array.from(of.matrix) as unknown as Founded['matrix'];
  for (const at of [i * of.n + j, j * of.n + i]) matrix[at] = (matrix[at] ?? 0) + by;
  return { ...of, matrix };
}

const panels = fc.record({
  n: fc.integer({ min: 3, max: 40 }),
  t: fc.integer({ min: 60, max: 200 }),
  seed: fc.integer(),
  missing: fc.constantFrom(0, 0.1),
});
const sampleOf = ({ n, t, seed, missing }: { n: number; t: number; seed: number; missing: number }) =>
  factorReturns(n, t, seed, missing);

describe('the digest', () => {
  test('is MurmurHash3 of the words', () => {
    // The reference implementation’s, of the same bytes in this order.
    expect(murmur3(new Uint32Array(0))).toBe(0);
    expect(murmur3(new Uint32Array(0), 1)).toBe(0x514e28b7);
    expect(murmur3(Uint32Array.of(0x87654321))).toBe(0xf55b516b);
    expect(murmur3(Uint32Array.of(0x87654321), 0x5082edee)).toBe(0x2362f9de);
    expect(murmur3(Uint32Array.of(0))).toBe(0x2362f9de);
  });

  test('of a row is another as soon as one return is another or missing, and of that row alone', () => {
    fc.assert(
      fc.property(panels, fc.nat(), fc.nat(), fc.boolean(), (shape, row, column, isMissing) => {
        const sample = sampleOf({ ...shape, missing: 0 });
        const [i, k] = [row % sample.n, column % sample.t];
        const at = i * sample.t + k;
        const returns = sample.returns.slice();
        returns[at] = isMissing ? Number.NaN : (returns[at] ?? 0) * (1 + 1e-6);
        const [before, after] = [rowInputs(sample), rowInputs({ ...sample, returns })];
        expect(after[i]?.digest).not.toBe(before[i]?.digest);
        expect(after[i]?.samples).toBe(sample.t - (isMissing ? 1 : 0));
        expect(after.filter((_, other) => other !== i)).toEqual(before.filter((_, other) => other !== i));
      }),
    );
  });

  test('is the same where a logarithm differs in its last bit, and for both zeros', () => {
    const sample = factorReturns(4, 100, 7);
    const bits = new BigInt64Array(sample.returns.slice().buffer);
    const returns = new Float64Array(bits.map((word) => word + 1n).buffer);
    expect(returns).not.toEqual(sample.returns);
    expect(rowInputs({ ...sample, returns })).toEqual(rowInputs(sample));
    const zero = (value: number): Sample => ({ ...sample, returns: sample.returns.fill(value) });
    expect(rowInputs(zero(-0))).toEqual(rowInputs(zero(0)));
  });
});

describe('the pairs', () => {
  test('are distinct ones of the rows, all of them or as many as are wanted, and others by another seed', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 0, max: 80 }),
        fc.integer({ min: 1, max: 300 }),
        fc.nat(),
        (n, most, seed) => {
          const pairs = drawPairs(n, most, seed);
          expect(pairs).toHaveLength(Math.min(most, (n * (n - 1)) / 2));
          expect(new Set(pairs.map(String)).size).toBe(pairs.length);
          expect(pairs.every(([i, j]) => 0 <= i && i < j && j < n)).toBe(true);
        },
      ),
    );
    expect(drawPairs(64, CHECK_PAIRS, 1)).not.toEqual(drawPairs(64, CHECK_PAIRS, 2));
  });

  test('in time are all of them', () => {
    const seen = new Set<string>();
    for (let seed = 0; seed < 60; seed++)
      for (const pair of drawPairs(64, CHECK_PAIRS, seed)) seen.add(String(pair));
    expect(seen.size).toBe(2016);
  });
});

describe('two that compute the same returns', () => {
  test('agree, whichever backends they have', () => {
    fc.assert(
      fc.property(panels, (shape) => {
        const sample = sampleOf(shape);
        const found = answer(checkOf(sample), sample, founded(sample, 'typescript'));
        expect(found).toMatchObject({ kind: 'agreed', inputs: { fewer: 0, more: 0, other: 0 } });
        const exact = correlateReference(sample);
        const reference = { ...founded(sample), matrix: exact as unknown as Founded['matrix'] };
        expect(answer(checkOf(sample), sample, reference).kind).toBe('agreed');
      }),
    );
  });

  test('disagree when one pair is off by twice the bound, and not when it is within it', () => {
    fc.assert(
      fc.property(panels, fc.nat(), fc.boolean(), (shape, which, up) => {
        const sample = sampleOf({ ...shape, missing: 0 });
        const check = checkOf(sample);
        const [i = 0, j = 1, published] = check.pairs[which % check.pairs.length] ?? [];
        const by = (up ? 1 : -1) * CHECK_BOUND;
        const off = answer(check, sample, moved(founded(sample), i, j, 2 * by));
        expect(off).toMatchObject({
          kind: 'disagreed',
          beyond: 1,
          worst: { of: 'pair', row: i, column: j, published },
        });
        expect(answer(check, sample, moved(founded(sample), i, j, 0.9 * by)).kind).toBe('agreed');
      }),
    );
  });

  test('disagree when all of what was not drawn is off: the mean is', () => {
    const sample = factorReturns(64, 120, 3);
    const check = checkOf(sample);
    const drawn = new Set(check.pairs.map(([i, j]) => `${i} ${j}`));
    let own = founded(sample);
    for (let i = 0; i < 64; i++) {
      for (let j = i + 1; j < 64; j++) if (!drawn.has(`${i} ${j}`)) own = moved(own, i, j, 1e-4);
    }
    const found = answer(check, sample, own);
    expect(found).toMatchObject({ kind: 'disagreed', beyond: 0, worst: { of: 'mean' } });
  });

  test('disagree when one has no correlation where the other has, or has no number', () => {
    const sample = factorReturns(5, 100, 9);
    const check = checkOf(sample);
    const own = founded(sample);
    const found = answer(check, sample, moved(own, 1, 3, Number.NaN));
    expect(found).toMatchObject({ kind: 'disagreed', worst: { row: 1, column: 3, own: null } });
    expect(apart({ own: 0.1, published: null })).toBe(Infinity);
    expect(apart({ own: null, published: null })).toBe(0);
  });
});

describe('other inputs', () => {
  test('of one row are no other arithmetic: its pairs are not compared, the others are', () => {
    fc.assert(
      fc.property(panels, fc.nat(), fc.nat(), (shape, row, column) => {
        const sample = sampleOf({ ...shape, n: Math.max(8, shape.n), missing: 0 });
        const i = row % sample.n;
        const returns = sample.returns.slice();
        returns[i * sample.t + (column % sample.t)] = Number.NaN;
        const found = answer(checkOf(sample), { ...sample, returns });
        expect(found).toMatchObject({
          kind: 'agreed',
          inputs: { fewer: 1, more: 0, other: 0, of: sample.n },
        });
        if (found.kind !== 'agreed') return;
        expect(found.compared).toBeLessThan(found.of);
      }),
    );
  });

  test('hide no disagreement of the rest', () => {
    const sample = factorReturns(8, 100, 4);
    const returns = sample.returns.slice();
    returns[3] = Number.NaN;
    const own = { ...sample, returns };
    expect(answer(checkOf(sample), own, moved(founded(own), 4, 6, 1e-3))).toMatchObject({
      kind: 'disagreed',
      worst: { row: 4, column: 6 },
    });
  });

  test('of most rows are no agreement', () => {
    const sample = factorReturns(8, 100, 4);
    const later = factorReturns(8, 100, 5);
    expect(answer(checkOf(sample), later)).toEqual({
      kind: 'other-inputs',
      inputs: { fewer: 0, more: 0, other: 8, of: 8 },
    });
    const none: Sample = { ...sample, returns: sample.returns.map(() => Number.NaN) };
    expect(answer(checkOf(sample), none)).toMatchObject({ kind: 'other-inputs', inputs: { fewer: 8 } });
    expect(answer(checkOf(none), none)).toEqual({ kind: 'nothing' });
    expect(meanOf(founded(none))).toBeNull();
  });
});
