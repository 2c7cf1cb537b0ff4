import type { Origin } from '../../../protocol/origin.ts';

/** One horizon's figures of one run. */
export interface KernelRun {
  readonly origin: Origin;
  readonly horizon: string;
  /** Close of the newest return, µs. */
  readonly asOf: number;
  readonly instruments: number;
  readonly samples: number;
  readonly absorption: number;
  readonly meanCorrelation: number;
  readonly clusters: number;
  readonly backend: string;
  /** The program that computed it. */
  readonly code: string;
}

export type RunsQuestion =
  /** Answered as soon as they wait to be written. */
  | { readonly kind: 'write'; readonly runs: readonly KernelRun[] }
  /** `KernelPoint`s from `from` (µs) on, before `to`. */
  | {
      readonly kind: 'read';
      readonly origin: Origin;
      readonly horizon: string;
      readonly from: number;
      readonly to: number;
    };
