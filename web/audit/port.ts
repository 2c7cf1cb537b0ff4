/** What the verifying worker and the main thread say to each other. */
import type { AuditRecord } from '../../protocol/audit.ts';
import type { HeadView, RecordCheck } from './verifier.ts';
import type { RangeProgress } from './range.ts';
import type { Verdict } from './verdict.ts';

export type ToAudit =
  /** Look at the head now, and then every so many ms; null: no more. */
  | { readonly kind: 'watch'; readonly everyMs: number | null }
  | { readonly kind: 'record'; readonly id: number; readonly seq: number; readonly shown: AuditRecord | null }
  | { readonly kind: 'records'; readonly id: number; readonly shown: readonly AuditRecord[] }
  | { readonly kind: 'range'; readonly id: number; readonly count: number }
  | { readonly kind: 'stop-range' }
  | { readonly kind: 'accept'; readonly by: string };

export type FromAudit =
  | { readonly kind: 'head'; readonly view: HeadView }
  | { readonly kind: 'record'; readonly id: number; readonly check: RecordCheck }
  | { readonly kind: 'records'; readonly id: number; readonly verdicts: readonly Verdict[] }
  | { readonly kind: 'range'; readonly id: number; readonly progress: RangeProgress };
