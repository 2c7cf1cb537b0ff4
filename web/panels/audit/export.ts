import type { AuditRecord } from '../../../protocol/audit.ts';
import type { Verdict } from '../../audit/verdict.ts';
import type { HeadView } from '../../audit/verifier.ts';
import { toCsv } from '../../ui/csv.ts';
import { utcStamp, wallMicros } from './record-words.ts';

const COLUMNS = [
  'seq',
  'time (UTC)',
  'wall ns',
  'wall error ns',
  'actor',
  'role',
  'session',
  'address',
  'action',
  'scope',
  'order',
  'client',
  'reason',
  'factor',
  'before',
  'after',
  'details',
  'flags',
  'code',
  'run',
  'mono ns',
  'proof',
] as const;

const json = (value: unknown): string => (value === null ? '' : JSON.stringify(value));

/** The records that are shown, a row each; what this page found of each stands in the last column. */
export function recordsCsv(records: readonly AuditRecord[], verdicts: ReadonlyMap<number, Verdict>): string {
  const rows = records.map((record) => [
    record.seq,
    utcStamp(wallMicros(record)),
    record.wall,
    record.wallError ?? '',
    record.actor,
    record.role ?? '',
    record.session ?? '',
    record.address ?? '',
    record.action,
    record.scope,
    record.order ?? '',
    record.client ?? '',
    record.reason ?? '',
    record.factor ?? '',
    json(record.before),
    json(record.after),
    json(record.details),
    record.flags.join(' '),
    record.code,
    record.run,
    record.mono,
    proofText(verdicts.get(record.seq)),
  ]);
  return toCsv(COLUMNS, rows);
}

export function proofText(verdict: Verdict | undefined): string {
  if (!verdict) return 'not checked';
  if (verdict.kind === 'proven') return `proven at head ${verdict.size}`;
  return verdict.kind === 'failed' ? `FAILED at ${verdict.step}: ${verdict.sentence}` : 'not checked';
}

/** The same with the head that they were proven under, so that another tool can go on from there. */
export function recordsJson(
  query: string,
  records: readonly AuditRecord[],
  verdicts: ReadonlyMap<number, Verdict>,
  head: HeadView,
): string {
  const checked = head.head && {
    checkpoint: head.head.checkpoint,
    verifier: head.head.verifier,
    fingerprint: head.head.fingerprint,
  };
  return `${JSON.stringify(
    {
      query,
      head: checked,
      records: records.map((record) => ({ proof: proofText(verdicts.get(record.seq)), record })),
    },
    null,
    2,
  )}\n`;
}
