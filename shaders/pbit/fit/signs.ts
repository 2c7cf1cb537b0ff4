/** Returns to spins: the sign of each return less its instrument's median. */
import { MIN_SAMPLES, type CorrelationInput } from '../../correlation/panel.ts';
import { philox4x32 } from '../../lib/philox.ts';
import { keyOf, STREAM } from '../sampler.ts';

/** What becomes of a return that is its median: it is missing, or a coin is tossed for it by the seed. */
export type Zeros = 'drop' | 'jitter';

export interface Signs {
  readonly n: number;
  /** Bars at which some usable instrument has a sign. */
  readonly t: number;
  /** n × t: +1 or −1; 0 where missing. */
  readonly spins: Float64Array<ArrayBuffer>;
  /** Whether an instrument has at least 30 signs of its own; the others' rows are 0, their spins free, and nothing is to be said of them. */
  readonly usable: readonly boolean[];
  /** Returns that were their median, of usable instruments. */
  readonly zeros: number;
}

/** @param input returns and validity as for a correlation; an infinite return is missing */
export function signsOf(input: Omit<CorrelationInput, 'lambda'>, zeros: Zeros, seed: number): Signs {
  const { n, t } = input;
  const all = new Float64Array(n * t);
  const usable: boolean[] = [];
  let count = 0;
  for (let i = 0; i < n; i++) {
    const { own, even } = rowSigns(input, i);
    const enough = own.reduce((sum, s) => sum + Math.abs(s), 0) >= MIN_SAMPLES;
    usable.push(enough);
    if (!enough) continue;
    count += even.length;
    if (zeros === 'jitter') for (const k of even) own[k] = toss(i, k, seed);
    all.set(own, i * t);
  }
  const kept = Array.from({ length: t }, (_, k) => k).filter((k) =>
    usable.some((_, i) => all[i * t + k] !== 0),
  );
  const spins = new Float64Array(n * kept.length);
  for (let i = 0; i < n; i++) kept.forEach((k, at) => (spins[i * kept.length + at] = all[i * t + k] ?? 0));
  return { n, t: kept.length, spins, usable, zeros: count };
}

function rowSigns(
  { returns, valid, t }: Omit<CorrelationInput, 'lambda'>,
  i: number,
): { readonly own: Float64Array; readonly even: readonly number[] } {
  const words = Math.ceil(t / 32);
  const present = (k: number): boolean =>
    (((valid[i * words + (k >>> 5)] ?? 0) >>> (k & 31)) & 1) === 1 && Number.isFinite(returns[i * t + k]);
  const samples = Array.from({ length: t }, (_, k) => k).filter(present);
  const middle = medianOf(Float64Array.from(samples, (k) => returns[i * t + k] ?? 0));
  const own = new Float64Array(t);
  const even: number[] = [];
  for (const k of samples) {
    const value = returns[i * t + k] ?? 0;
    // Compared, not subtracted: 1e308 less −1e308 is no number.
    if (value === middle) even.push(k);
    else own[k] = value > middle ? 1 : -1;
  }
  return { own, even };
}

function medianOf(xs: Float64Array): number {
  const sorted = xs.sort();
  const half = sorted.length >>> 1;
  const upper = sorted[half] ?? 0;
  return sorted.length % 2 === 1 ? upper : (sorted[half - 1] ?? 0) / 2 + upper / 2;
}

const toss = (i: number, k: number, seed: number): number =>
  (philox4x32([k, i, 0, STREAM.jitter], keyOf(seed))[0] ?? 0) < 0x80000000 ? 1 : -1;
