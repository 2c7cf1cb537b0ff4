/** Returns with a plan, and tools that need no thread. */
import { ok, refuse, type Result } from '../../protocol/result.ts';
import type { InstrumentIndex } from '../../protocol/units.ts';
import { normals, panelOf, series } from '../../shaders/analyses/planted.testkit.ts';
import type { ReturnsPanel } from '../../shaders/analyses/returns-panel.ts';
import type { BookRisk, KernelReport } from './report.ts';

/** Seconds of `names`, bound by one factor at ρ = 0.5; the last close is on a whole minute. */
export function market(names: readonly string[], t: number, seed: number, size = 1e-4): ReturnsPanel {
  const random = normals(seed);
  const factor = series(t, random);
  const rows = names.map((name) => [name, series(t, (k) => size * ((factor[k] ?? 0) + random()))] as const);
  const panel = panelOf(Object.fromEntries(rows));
  return { ...panel, times: panel.times.map((_, k) => 3_600_000_000 * 24 + (k + 1 - t) * 1_000_000) };
}

export const indexes = (names: readonly string[]): Map<string, InstrumentIndex> =>
  new Map(names.map((name, index) => [name, index as InstrumentIndex]));

const known = <T>(value: T): Result<T> => ok(value);

/** A quiet market's report; `change` says what is not. */
export function reportOf(change: Partial<KernelReport> = {}): KernelReport {
  const structure = {
    horizon: '1m',
    asOf: 0,
    instruments: 4,
    samples: 60,
    absorption: 0.4,
    factors: 1,
    meanCorrelation: 0.3,
    clusters: 1,
    clusterOf: new Map<InstrumentIndex, number>(),
  } as const;
  const risk: BookRisk = {
    asOf: 0,
    level: 0.99,
    valueAtRisk: 0n as never,
    within: [0n as never, 0n as never],
    shortfall: 0n as never,
    perDollar: new Map(),
    held: new Map(),
  };
  return {
    backend: 'wasm',
    ms: 12.4,
    instruments: 4,
    listed: 6,
    asOf: 0,
    seconds: known({ ...structure, horizon: '1s' as const }),
    minutes: known(structure),
    shock: known({ before: 0.3, after: 0.31, p: 0.8, instruments: 4 }),
    cascade: known({ given: 'BTC', probability: 0.3, error: 0.01, k: 9, of: 12 }),
    wild: known({ probability: 0.1, size: 1e-4 }),
    flash: known({ crashing: [], watched: 4 }),
    coExceedance: known({ down: 0, of: 4, usual: 2, isCascade: false }),
    risk: known(risk),
    check: refuse('too-few-samples', 'Not yet.'),
    ...change,
  };
}
