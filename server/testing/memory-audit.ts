import type { AuditEntry, AuditPort } from '../gate/audit-port.ts';

/** A log in memory. */
export class MemoryAudit implements AuditPort {
  readonly entries: AuditEntry[] = [];
  broken = false;

  append(entry: AuditEntry): Promise<void> {
    if (this.broken) return Promise.reject(new Error('the log is broken'));
    this.entries.push(entry);
    return Promise.resolve();
  }

  appendNow(entry: AuditEntry): void {
    this.entries.push(entry);
  }

  writable(): boolean {
    return !this.broken;
  }
}
