import type { AuditSearch } from '../../../protocol/audit.ts';
import { ok, refuse, type Result } from '../../../protocol/result.ts';
import type { Micros } from '../../../protocol/units.ts';

/** What a query narrows; absent = not. */
export type QueryFields = Pick<
  Partial<AuditSearch>,
  'from' | 'to' | 'actor' | 'action' | 'order' | 'scope' | 'flag' | 'text'
>;

export const QUERY_HELP =
  'actor:operator  action:halt.  order:cw-1  scope:firm  flag:late  halt:ID  last:15m  from:09:30  to:2026-11-21T10:00  and any words';

const PLAIN = ['actor', 'action', 'order', 'scope', 'flag'] as const;
const TOKEN = /(?:([a-z]+):)?(?:"([^"]*)"|(\S+))/g;
const UNITS: Readonly<Record<string, number>> = { s: 1, m: 60, h: 3600, d: 86_400 };

/**
 * A query as it is typed. Times are UTC; `09:30` is today's. A name followed by a colon that is no
 * field of a record is refused, so that a slip does not quietly search for its letters.
 */
export function parseQuery(typed: string, nowMicros: number): Result<QueryFields> {
  const fields: Record<string, string | number> = {};
  const words: string[] = [];
  for (const [whole, name, quoted, bare] of typed.matchAll(TOKEN)) {
    const value = quoted ?? bare ?? '';
    if (name === undefined) {
      words.push(value);
      continue;
    }
    if (value === '') return refuse('query', `${name}: needs a value.`);
    const plain = PLAIN.find((field) => field === name);
    if (plain) fields[plain] = value;
    else if (name === 'halt') {
      fields['action'] ??= 'halt.';
      words.push(value);
    } else if (name === 'from' || name === 'to') {
      const at = timeIn(value, nowMicros);
      if (at === null)
        return refuse('query', `${whole}: a time is 09:30, 2026-11-21 or 2026-11-21T09:30 (UTC).`);
      fields[name] = at;
    } else if (name === 'last') {
      const [, count, unit] = /^(\d{1,6})([smhd])$/.exec(value) ?? [];
      const seconds = Number(count) * (UNITS[unit ?? ''] ?? Number.NaN);
      if (!Number.isFinite(seconds)) return refuse('query', `${whole}: a span is 90s, 15m, 8h or 7d.`);
      fields['from'] = Math.max(0, Math.floor(nowMicros - seconds * 1_000_000));
    } else {
      return refuse('query', `There is no field ${name}. ${QUERY_HELP}`);
    }
  }
  if (words.length > 0) fields['text'] = words.join(' ');
  const { from, to } = fields;
  if (typeof from === 'number' && typeof to === 'number' && from > to) {
    return refuse('query', 'The time range ends before it begins.');
  }
  return ok(fields as QueryFields);
}

/** µs since 1970 of a UTC time as people type it; null when it is none. */
export function timeIn(text: string, nowMicros: number): Micros | null {
  const today = new Date(nowMicros / 1000).toISOString().slice(0, 10);
  const [, date = today, time = '00:00'] =
    /^(?:(\d{4}-\d\d-\d\d)(?:[T ](?=\d))?)?(\d\d:\d\d(?::\d\d(?:\.\d{1,3})?)?)?Z?$/.exec(text) ?? [];
  if (text === '' || !/\d/.test(text) || !isTime(text)) return null;
  const ms = Date.parse(`${date}T${time.length === 5 ? `${time}:00` : time}Z`);
  // A day that the calendar does not have is moved on by nobody.
  if (Number.isNaN(ms) || new Date(ms).toISOString().slice(0, 10) !== date) return null;
  return (ms * 1000) as Micros;
}

const isTime = (text: string): boolean =>
  /^(\d{4}-\d\d-\d\d([T ]\d\d:\d\d(:\d\d(\.\d{1,3})?)?)?|\d\d:\d\d(:\d\d(\.\d{1,3})?)?)Z?$/.test(text);

/** A query with one of its fields set (or, by an empty value, taken out); the rest stays as it was typed. */
export function withField(typed: string, name: string, value: string): string {
  const rest = [...typed.matchAll(TOKEN)].filter(([, field]) => field !== name).map(([whole]) => whole);
  const own = value === '' ? [] : [`${name}:${/\s/.test(value) ? `"${value}"` : value}`];
  return [...own, ...rest].join(' ');
}

/** The value of one field as it is typed; empty when it is not there. */
export function fieldIn(typed: string, name: string): string {
  for (const [, field, quoted, bare] of typed.matchAll(TOKEN))
    if (field === name) return quoted ?? bare ?? '';
  return '';
}

/** Families of actions that have a button. */
export const FAMILIES: readonly { readonly name: string; readonly action: string }[] = [
  { name: 'Halts', action: 'halt.' },
  { name: 'Orders', action: 'order.' },
  { name: 'Sign-ins', action: 'auth.' },
  { name: 'Alarms', action: 'alarm.' },
  { name: 'Log book', action: 'note.' },
  { name: 'Server', action: 'server.' },
];

export const SPANS: readonly { readonly name: string; readonly last: string }[] = [
  { name: 'Any time', last: '' },
  { name: '15 min', last: '15m' },
  { name: '1 hour', last: '1h' },
  { name: '24 hours', last: '24h' },
  { name: '7 days', last: '7d' },
];
