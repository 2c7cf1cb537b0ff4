/** How reports write times, people and values. Pure. */
import type { AuditRecord } from '../../protocol/audit.ts';
import { wallMicrosOf } from '../audit/record.ts';

/** `2026-01-05 12:00:00.123456 UTC`; a dash for what did not happen. */
export function timeText(micros: number | null): string {
  if (micros === null) return '–';
  const whole = new Date(Math.floor(micros / 1000)).toISOString();
  const rest = String(((micros % 1000) + 1000) % 1000).padStart(3, '0');
  return `${whole.slice(0, 10)} ${whole.slice(11, 23)}${rest} UTC`;
}

export const recordTime = (record: AuditRecord): string => timeText(wallMicrosOf(record));

/** Milliseconds from one time to another; a dash when one is missing. */
export function afterText(from: number | null, to: number | null): string {
  return from === null || to === null ? '–' : `${((to - from) / 1000).toFixed(1)} ms`;
}

/** `ann (trader)`. */
export function actorText({ actor, role }: Pick<AuditRecord, 'actor' | 'role'>): string {
  return role === null ? actor : `${actor} (${role})`;
}

/** What any value of a record comes to in a table's cell. */
export function valueText(value: unknown): string {
  if (value === null || value === undefined) return '–';
  if (typeof value === 'string') return value;
  if (typeof value === 'number' || typeof value === 'boolean') return String(value);
  return JSON.stringify(value);
}

export const asNumber = (value: unknown): number | null => (typeof value === 'number' ? value : null);
export const asText = (value: unknown): string | null => (typeof value === 'string' ? value : null);
export const asObject = (value: unknown): Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {};

export const count = (n: number, one: string, many = `${one}s`): string => `${n} ${n === 1 ? one : many}`;
