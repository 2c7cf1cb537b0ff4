import { z } from 'zod';
import type { AuditRecord } from '../../../protocol/audit.ts';
import { venueHaltSchema } from '../../../protocol/halt.ts';
import type { Verdict } from '../../audit/verdict.ts';
import { haltIdOf, summary, wallMicros } from './record-words.ts';

export const LANES = ['people', 'gate', 'venues', 'orders', 'alarms'] as const;
export type Lane = (typeof LANES)[number];
export const LANE_TITLES: Readonly<Record<Lane, string>> = {
  people: 'People',
  gate: 'Gate and server',
  venues: 'Venues',
  orders: 'Orders',
  alarms: 'Alarms',
};

export interface TimelineEvent {
  /** µs since 1970. */
  readonly at: number;
  readonly lane: Lane;
  readonly words: string;
  readonly says: string;
  /** The records that say so; several alike in a row are one event. */
  readonly records: readonly AuditRecord[];
}

/** A halt that can be chosen. */
export interface HaltChoice {
  readonly haltId: string | null;
  readonly at: number;
  readonly by: string;
  readonly reason: string;
}

/** Who did it goes first: what a person did stands in their lane, unless it is the halt itself. */
export function laneOf({ action, role }: Pick<AuditRecord, 'action' | 'role'>): Lane {
  if (action.startsWith('halt.') || action.startsWith('gate.')) return 'gate';
  if (action.startsWith('alarm.')) return action === 'alarm.acknowledged' ? 'people' : 'alarms';
  if (action.startsWith('order.')) return 'orders';
  if (action.startsWith('venue.') || action.startsWith('feed.')) return 'venues';
  if (role !== null || /^(auth|note|user|session|restriction|report|hold)\./.test(action)) return 'people';
  return 'gate';
}

/** What happened, oldest first: the records, those alike in a row as one, and the venues' own times. */
export function timelineOf(records: readonly AuditRecord[]): readonly TimelineEvent[] {
  const ordered = records.toSorted((a, b) => a.seq - b.seq);
  const events: TimelineEvent[] = [];
  for (const record of ordered) {
    const lane = laneOf(record);
    const last = events.at(-1);
    const alike = last?.lane === 'orders' && lane === 'orders' && isAlike(last.records[0], record);
    if (last && alike) {
      const all = [...last.records, record];
      events[events.length - 1] = {
        ...last,
        records: all,
        words: `${record.action} × ${all.length}`,
        says: '',
      };
    } else {
      const words = record.actor === 'server' ? record.action : `${record.actor} · ${record.action}`;
      events.push({ at: wallMicros(record), lane, words, says: summary(record), records: [record] });
    }
  }
  return [...events, ...venueEvents(ordered)].sort((a, b) => a.at - b.at);
}

const isAlike = (a: AuditRecord | undefined, b: AuditRecord): boolean =>
  a !== undefined && a.action === b.action && a.actor === b.actor;

const venuesSchema = z.array(
  venueHaltSchema.pick({
    name: true,
    sentAt: true,
    acknowledgedAt: true,
    confirmedZeroAt: true,
    trouble: true,
  }),
);

const VENUE_TIMES = [
  ['sentAt', 'cancels sent'],
  ['acknowledgedAt', 'cancels acknowledged'],
  ['confirmedZeroAt', 're-read: zero open orders'],
] as const;

/** When each venue was asked, answered and was confirmed, as the halt's records carry it. */
function venueEvents(ordered: readonly AuditRecord[]): TimelineEvent[] {
  const found = new Map<string, TimelineEvent>();
  for (const record of ordered) {
    const venues = venuesSchema.safeParse(record.details['venues']);
    if (!record.action.startsWith('halt.') || !venues.success) continue;
    for (const venue of venues.data) {
      for (const [field, words] of VENUE_TIMES) {
        const at = venue[field];
        if (at === null) continue;
        const key = `${haltIdOf(record) ?? ''} ${venue.name} ${field}`;
        // The first record that says so; a confirmation that was lost and came again is another.
        if (found.get(key)?.at === at) continue;
        const event = {
          at,
          lane: 'venues',
          words: `${venue.name} · ${words}`,
          says: '',
          records: [record],
        } as const;
        found.set(found.has(key) ? `${key} ${at}` : key, event);
      }
    }
  }
  return [...found.values()];
}

/** Each halt once, newest first, by its first press. */
export function haltsIn(records: readonly AuditRecord[]): readonly HaltChoice[] {
  const halts = new Map<string, HaltChoice>();
  for (const record of records.toSorted((a, b) => a.seq - b.seq)) {
    const haltId = haltIdOf(record);
    const key = haltId ?? `record ${record.seq}`;
    if (halts.has(key)) continue;
    halts.set(key, { haltId, at: wallMicros(record), by: record.actor, reason: summary(record) });
  }
  return [...halts.values()].reverse();
}

/** `+0.042 s`, `−3 s`, `+2 min 05 s`: seen from the press. */
export function relativeTime(at: number, press: number): string {
  const micros = at - press;
  const sign = micros < 0 ? '−' : '+';
  const ms = Math.abs(micros) / 1000;
  if (ms < 10_000) return `${sign}${(ms / 1000).toFixed(3)} s`;
  if (ms < 60_000) return `${sign}${(ms / 1000).toFixed(1)} s`;
  const seconds = Math.floor(ms / 1000);
  return `${sign}${Math.floor(seconds / 60)} min ${String(seconds % 60).padStart(2, '0')} s`;
}

/** Of records that are shown as one: the first that failed, else proven only when each of them is. */
export function verdictOf(
  { records }: TimelineEvent,
  verdicts: ReadonlyMap<number, Verdict>,
): Verdict | undefined {
  const found = records.map(({ seq }) => verdicts.get(seq));
  const broken = found.find((each) => each?.kind === 'failed');
  if (broken) return broken;
  return found.every((each) => each?.kind === 'proven')
    ? found[0]
    : found.find((each) => each?.kind === 'unchecked');
}
