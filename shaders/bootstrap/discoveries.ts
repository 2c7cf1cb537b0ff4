/**
 * Which pairs are beyond c for more than chance: a test of |ρ| ≤ c for each, and the rate of false ones among
 * all that are named (`benjaminiHochberg`).
 */
import { invalidWords, isInvalid, type Correlated } from '../correlation/correlated.ts';
import { normalCdf } from '../lib/normal.ts';
import { pairAt, pairsBefore } from '../lib/pairs.ts';
import { benjaminiHochberg } from './false-discovery.ts';

/**
 * How often chance alone gives a correlation as strong where the true one is at most c in size, by Fisher's
 * transform; NaN for three samples or fewer. c = 0: the two-sided test of no correlation.
 */
export function exceedanceP(rho: number, samples: number, c: number): number {
  if (!(samples > 3)) return Number.NaN;
  if (Math.abs(rho) >= 1) return c < 1 ? 0 : 1;
  const error = 1 / Math.sqrt(samples - 3);
  const size = Math.atanh(Math.abs(rho));
  const bar = Math.atanh(c);
  return Math.min(1, normalCdf((bar - size) / error) + normalCdf((-bar - size) / error));
}

/** p of every pair, as `pairAt` counts them; NaN where there is no correlation. */
export function exceedances(
  { matrix, invalid }: Correlated,
  n: number,
  samplesOf: (i: number, j: number) => number,
  c: number,
): Float64Array<ArrayBuffer> {
  const p = new Float64Array(pairsBefore(n, n));
  let at = 0;
  for (let i = 0; i < n; i++) {
    for (let j = i + 1; j < n; j++) {
      const isUnknown = isInvalid(invalid, n, i, j);
      p[at++] = isUnknown ? Number.NaN : exceedanceP(matrix[i * n + j] ?? 0, samplesOf(i, j), c);
    }
  }
  return p;
}

/**
 * How often chance alone makes two correlations differ as much where the true ones are alike, by Fisher's transform
 * of independent samples; NaN for three or fewer on a side. Where the samples have times in common it is too large
 * rather than too small.
 */
export function differenceP(now: number, before: number, samplesNow: number, samplesBefore: number): number {
  if (!(samplesNow > 3) || !(samplesBefore > 3)) return Number.NaN;
  if (now === before) return 1;
  if (Math.abs(now) >= 1 || Math.abs(before) >= 1) return 0;
  const error = Math.sqrt(1 / (samplesNow - 3) + 1 / (samplesBefore - 3));
  return Math.min(1, 2 * normalCdf(-Math.abs(Math.atanh(now) - Math.atanh(before)) / error));
}

/** A window's correlations, and how many samples each pair's are worth. */
export interface Sampled {
  readonly of: Correlated;
  readonly samplesOf: (i: number, j: number) => number;
}

/** p of every pair's difference, as `pairAt` counts them; NaN where either side has no correlation. */
export function differences(now: Sampled, before: Sampled, n: number): Float64Array<ArrayBuffer> {
  const p = new Float64Array(pairsBefore(n, n));
  let at = 0;
  for (let i = 0; i < n; i++) {
    for (let j = i + 1; j < n; j++) {
      const [a, b] = [now, before].map(({ of }) =>
        isInvalid(of.invalid, n, i, j) ? Number.NaN : (of.matrix[i * n + j] ?? 0),
      );
      const isUnknown = a === undefined || b === undefined || Number.isNaN(a) || Number.isNaN(b);
      p[at++] = isUnknown ? Number.NaN : differenceP(a, b, now.samplesOf(i, j), before.samplesOf(i, j));
    }
  }
  return p;
}

/** The pairs that survive, and those that do not as cells to be dimmed. */
export interface PairDiscoveries {
  /** Set where a pair was tested and is no discovery: bits like those of what is invalid. */
  readonly faint: Uint32Array<ArrayBuffer>;
  readonly count: number;
  readonly tests: number;
  readonly survives: (i: number, j: number) => boolean;
}

/** @param q the false-discovery rate, 0 … 1 */
export function pairDiscoveries(p: Float64Array, n: number, q: number): PairDiscoveries {
  const { cutoff, count } = benjaminiHochberg(p, q);
  const words = invalidWords(n);
  const faint = new Uint32Array(n * words);
  const mark = (i: number, j: number): void => {
    const word = i * words + (j >>> 5);
    faint[word] = (faint[word] ?? 0) | (1 << (j & 31));
  };
  let at = 0;
  let tests = 0;
  for (let i = 0; i < n; i++) {
    for (let j = i + 1; j < n; j++) {
      const value = p[at++] ?? Number.NaN;
      if (!Number.isNaN(value)) tests++;
      if (value <= cutoff) continue;
      mark(i, j);
      mark(j, i);
    }
  }
  const survives = (i: number, j: number): boolean => i !== j && (p[pairAt(n, i, j)] ?? Number.NaN) <= cutoff;
  return { faint, count, tests, survives };
}
