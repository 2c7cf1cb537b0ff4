/** What the compute worker and the main thread say to each other. Pixels are the canvas's own. */
import type { CrossCheck } from '../../protocol/cross-check.ts';
import type { Comparison } from '../../shaders/cross-check/compare.ts';
import type { Horizon, PanelSource, ReturnsPanel } from '../../shaders/analyses/returns-panel.ts';
import type { TicksQuery } from '../../protocol/messages.ts';
import type { Refusal, Result } from '../../protocol/result.ts';
import type { Uncertainty } from '../../shaders/analyses/uncertainty.ts';
import type { ComputeStatus } from '../../shaders/engine/status.ts';
import type { Interval } from '../../shaders/correlation/interval.ts';
import type { Theme } from '../../shaders/heatmap/view.ts';
import type { Backend } from '../../shaders/runtime/backend.ts';

export const WINDOWS = [128, 256, 512] as const;
/** Of an imported panel: as long as it is. */
export const WHOLE = 2 ** 31;
/** EWMA decay per column: about 199 effective samples. */
export const DECAY = 0.99;

/** Whose returns are meant: the live bars of a horizon, or an imported panel by the hash of its file. */
export interface ReturnsOf {
  readonly horizon: Horizon;
  readonly imported?: string;
}

export const isSameReturns = (a: ReturnsOf | null, b: ReturnsOf | null): boolean =>
  a?.horizon === b?.horizon && a?.imported === b?.imported;

/**
 * Which cells stand out: those with |ρ| ≥ c, or those for which |ρ| > c is a discovery, by Fisher's transform or
 * by the block bootstrap.
 */
export const PAIR_TESTS = ['size', 'fisher', 'bootstrap'] as const;
export type PairTest = (typeof PAIR_TESTS)[number];
/** One in so many of the discoveries may be false. */
export const FALSE_DISCOVERY = 0.05;

export interface HeatmapOptions {
  readonly of: ReturnsOf;
  readonly window: number;
  readonly weighting: 'pearson' | 'ewma';
  readonly clustered: boolean;
  /** c: what is dimmed depends on `test`. With `size` and 0, nothing is. */
  readonly threshold: number;
  readonly test: PairTest;
  /** Shown is how ρ differs from that of another window. */
  readonly compared: boolean;
  /** Whose window that is: the newest of another horizon, or of other prices; null: the window before. */
  readonly against: ReturnsOf | null;
  readonly theme: Theme;
}

/** Where a heatmap's numbers come from. */
export interface Provenance {
  readonly instruments: number;
  /** Samples used of the window asked for. */
  readonly samples: number;
  readonly effectiveSamples: number;
  readonly window: number;
  readonly weighting: 'pearson' | 'ewma';
  /** Close of the oldest and of the newest bar, µs. */
  readonly from: number;
  readonly asOf: number;
  readonly horizon: Horizon;
  readonly source: PanelSource;
  readonly ms: number;
  readonly backend: Backend;
  readonly pairwise: boolean;
  /** What was tested; null: nothing was, or the bootstrap is still under way. */
  readonly tested: {
    readonly by: 'fisher' | 'bootstrap';
    readonly count: number;
    readonly of: number;
  } | null;
  /** The window from which the difference is shown; null: correlations are shown. */
  readonly before: Before | null;
}

/** A window that another is compared with. */
export interface Before {
  /** Close of its oldest and of its newest bar, µs. */
  readonly from: number;
  readonly to: number;
  readonly horizon: Horizon;
  readonly source: PanelSource;
  /** It is the window just before, of the same returns. */
  readonly isJustBefore: boolean;
}

/** A pair that differs much from the other window. */
export interface PairBreak {
  readonly row: string;
  readonly column: string;
  readonly before: number;
  readonly after: number;
  /** Of this pair alone; null where it could not be tested. */
  readonly p: number | null;
}

/** What of the heatmap is wanted as a file. */
export const FILE_KINDS = ['csv', 'npy', 'png'] as const;
export type FileKind = (typeof FILE_KINDS)[number];
export interface NamedFile {
  readonly name: string;
  readonly file: Blob;
}

/** The bootstrap's answer, from the analysis worker by way of the panel. */
export interface BootstrapAnswer {
  readonly names: readonly string[];
  readonly threshold: number;
  readonly resamples: number;
  readonly uncertainty: Uncertainty;
}

export interface CellReading {
  readonly row: string;
  readonly column: string;
  /** null: too few common samples. */
  readonly rho: number | null;
  /** 95 % interval by Fisher's z; null with rho. */
  readonly interval: Interval | null;
  readonly samples: number;
  /** Of the window before; null where that is not shown or not known. */
  readonly before: number | null;
  /** Null where nothing is tested. */
  readonly tested: {
    readonly threshold: number;
    /** P(|ρ| > c), 0 … 1. */
    readonly exceeds: number;
    /** Whether it is one of the discoveries. */
    readonly survives: boolean;
  } | null;
}

/** What came of a check of the server's; `unchecked`: this console could not compute it, with the reason. */
export type CheckAnswer =
  | { readonly kind: 'compared'; readonly comparison: Comparison; readonly backend: Backend }
  | { readonly kind: 'unchecked'; readonly sentence: string };

export type ToCompute =
  | { readonly kind: 'start'; readonly stream: MessagePort; readonly pinned: Backend | null }
  | { readonly kind: 'pin'; readonly backend: Backend | null }
  | { readonly kind: 'canvas'; readonly canvas: OffscreenCanvas }
  | { readonly kind: 'no-canvas' }
  | { readonly kind: 'size'; readonly width: number; readonly height: number }
  | { readonly kind: 'options'; readonly options: HeatmapOptions }
  | { readonly kind: 'zoom'; readonly x: number; readonly y: number; readonly factor: number }
  | { readonly kind: 'pan'; readonly dx: number; readonly dy: number }
  | { readonly kind: 'fit' }
  /** The pointer is here; null: it left. */
  | { readonly kind: 'point'; readonly at: { readonly x: number; readonly y: number } | null }
  /** The keyboard's read-out moves by cells. */
  | { readonly kind: 'step'; readonly rows: number; readonly columns: number }
  | { readonly kind: 'visible'; readonly visible: boolean }
  /** The analysis worker asks for its panels at this port. */
  | { readonly kind: 'analyses'; readonly port: MessagePort }
  | { readonly kind: 'bootstrapped'; readonly answer: BootstrapAnswer | null }
  | { readonly kind: 'export'; readonly as: FileKind }
  /** Answered by one `checked`. */
  | { readonly kind: 'check'; readonly check: CrossCheck }
  /** Imported panels come from there. */
  | { readonly kind: 'prices'; readonly port: MessagePort }
  | { readonly kind: 'forget'; readonly sha256: string };

/** The newest `window` columns. */
export interface PanelQuery extends ReturnsOf {
  readonly window: number;
}
/** The analysis worker to the compute worker; each kind is answered in the order of asking. */
export type FromAnalyses =
  | { readonly kind: 'panel'; readonly query: PanelQuery }
  /** Passed on to the stream. */
  | { readonly kind: 'ticks'; readonly query: TicksQuery };
export type ToAnalyses =
  | { readonly kind: 'panel'; readonly panel: Result<ReturnsPanel> }
  /** A `ticks` frame. */
  | { readonly kind: 'ticks'; readonly ticks: Result<Uint8Array> }
  /** There is a newer bar than before. */
  | { readonly kind: 'bar' };

export type FromCompute =
  | { readonly kind: 'status'; readonly status: ComputeStatus }
  | { readonly kind: 'provenance'; readonly provenance: Provenance | null }
  /** A computation failed in a way that its twin could not answer either. */
  | { readonly kind: 'fault'; readonly sentence: string }
  | { readonly kind: 'checked'; readonly asOf: number; readonly answer: CheckAnswer }
  | { readonly kind: 'reading'; readonly reading: CellReading | null }
  /** The largest first; null while no difference is shown. `refusal`: why there can be none. */
  | {
      readonly kind: 'breaks';
      readonly breaks: readonly PairBreak[] | null;
      readonly refusal: Refusal | null;
    }
  | { readonly kind: 'files'; readonly files: readonly NamedFile[] };
