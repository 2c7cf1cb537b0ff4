/** What the control thread asks of the reports part. */
import type { ReportView } from '../../protocol/reports.ts';

export type ReportsQuestion =
  | { readonly kind: 'list' }
  | { readonly kind: 'document'; readonly reportId: string; readonly form: 'html' | 'json' }
  /** Which year's pack this is, and its hash. */
  | { readonly kind: 'review'; readonly reportId: string };

export interface ReviewPack {
  readonly about: string;
  readonly sha256: string;
}
export type ReportList = readonly ReportView[];
