/** What one run of the server's own kernels says. Everything is structured-cloned between threads. */
import type { CrossCheck } from '../../protocol/cross-check.ts';
import type { Result } from '../../protocol/result.ts';
import type { InstrumentIndex, Lots, QuoteMicros } from '../../protocol/units.ts';
import type { Horizon } from '../../shaders/analyses/returns-panel.ts';
import type { CoExceedance } from '../../shaders/detectors/co-exceedance.ts';
import type { MarketBreak } from '../../shaders/detectors/market-break.ts';
import type { Backend } from '../../shaders/runtime/backend.ts';

/** One horizon's structure. */
export interface StructureFigures {
  readonly horizon: Horizon;
  /** Close of the newest column, µs. */
  readonly asOf: number;
  readonly instruments: number;
  readonly samples: number;
  readonly absorption: number;
  readonly factors: number;
  readonly meanCorrelation: number;
  /** Clusters of at least two. */
  readonly clusters: number;
  /** Every instrument that has returns, with its cluster's number. */
  readonly clusterOf: ReadonlyMap<InstrumentIndex, number>;
}

export interface CascadeFigures {
  /** The instrument that fell most for its size. */
  readonly given: string;
  /** P(at least `k` of `of` others down | it is down), with one standard error. */
  readonly probability: number;
  readonly error: number;
  readonly k: number;
  readonly of: number;
}

/** The market's own regime: of the mean of its returns. */
export interface Wildness {
  readonly probability: number;
  /** Standard deviation of its next step, by the regime that it is in. */
  readonly size: number;
}

/** The present book against the market of the 1 min returns. */
export interface BookRisk {
  /** Close of the newest column, µs. */
  readonly asOf: number;
  readonly level: number;
  readonly valueAtRisk: QuoteMicros;
  /** 95 % interval. */
  readonly within: readonly [QuoteMicros, QuoteMicros];
  readonly shortfall: QuoteMicros;
  /** Value at risk of one dollar of each instrument alone, in millionths, rounded up. */
  readonly perDollar: ReadonlyMap<InstrumentIndex, number>;
  /** What it was computed of. */
  readonly held: ReadonlyMap<InstrumentIndex, Lots>;
}

/** What consoles are to compute again of their own bars. */
export type CheckFigures = Omit<CrossCheck, 'code'>;

/** A part that cannot be told says why; it is never told from stale or too few returns. */
export interface KernelReport {
  readonly backend: Backend;
  /** Of the run, ms. */
  readonly ms: number;
  /** Rows, and instruments that are listed. */
  readonly instruments: number;
  readonly listed: number;
  /** Close of the newest 1 s bar, µs. */
  readonly asOf: number;
  readonly seconds: Result<StructureFigures>;
  readonly minutes: Result<StructureFigures>;
  readonly shock: Result<MarketBreak>;
  readonly cascade: Result<CascadeFigures>;
  readonly wild: Result<Wildness>;
  /** Names that crash now, of so many that can be watched. */
  readonly flash: Result<{ readonly crashing: readonly string[]; readonly watched: number }>;
  readonly coExceedance: Result<CoExceedance>;
  readonly risk: Result<BookRisk>;
  readonly check: Result<CheckFigures>;
}
