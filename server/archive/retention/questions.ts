import type { Range } from '../../audit/removed.ts';
import type { Judged, Question } from './plan.ts';

/** What the control thread asks of the part that reads and removes old segments. */
export type RetentionQuestion =
  | { readonly kind: 'judge'; readonly question: Question }
  /** `after`: the log's record of it lies behind that one. */
  | { readonly kind: 'remove'; readonly ranges: readonly Range[]; readonly after: number };

export interface JudgedLog {
  /** Each whole segment that is there, in order. */
  readonly segments: readonly Judged[];
  /** What was removed before. */
  readonly removed: readonly Range[];
}

/** How many segments went. */
export interface RemovedNow {
  readonly segments: number;
}
