/** Panels in which the answer was planted, and tools that need no worker. */
import { generator, setValid } from '../correlation/returns.testkit.ts';
import { Stopped, type Tools } from './analysis.ts';
import { cpuAnalysisKernels } from './kernels.ts';
import type { ReturnsPanel } from './returns-panel.ts';

/** Standard normals, repeatable. */
export function normals(seed: number): () => number {
  const random = generator(seed);
  return () => Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
}

/** A live panel of 1 s bars; NaN is missing. */
export function panelOf(rows: Readonly<Record<string, readonly number[]>>): ReturnsPanel {
  const series = Object.values(rows);
  const [n, t] = [series.length, series[0]?.length ?? 0];
  const words = Math.ceil(t / 32);
  const valid = new Uint32Array(n * words);
  series.forEach((row, i) => row.forEach((x, k) => Number.isNaN(x) || setValid(valid, words, i, k)));
  return {
    names: Object.keys(rows),
    returns: Float64Array.from(series.flat()),
    valid,
    n,
    t,
    times: Float64Array.from({ length: t }, (_, k) => (k + 1) * 1_000_000),
    horizon: '1s',
    source: { kind: 'live' },
  };
}

export const series = (t: number, value: (k: number) => number): number[] =>
  Array.from({ length: t }, (_, k) => value(k));

const kernels = cpuAnalysisKernels(true);

/** @param breaths until the question is given up; absent: never. */
export function tools(breaths = Infinity): Tools {
  let taken = 0;
  let clock = 0;
  return {
    kernels,
    now: () => ++clock,
    progress: () => undefined,
    breathe: () => (taken++ < breaths ? Promise.resolve() : Promise.reject(new Stopped())),
  };
}
