import { describe, expect, test } from 'vitest';
import type { CorrelationInput } from '../../correlation/panel.ts';
import { factorReturns, generator, setValid } from '../../correlation/returns.testkit.ts';
import { pairEstimates } from '../estimates.ts';
import type { IsingModel } from '../ising.ts';
import { model, randomModel } from '../models.testkit.ts';
import { buildNetwork } from '../network.ts';
import { DEFAULT_PLAN, sampleNetwork } from '../sample.ts';
import { wordsOf } from '../sampler.ts';
import { WasmSampler } from '../wasm.ts';
import type { Couplings } from './couplings.ts';
import { DEFAULT_FIT, fitNetwork, fitSigns } from './fit.ts';
import { misfit } from './misfit.ts';
import { meanField } from './mean-field.ts';
import { pseudoLikelihood } from './pseudo-likelihood.ts';
import { signsOf, type Signs } from './signs.ts';
import { chooseSupport } from './support.ts';

/** Panel of these rows; NaN is missing. */
function panel(rows: readonly (readonly number[])[]): CorrelationInput {
  const [n, t] = [rows.length, rows[0]?.length ?? 0];
  const valid = new Uint32Array(n * Math.ceil(t / 32));
  rows.forEach((row, i) =>
    row.forEach((x, k) => Number.isNaN(x) || setValid(valid, Math.ceil(t / 32), i, k)),
  );
  return { returns: Float64Array.from(rows.flat()), valid, n, t };
}

/** Independent states of a model: one of each chain after it has forgotten its start. */
function draw(ising: IsingModel, t: number, seed: number): Signs {
  const sampler = new WasmSampler({ network: buildNetwork(ising), chains: t, seed, stream: 0 });
  sampler.sweep(300);
  const states = sampler.read();
  const spins = Float64Array.from({ length: ising.n * t }, (_, at) => {
    const [i, c] = [Math.floor(at / t), at % t];
    return (((states[i * wordsOf(t) + (c >>> 5)] ?? 0) >>> (c & 31)) & 1) * 2 - 1;
  });
  return { n: ising.n, t, spins, usable: Array.from({ length: ising.n }, () => true), zeros: 0 };
}

const matrixOf = ({ n, edges }: IsingModel): Float64Array => {
  const j = new Float64Array(n * n);
  for (const edge of edges) j[edge.i * n + edge.j] = j[edge.j * n + edge.i] = edge.coupling;
  return j;
};
const rms = (a: Float64Array, b: Float64Array, n: number): number =>
  Math.sqrt(a.reduce((sum, x, at) => sum + (x - (b[at] ?? NaN)) ** 2, 0) / (n * (n - 1)));

describe('signs', () => {
  test('are those of the returns less their median', () => {
    const row = Array.from({ length: 41 }, (_, k) => 5 + k);
    const { spins } = signsOf(panel([row]), 'drop', 1);
    expect([...spins]).toEqual([...Array<number>(20).fill(-1), ...Array<number>(20).fill(1)]);
  });

  test('what is its median is dropped, or tossed for by the seed', () => {
    const row = Array.from({ length: 100 }, (_, k) => (k < 40 ? 0 : k % 2 === 0 ? 1 : -1));
    const other = Array.from({ length: 100 }, (_, k) => Math.sin(k));
    const dropped = signsOf(panel([row, other]), 'drop', 1);
    expect(dropped.zeros).toBe(40);
    expect(dropped.spins.subarray(0, 100).filter((s) => s === 0)).toHaveLength(40);
    const tossed = signsOf(panel([row, other]), 'jitter', 1).spins;
    expect(tossed.subarray(0, 100)).not.toContain(0);
    expect(signsOf(panel([row, other]), 'jitter', 1).spins).toEqual(tossed);
    expect(signsOf(panel([row, other]), 'jitter', 2).spins).not.toEqual(tossed);
  });

  test('of normal returns are correlated by (2/π) asin ρ', () => {
    const random = generator(7);
    const normal = (): number => Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
    const t = 40_000;
    for (const rho of [-0.6, 0.3, 0.8]) {
      const x = Array.from({ length: t }, normal);
      const y = x.map((a) => rho * a + Math.sqrt(1 - rho * rho) * normal());
      const { spins } = signsOf(panel([x, y]), 'drop', 1);
      let sum = 0;
      for (let k = 0; k < t; k++) sum += (spins[k] ?? 0) * (spins[t + k] ?? 0);
      const expected = (2 / Math.PI) * Math.asin(rho);
      expect(Math.abs(sum / t - expected)).toBeLessThan(4 * Math.sqrt((1 - expected ** 2) / t));
    }
  });
});

describe('the fit', () => {
  // Strong, sparse, 32 spins, 4,096 bars: where mean field is known to be off.
  const planted = randomModel(32, 4, 0.5, 12);
  const signs = draw({ ...planted, fields: new Float64Array(32) }, 4096, 5);
  const truth = matrixOf(planted);

  test('pseudo-likelihood recovers planted couplings better than the mean field that it starts from', () => {
    const start = meanField(signs, 1 / 64);
    const fitted = pseudoLikelihood(signs, start, 5 / 4096);
    expect(rms(fitted.couplings, truth, 32)).toBeLessThan(0.03);
    expect(rms(fitted.couplings, truth, 32)).toBeLessThan(rms(start.couplings, truth, 32));
  });

  test('does not depend on where it starts', () => {
    const nothing: Couplings = { n: 32, fields: new Float64Array(32), couplings: new Float64Array(32 * 32) };
    const a = pseudoLikelihood(signs, nothing, 5 / 4096);
    const b = pseudoLikelihood(signs, meanField(signs, 1 / 64), 5 / 4096);
    expect(rms(a.couplings, b.couplings, 32)).toBeLessThan(2e-3);
  });

  test('keeps the planted pairs, and the refit is nearer to them than all pairs at once', () => {
    const fitted = fitSigns(signs, { ...DEFAULT_FIT, edges: planted.edges.length });
    expect(rms(matrixOf(fitted), truth, 32)).toBeLessThan(0.02);
    const kept = new Set(fitted.edges.map(({ i, j }) => i * 32 + j));
    for (const { i, j, coupling } of planted.edges) {
      if (Math.abs(coupling) > 0.1) expect(kept.has(i * 32 + j)).toBe(true);
    }
  });

  test('recovers fields', () => {
    const biased = model(
      [0.4, -0.3, 0, 0.8],
      [
        [0, 1, 0.5],
        [1, 2, -0.4],
        [2, 3, 0.3],
      ],
    );
    const fitted = fitSigns(draw(biased, 8192, 3));
    biased.fields.forEach((h, i) => expect(Math.abs((fitted.fields[i] ?? NaN) - h)).toBeLessThan(0.06));
  });

  test('its network, sampled, has the correlations of data that few couplings explain, and its misfit says so', async () => {
    const fitted = fitSigns(signs, { ...DEFAULT_FIT, edges: planted.edges.length });
    const sampled = await sampleNetwork((run) => new WasmSampler(run), fitted, {
      ...DEFAULT_PLAN,
      chains: 512,
    });
    const { coupled, all, meanOfData, meanOfNetwork } = misfit(
      signs,
      fitted,
      pairEstimates(sampled.counts).moments,
    );
    expect(coupled).toBeLessThan(0.03);
    expect(all).toBeLessThan(0.03);
    expect(Math.abs(meanOfNetwork - meanOfData)).toBeLessThan(0.01);
  });

  test('a market that moves as one is more correlated than a tree of its pairs: the misfit tells', async () => {
    const random = generator(11);
    const [n, t] = [24, 1500];
    const market = Array.from({ length: t }, () => random() - 0.5);
    const rows = Array.from({ length: n }, () => market.map((m) => m + 0.6 * (random() - 0.5)));
    const fitted = fitNetwork(panel(rows), { ...DEFAULT_FIT, edges: 0 });
    expect(fitted.model.edges).toHaveLength(n - 1);
    const sampled = await sampleNetwork((run) => new WasmSampler(run), fitted.model, {
      ...DEFAULT_PLAN,
      chains: 512,
    });
    const { moments } = pairEstimates(sampled.counts);
    const { all, meanOfData, meanOfNetwork } = misfit(fitted.signs, fitted.model, moments);
    expect(all).toBeGreaterThan(0.2);
    expect(meanOfNetwork).toBeLessThan(meanOfData / 2);
  });

  test('the support spans all instruments, keeps to its degree, and takes the largest couplings', () => {
    const n = 40;
    const random = generator(3);
    const couplings = new Float64Array(n * n);
    for (let i = 0; i < n; i++) {
      // Spin 0 is a hub: everything is coupled to it most.
      for (let j = 0; j < i; j++)
        couplings[i * n + j] = couplings[j * n + i] = j === 0 ? 2 + random() : random();
    }
    const support = chooseSupport({ n, fields: new Float64Array(n), couplings }, { edges: 100, degree: 8 });
    const degrees = new Uint32Array(n);
    const reached = new Set([0]);
    for (let round = 0; round < n; round++) {
      for (const [i, j] of support) if (reached.has(i) || reached.has(j)) reached.add(i).add(j);
    }
    for (const i of support.flat()) degrees[i] = (degrees[i] ?? 0) + 1;
    expect(support).toHaveLength(100);
    expect(reached.size).toBe(n);
    expect(Math.max(...degrees)).toBe(8);
    expect(degrees[0]).toBe(8);
  });
});

describe('hostile panels', () => {
  const [n, t] = [9, 128];
  const sound = factorReturns(n, t, 17);
  const finite = ({ fields, edges }: IsingModel): boolean =>
    fields.every(Number.isFinite) && edges.every(({ coupling }) => Number.isFinite(coupling));

  test('NaN, infinite, huge, constant, missing and copied rows harm no other row and are sampled', async () => {
    const { returns, valid } = { returns: sound.returns.slice(), valid: sound.valid.slice() };
    returns[5] = Number.NaN;
    returns[t + 6] = Infinity;
    returns[t + 7] = -Infinity;
    for (let k = 0; k < t; k++) returns[2 * t + k] = k % 2 === 0 ? 1e308 : -1e308 + k * 1e300;
    returns.fill(0.25, 3 * t, 4 * t);
    valid.fill(0, 4 * 4, 5 * 4);
    returns.set(returns.slice(7 * t, 8 * t), 8 * t);
    for (const zeros of ['drop', 'jitter'] as const) {
      const {
        model: ising,
        signs: { usable },
      } = fitNetwork({ returns, valid, n, t }, { ...DEFAULT_FIT, zeros });
      expect(usable).toEqual([true, true, true, false, false, true, true, true, true]);
      expect(finite(ising)).toBe(true);
      expect(ising.edges.some(({ i, j }) => [3, 4].includes(i) || [3, 4].includes(j))).toBe(false);
      expect(ising.edges.find(({ i, j }) => i === 7 && j === 8)?.coupling).toBeGreaterThan(0.5);
      const plan = { ...DEFAULT_PLAN, chains: 256, measures: 16 };
      const { diagnostics } = await sampleNetwork((run) => new WasmSampler(run), ising, plan);
      expect(diagnostics.means.every(Number.isFinite)).toBe(true);
    }
  });

  test.each([
    [1, 128],
    [4, 1],
    [4, 0],
    [0, 0],
    [3, 29],
    [2, 32],
    [129, 33],
  ])('%i instruments of %i bars', (rows, bars) => {
    const {
      model: ising,
      signs: { usable },
    } = fitNetwork(factorReturns(rows, bars, 3));
    expect(ising.n).toBe(rows);
    expect(usable.every((enough) => enough === bars >= 30)).toBe(true);
    expect(finite(ising)).toBe(true);
    buildNetwork(ising);
  });

  test('all missing, or none ever moving, leaves nothing to be said', () => {
    const still = { ...sound, returns: new Float64Array(n * t) };
    const missing = { ...sound, valid: new Uint32Array(n * 4) };
    for (const input of [still, missing]) {
      const { model: ising, signs } = fitNetwork(input);
      expect([signs.usable.includes(true), signs.t, ising.edges.length]).toEqual([false, 0, 0]);
    }
  });

  test('refuses what does not fit together', () => {
    expect(() => fitNetwork({ ...sound, n: 8 })).toThrow(RangeError);
    expect(() => fitNetwork({ ...sound, t: 127.5 })).toThrow(RangeError);
    for (const wrong of [{ seed: -1 }, { degree: 17 }, { edges: 1.5 }, { ridge: 0 }, { ridge: Number.NaN }]) {
      expect(() => fitNetwork(sound, { ...DEFAULT_FIT, ...wrong })).toThrow(RangeError);
    }
  });
});
