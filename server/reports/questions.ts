/** What the control thread asks of the reports part. */
import type { ReportView } from '../../protocol/reports.ts';

export type ReportsQuestion =
  | { readonly kind: 'list' }
  | { readonly kind: 'document'; readonly reportId: string; readonly form: 'html' | 'json' }
  /** Which year's pack this is, and its hash. */
  | { readonly kind: 'review'; readonly reportId: string }
  /** What became of what is asked for under that mark; asked before the log is told. */
  | { readonly kind: 'outcome'; readonly mark: string };

/** `waiting`: not known after a while; it may still be made. */
export type ReportOutcome =
  | { readonly state: 'made'; readonly reportId: string; readonly title: string }
  | { readonly state: 'refused'; readonly code: string; readonly sentence: string }
  | { readonly state: 'waiting' };

export interface ReviewPack {
  readonly about: string;
  readonly sha256: string;
}
export type ReportList = readonly ReportView[];
