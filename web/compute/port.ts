/** What the compute worker and the main thread say to each other. Pixels are the canvas's own. */
import type { Horizon, PanelSource, ReturnsPanel } from '../../shaders/analyses/returns-panel.ts';
import type { Result } from '../../protocol/result.ts';
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

export interface HeatmapOptions {
  readonly of: ReturnsOf;
  readonly window: number;
  readonly weighting: 'pearson' | 'ewma';
  readonly clustered: boolean;
  /** Cells with |ρ| below it are dimmed. 0 = none. */
  readonly threshold: number;
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
}

export interface CellReading {
  readonly row: string;
  readonly column: string;
  /** null: too few common samples. */
  readonly rho: number | null;
  /** 95 % interval by Fisher's z; null with rho. */
  readonly interval: Interval | null;
  readonly samples: number;
}

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
  /** Imported panels come from there. */
  | { readonly kind: 'prices'; readonly port: MessagePort }
  | { readonly kind: 'forget'; readonly sha256: string };

/** The analysis worker to the compute worker: the newest `window` columns, answered in the order of asking. */
export interface PanelQuery extends ReturnsOf {
  readonly window: number;
}
export type ToAnalyses =
  | { readonly kind: 'panel'; readonly panel: Result<ReturnsPanel> }
  /** There is a newer bar than before. */
  | { readonly kind: 'bar' };

export type FromCompute =
  | { readonly kind: 'status'; readonly status: ComputeStatus }
  | { readonly kind: 'provenance'; readonly provenance: Provenance | null }
  /** A computation failed in a way that its twin could not answer either. */
  | { readonly kind: 'fault'; readonly sentence: string }
  | { readonly kind: 'reading'; readonly reading: CellReading | null };
