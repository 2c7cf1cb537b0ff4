import { MIN_SAMPLES } from '../correlation/panel.ts';
import { pairAt } from '../lib/pairs.ts';

/** What every backend returns of a tick panel: two figures a pair. */
export interface TickCorrelations {
  readonly n: number;
  /** Raw ρ and the number of overlaps it rests on, of each pair i < j, row by row. */
  readonly pairs: Float32Array<ArrayBuffer>;
}

export interface TickCorrelation {
  /** As estimated: sampling noise can put it beyond ±1. */
  readonly raw: number;
  /** Within [−1, 1], for display. */
  readonly rho: number;
  /** Returns of the less traded of the two within which the other traded. */
  readonly overlaps: number;
}

export const FIGURES = 2;

/** Null where there is none: an instrument with itself, or fewer than 30 overlaps. */
export function tickCorrelation(
  { n, pairs }: TickCorrelations,
  i: number,
  j: number,
): TickCorrelation | null {
  if (i === j) return null;
  const at = pairAt(n, i, j) * FIGURES;
  const [raw = 0, overlaps = 0] = pairs.subarray(at, at + FIGURES);
  return overlaps < MIN_SAMPLES ? null : { raw, rho: Math.max(-1, Math.min(1, raw)), overlaps };
}
