import type { Micros } from '../../protocol/units.ts';

/** One decision or event as the log keeps it: plain JSON, `bigint`s written as strings, no secrets. */
export interface AuditRecord {
  /** `order`, `fill`, `halt`, `refusal`. */
  readonly kind: string;
  readonly at: Micros;
  readonly [field: string]: unknown;
}

/** What gate, orders and halt need of the audit log; `server/audit` implements it. */
export interface AuditPort {
  /** Resolves when the record is on disk; rejects when it can't be. */
  append(record: AuditRecord): Promise<void>;
  /** Hands the record to the log at once and returns; its sync runs beside. Never throws. */
  appendNow(record: AuditRecord): void;
  /** Whether the log took its last record and can take another. */
  writable(): boolean;
}
