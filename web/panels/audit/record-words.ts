import type { AuditRecord } from '../../../protocol/audit.ts';
import { utcDate, utcMillis } from '../../ui/format.ts';
import { changesOf, textOf } from './fields.ts';

/** µs since 1970; what is finer is in the raw text. */
export const wallMicros = (record: Pick<AuditRecord, 'wall'>): number => Number(BigInt(record.wall) / 1000n);

export function utcStamp(micros: number): string {
  return `${utcDate(micros)} ${utcMillis(micros)}`;
}

/** `± 0.25 ms` of UTC; a clock that nobody checked says so. */
export function errorWords({ wallError }: Pick<AuditRecord, 'wallError'>): string {
  return wallError === null ? 'error not known' : `± ${(Number(wallError) / 1e6).toFixed(2)} ms`;
}

const SAYS = ['sentence', 'text', 'reason', 'refused', 'code', 'why', 'comment'] as const;
const SHORT = 160;

/** What happened, in a line: the reason given, what the record itself says, or what changed. */
export function summary(record: AuditRecord): string {
  if (record.reason !== null && record.reason !== '') return record.reason;
  for (const name of SAYS) {
    const said = record.details[name];
    if (typeof said === 'string' && said !== '') return said;
  }
  const changed = changesOf(record.before, record.after).filter(({ kind }) => kind !== 'same');
  if (changed.length > 0) {
    return changed
      .map(({ path, before, after }) => `${path}: ${before ?? 'none'} → ${after ?? 'none'}`)
      .join(', ');
  }
  const order = orderWords(record.details['order'] ?? record.details['request']);
  if (order !== null) return order;
  // Lists and objects are for the record itself: here they would only be brackets.
  const text = Object.entries(record.details)
    .filter(([, value]) => typeof value !== 'object')
    .map(([name, value]) => `${name} ${textOf(value)}`)
    .join(' · ');
  return text.length > SHORT ? `${text.slice(0, SHORT)}…` : text;
}

const ORDER = ['state', 'side', 'type', 'symbol', 'size', 'price', 'filled'] as const;

/** `working · buy · limit · size 2500 · price 6175000`: sizes in lots and prices in ticks, as recorded. */
function orderWords(order: unknown): string | null {
  if (typeof order !== 'object' || order === null) return null;
  const said = ORDER.flatMap((name) => {
    const value = (order as Readonly<Record<string, unknown>>)[name];
    if (typeof value === 'string' && !/^[\d.]+$/.test(value)) return [value];
    return typeof value === 'string' || typeof value === 'number' ? [`${name} ${value}`] : [];
  });
  return said.length === 0 ? null : said.join(' · ');
}

/** The halt that a record belongs to; null when it is not one of a halt. */
export function haltIdOf(record: AuditRecord): string | null {
  if (!record.action.startsWith('halt.')) return null;
  const { state, haltId } = record.details;
  const inState = typeof state === 'object' && state !== null && 'haltId' in state ? state.haltId : null;
  const found = haltId ?? inState;
  return typeof found === 'string' ? found : null;
}
