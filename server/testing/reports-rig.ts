/** The reports part over a real log on disk, its clock in the test's hand, its recipients the test's own. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { vi } from 'vitest';
import { reportsReplySchema, type ReportView } from '../../protocol/reports.ts';
import { refuse, type Result } from '../../protocol/result.ts';
import { nodeLogFiles } from '../audit/files.ts';
import { AuditLog } from '../audit/log.ts';
import { decodeRecord, type AuditEntry, type AuditRecord } from '../audit/record.ts';
import { readRecords } from '../audit/reader.ts';
import { reportsPort } from '../main/reports.ts';
import { need } from '../store/testing/need.ts';
import { testCode, testSigner } from './audit-key.ts';
import { ManualClock } from './manual-clock.ts';
import type { ReportDocument } from '../reports/document.ts';
import type { Parcel, Recipient } from '../reports/recipients.ts';
import { ReportsPart } from '../reports/reports-part.ts';
import { checkReport } from '../reports/signed.ts';

export interface RigOptions {
  readonly recipients?: readonly Recipient[];
  readonly dailyMinute?: number | null;
}

const COMPLIANCE: Recipient = { kind: 'folder', name: 'compliance', folder: '/nowhere' };

export class ReportsRig {
  readonly clock = new ManualClock();
  readonly root = mkdtempSync(join(tmpdir(), 'cwts-reports-'));
  readonly dir = join(this.root, 'reports');
  readonly auditDir = join(this.root, 'audit');
  /** What recipients were given, each try. */
  readonly sent: Parcel[] = [];
  /** What a recipient answers. */
  answer: () => Result<string> = () => refuse('not-taken', 'It answered 500.');
  /** Which of the part's records reach the log; a crash loses the others. */
  reaches: (entry: AuditEntry) => boolean = () => true;
  #log: AuditLog | null = null;
  #part: ReportsPart | null = null;

  async start({ recipients = [COMPLIANCE], dailyMinute = null }: RigOptions = {}): Promise<this> {
    const { clock, auditDir, dir } = this;
    const options = { clock, files: await nodeLogFiles(auditDir), run: 'test', code: testCode };
    const { log } = need(await AuditLog.open({ ...options, signer: testSigner }));
    const part = new ReportsPart({
      ...{ auditDir, dir, signer: testSigner, recipients, dailyMinute, clock },
      deliver: (_to, parcel) => {
        this.sent.push(parcel);
        return Promise.resolve(this.answer());
      },
      record: (entry) => {
        if (this.reaches(entry)) log.appendNow(entry);
      },
    });
    this.#log = log;
    this.#part = part;
    log.onHead(({ size }) => part.head({ size, root: null }));
    part.head({ size: log.head()?.size ?? 0, root: null });
    part.start();
    return this;
  }

  get log(): AuditLog {
    if (!this.#log) throw new Error('not started');
    return this.#log;
  }
  get part(): ReportsPart {
    if (!this.#part) throw new Error('not started');
    return this.#part;
  }

  get port() {
    return reportsPort({ log: this.log, ask: (question) => this.part.ask(question) });
  }

  /** As the process ends: nothing that was under way is told to the log any more. */
  async crash(): Promise<void> {
    this.reaches = () => false;
    await this.part.stop();
    await this.log.close();
    this.reaches = () => true;
  }

  async close(): Promise<void> {
    await this.part.stop();
    await this.log.close();
    rmSync(this.root, { recursive: true, force: true });
  }

  async append(...entries: AuditEntry[]): Promise<void> {
    for (const entry of entries) await this.log.append(entry);
  }

  /** Waits, without the clock, for what follows by itself. */
  until(seen: () => void | Promise<void>): Promise<void> {
    return vi.waitFor(seen, { timeout: 60_000, interval: 10 });
  }

  async reports(): Promise<ReportView[]> {
    const reports = need(await this.part.ask({ kind: 'list' }));
    return reportsReplySchema.parse({ ok: true, reports }).reports;
  }

  /** Its document, checked as any receiver would. */
  async read(reportId: string): Promise<ReportDocument> {
    const text = need(await this.part.ask({ kind: 'document', reportId, form: 'json' }));
    return need(checkReport(String(text), testSigner.verifier));
  }

  async records(action: string): Promise<AuditRecord[]> {
    const found: AuditRecord[] = [];
    for await (const { payload } of readRecords(this.auditDir)) {
      const record = decodeRecord(payload);
      if (record?.action === action) found.push(record);
    }
    return found;
  }
}

export const HALT = '6b0f2f6e-6a2c-4c1e-9d55-0d6f3a3b7c11';

/** A record of a halt as `Halt` writes it. */
export function haltEntry(verb: string, phase: string, more: Partial<AuditEntry> = {}): AuditEntry {
  const state = { haltId: HALT, phase, pressedAt: 1_767_614_400_000_000, joined: [], cause: null };
  const actor = verb === 'progress' ? 'server' : 'ann';
  return {
    ...{ actor, action: `halt.${verb}`, scope: 'firm' },
    details: { refused: null, state, venues: [] },
    ...more,
  };
}

export const wholeHalt = (): AuditEntry[] => [
  haltEntry('press', 'blocked', { reason: 'Runaway quotes.' }),
  haltEntry('cancel-all', 'cancelling'),
  haltEntry('progress', 'confirmed'),
];

export const release = (): AuditEntry =>
  haltEntry('release', 'trading', {
    reason: 'Fixed',
    details: { refused: null, state: { haltId: null, phase: 'trading' }, venues: [] },
    before: { phase: 'confirmed', haltId: HALT },
    after: { phase: 'trading', haltId: null },
  });
