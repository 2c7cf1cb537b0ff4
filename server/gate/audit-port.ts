import type { AuditEntry } from '../audit/record.ts';

/** What gate, orders and halt need of the audit log, `server/audit/log.ts`. */
export interface AuditPort {
  /** Resolves when the entry is on disk; rejects when it can't be. */
  append(entry: AuditEntry): Promise<void>;
  /** Takes the entry at once and returns; its sync runs beside. Never throws, never waits. */
  appendNow(entry: AuditEntry): unknown;
  /** Whether the log can take another record. */
  writable(): boolean;
}
export type { AuditEntry };
