import type { HistoryFigure } from '../../../protocol/kernels.ts';
import type { Origin } from '../../../protocol/origin.ts';

/** One figure of one run. */
export interface KernelFigure {
  readonly origin: Origin;
  readonly figure: HistoryFigure;
  /** Close of the newest return, µs. */
  readonly asOf: number;
  /** Whole millionths. */
  readonly value: number;
  readonly instruments: number;
  /** Columns that it is of; null where it does not count them. */
  readonly samples: number | null;
  /** The program that computed it. */
  readonly code: string;
}

export type RunsQuestion =
  /** Answered as soon as they wait to be written. */
  | { readonly kind: 'write'; readonly figures: readonly KernelFigure[] }
  /** A line of `HistoryPoint`s a figure, in buckets (µs) from `from` (µs) on, before `to`. */
  | {
      readonly kind: 'read';
      readonly origin: Origin;
      readonly figures: readonly HistoryFigure[];
      readonly from: number;
      readonly to: number;
      readonly bucket: number;
    };
