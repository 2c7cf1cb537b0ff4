import { AuditLog, type AuditOptions } from '../audit/log.ts';
import type { AuditEntry, AuditRecord } from '../audit/record.ts';
import type { Recovered } from '../audit/recover.ts';
import { testCode, testSigner } from './audit-key.ts';
import type { FaultyFiles } from './faulty-files.ts';
import { ManualClock } from './manual-clock.ts';

export interface OpenedLog {
  readonly log: AuditLog;
  readonly clock: ManualClock;
  readonly records: AuditRecord[];
  readonly recovered: Recovered;
  readonly passedOver: string[];
}

/** A log in a folder of memory, opened; throws its refusal's code. */
export async function openTestLog(files: FaultyFiles, more: Partial<AuditOptions> = {}): Promise<OpenedLog> {
  const clock = new ManualClock();
  const records: AuditRecord[] = [];
  const passedOver: string[] = [];
  const opened = await AuditLog.open({
    clock,
    files,
    run: 'test',
    code: testCode,
    signer: testSigner,
    onRecord: (record) => records.push(record),
    passedOver: (sentence) => passedOver.push(sentence),
    ...more,
  });
  if (!opened.ok) throw new Error(`${opened.error.code}: ${opened.error.sentence}`);
  return { ...opened.value, clock, records, passedOver };
}

export const testEntry = (n: number, more: Partial<AuditEntry> = {}): AuditEntry => ({
  actor: 'operator',
  action: 'order.place',
  scope: `order:${n}`,
  details: { n },
  ...more,
});
