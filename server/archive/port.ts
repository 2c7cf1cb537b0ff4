/** What goes between the control thread and the archive thread. */
import type { Result } from '../../protocol/result.ts';
import type { AuditEntry } from '../audit/record.ts';
import type { RowReading } from '../health/rows.ts';
import type { ReportsSettings } from '../reports/settings.ts';
import type { StoreSettings } from '../store/open-database.ts';
import type { LogHead } from './part.ts';
import type { Days } from './retention/families.ts';

/** Where the log is kept once more; null = nowhere. */
export type CopySettings =
  | { readonly kind: 'folder'; readonly dir: string }
  /** A secret: it may hold a password. */
  | { readonly kind: 'database'; readonly url: string }
  | null;

export interface ArchiveSettings {
  /** The audit log's folder. */
  readonly auditDir: string;
  readonly store: StoreSettings;
  readonly copy: CopySettings;
  /** Where sealed segments go; null = segments stay as they are. */
  readonly sealedTo: string | null;
  /** How long each kind of record is kept. */
  readonly retention: Days;
  /** Days that minute bars are kept. */
  readonly barDays: number;
  /** null: none are made. */
  readonly reports: ReportsSettings | null;
  readonly clockShiftMicros: number;
}

export type ControlToArchive =
  | { readonly kind: 'head'; readonly head: LogHead }
  | { readonly kind: 'ask'; readonly id: number; readonly part: string; readonly question: unknown }
  | { readonly kind: 'stop' };

export type ArchiveToControl =
  /** On change and each second; one row a part. */
  | { readonly kind: 'status'; readonly rows: readonly RowReading[] }
  /** Of a part that tells the log; the control thread owns it. */
  | { readonly kind: 'record'; readonly entry: AuditEntry }
  | { readonly kind: 'answer'; readonly id: number; readonly answer: Result<unknown> }
  | { readonly kind: 'stopped' };
