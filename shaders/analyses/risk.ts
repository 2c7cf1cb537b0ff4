/**
 * What the present book may lose (K7): value at risk and expected shortfall by Monte Carlo from the returns'
 * sizes and shrunk correlations, by instrument and by cluster, and the same after an order. Money comes
 * and goes as integers; only the scenarios between are floats.
 */
import { ok, refuse, type Result } from '../../protocol/result.ts';
import { buildPanel } from '../correlation/build-panel.ts';
import { cholesky } from '../lib/cholesky.ts';
import { byCluster, tailRisks, type TailRisk } from '../portfolio/risk.ts';
import type { Draw, Market } from '../portfolio/scenarios.ts';
import { positiveDefinite } from '../structure/positive.ts';
import { clusters, spanningTree } from '../structure/spanning-tree.ts';
import type { Analysis, Tools } from './analysis.ts';
import { isPresent, selectRows, type ReturnsPanel } from './returns-panel.ts';
import { shrink } from './shrinkage.ts';

/** What a position is worth: signed, in minor units of one currency for all. */
export interface Exposure {
  readonly name: string;
  readonly value: bigint;
}

export interface RiskOptions {
  /** Each instrument once. */
  readonly book: readonly Exposure[];
  /** What an order would add to the book; null: none is asked about. */
  readonly order: Exposure | null;
  /** E.g. 0.95 and 0.99. */
  readonly levels: readonly number[];
  /** How long the book is held, in bars of the panel. */
  readonly bars: number;
  /** Of Student's t; null: normal. */
  readonly degrees: number | null;
  readonly scenarios: number;
  readonly seed: number;
}

export interface Risk {
  /** One a level, in their order. */
  readonly now: readonly LevelRisk[];
  /** With the order, over the same scenarios; null where none was asked about. */
  readonly after: readonly LevelRisk[] | null;
  /** Positions without returns: what they may lose is in no figure here. */
  readonly uncovered: readonly Exposure[];
  /** How far correlations were drawn towards none, 0 to 1. */
  readonly shrinkage: number;
  /** Eigenvalues that had to be lifted for the matrix to be one of a market. */
  readonly lifted: number;
}

/** Losses are positive, in minor units. */
export interface LevelRisk {
  readonly level: number;
  readonly valueAtRisk: bigint;
  /** 95 % interval of the sampling. */
  readonly valueAtRiskWithin: readonly [bigint, bigint];
  readonly shortfall: bigint;
  readonly shortfallWithin: readonly [bigint, bigint];
  /** Parts of the shortfall, which sum to it but for rounding; negative ones hedge. The largest first. */
  readonly byInstrument: readonly Part[];
  readonly byCluster: readonly (Part & { readonly names: readonly string[] })[];
  /** Scenarios beyond the level. */
  readonly scenarios: number;
}

export interface Part {
  readonly name: string;
  readonly shortfall: bigint;
}

/** Instruments that hang together by ρ of at least this are one cluster. */
const ALIKE = 0.5;
/** Held at once; each costs as many scenarios again. */
const MOST_HELD = 512;

export const risk: Analysis<RiskOptions, Risk> = {
  instruments: [1, 4096],
  run: async (panel, options, tools) => {
    const { book, order } = options;
    const known = new Set(panel.names);
    if (order !== null && !known.has(order.name)) {
      return refuse('no-returns', `${order.name} has too few returns in this window: its risk is not known.`);
    }
    const held = book.filter(({ value }) => value !== 0n);
    if (held.length === 0 && order === null) {
      return refuse('flat', 'There are no positions, so there is nothing to lose.');
    }
    const covered = held.filter(({ name }) => known.has(name));
    const names = [...new Set([...covered, ...(order === null ? [] : [order])].map(({ name }) => name))];
    if (names.length === 0) {
      return refuse('no-returns', 'No position has enough returns in this window: the risk is not known.');
    }
    if (names.length > MOST_HELD) {
      return refuse(
        'too-many-instruments',
        `A book of at most ${MOST_HELD} instruments, not of ${names.length}.`,
      );
    }
    const market = await marketOf(
      selectRows(
        panel,
        names.map((name) => panel.names.indexOf(name)),
      ),
      tools,
    );
    if (!market.ok) return market;
    const { of, cluster, shrinkage, lifted } = market.value;
    const ask = (exposures: readonly Exposure[]): LevelRisk[] =>
      tailRisks(of, sums(exposures, names), drawOf(options), options.levels).map((tail) =>
        inMoney(tail, names, cluster),
      );
    tools.progress(1, 3);
    await tools.breathe();
    const now = ask(covered);
    tools.progress(2, 3);
    await tools.breathe();
    const after = order === null ? null : ask([...covered, order]);
    const uncovered = held.filter(({ name }) => !known.has(name));
    return ok({ now, after, uncovered, shrinkage, lifted });
  },
};

interface Fitted {
  readonly of: Market;
  readonly cluster: Int32Array;
  readonly shrinkage: number;
  readonly lifted: number;
}

async function marketOf(returns: ReturnsPanel, { kernels }: Tools): Promise<Result<Fitted>> {
  const { n } = returns;
  const panel = buildPanel(returns);
  const correlated = await kernels.correlate(panel);
  const shrunk = shrink(correlated, panel);
  const { matrix, lifted } = positiveDefinite(shrunk, n);
  const factor = cholesky(matrix, n);
  if (factor === null) {
    return refuse('not-positive', 'The correlations of these positions are not those of any market.');
  }
  const sigma = Float64Array.from({ length: n }, (_, i) => deviation(returns, i));
  return ok({
    of: { n, factor, sigma, drift: new Float64Array(n) },
    cluster: clusters(spanningTree(correlated, n), n, ALIKE),
    shrinkage: shrunk.intensity,
    lifted,
  });
}

/** Of the returns that are there, about their mean. */
function deviation(panel: ReturnsPanel, i: number): number {
  let [count, mean, squares] = [0, 0, 0];
  for (let k = 0; k < panel.t; k++) {
    if (!isPresent(panel, i, k)) continue;
    const value = panel.returns[i * panel.t + k] ?? 0;
    count++;
    const off = value - mean;
    mean += off / count;
    squares += off * (value - mean);
  }
  return Math.sqrt(squares / Math.max(1, count - 1));
}

function drawOf({ scenarios, bars, degrees, seed }: RiskOptions): Draw {
  return { scenarios, horizon: bars, degrees, seed: [seed >>> 0, Math.floor(seed / 2 ** 32)] };
}

/** Exact up to 2⁵³ minor units; beyond that the last digits are no part of any risk. */
function sums(exposures: readonly Exposure[], names: readonly string[]): Float64Array {
  const total = new Map<string, bigint>();
  for (const { name, value } of exposures) total.set(name, (total.get(name) ?? 0n) + value);
  return Float64Array.from(names, (name) => Number(total.get(name) ?? 0n));
}

const minor = (value: number): bigint => BigInt(Math.round(value));
const within = ([low, high]: readonly [number, number]): readonly [bigint, bigint] => [
  minor(low),
  minor(high),
];

function inMoney(tail: TailRisk, names: readonly string[], cluster: Int32Array): LevelRisk {
  const byInstrument = names.map((name, i) => ({ name, shortfall: minor(tail.byInstrument[i] ?? 0) }));
  const groups = Array.from(byCluster(tail.byInstrument, cluster), (value, number) => {
    const members = names.filter((_, i) => cluster[i] === number);
    return { name: members[0] ?? '', names: members, shortfall: minor(value) };
  });
  return {
    level: tail.level,
    valueAtRisk: minor(tail.valueAtRisk),
    valueAtRiskWithin: within(tail.valueAtRiskWithin),
    shortfall: minor(tail.shortfall),
    shortfallWithin: within(tail.shortfallWithin),
    byInstrument: byInstrument.sort(largestFirst),
    byCluster: groups.sort(largestFirst),
    scenarios: tail.scenarios,
  };
}

const largestFirst = (a: Part, b: Part): number =>
  a.shortfall === b.shortfall ? 0 : a.shortfall < b.shortfall ? 1 : -1;
