/** What the heatmap bench's page and its worker say to each other. */
import type { Backend } from '../../shaders/runtime/backend.ts';

export type HeatmapTask =
  /** So many bars of so many instruments, one after the other, each to its picture. */
  | { readonly kind: 'bars'; readonly instruments: number; readonly window: number; readonly bars: number }
  /** One matrix, then pictures of it, panned and zoomed. */
  | {
      readonly kind: 'frames';
      readonly instruments: number;
      readonly window: number;
      readonly pinned: Backend;
    };

export interface HeatmapTimes {
  /** ms from the bar, or from the wish for a picture, to its pixels on the canvas. */
  readonly millis: number[];
  readonly computedBy: string;
  readonly paintedBy: string;
  readonly workers: number;
  /** ms of the one matrix of `frames`; null of `bars`. */
  readonly matrixMs: number | null;
  /** The longest that one dispatch held the device, ms; null without one. */
  readonly longestDispatchMs: number | null;
}

export type HeatmapAnswer =
  | { readonly kind: 'times'; readonly times: HeatmapTimes }
  | { readonly kind: 'failed'; readonly why: string };
