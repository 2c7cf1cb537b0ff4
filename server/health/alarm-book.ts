import { z } from 'zod';
import { alarmSchema, prioritySchema, type Alarm, type Priority } from '../../protocol/alarms.ts';
import { ensureNever } from '../../protocol/assert.ts';
import { ok, refuse, type Result } from '../../protocol/result.ts';
import { unitSchema, type AlarmId, type Micros, type UserId } from '../../protocol/units.ts';

/** What an alarm says, before it is raised: what is wrong, what to do, where that is written up. */
export type AlarmSpec = Pick<Alarm, 'alarmId' | 'priority' | 'sentence' | 'action' | 'runbook'>;

/** What happened to alarms, as the audit log keeps it; the list of alarms is the fold of these. */
export const alarmEventSchema = z.discriminatedUnion('kind', [
  z.object({
    kind: z.literal('alarm.raised'),
    at: unitSchema.micros,
    spec: alarmSchema.pick({ alarmId: true, sentence: true, action: true, runbook: true }).extend({
      priority: prioritySchema,
    }),
  }),
  z.object({ kind: z.literal('alarm.cleared'), at: unitSchema.micros, alarmId: unitSchema.alarm }),
  z.object({
    kind: z.literal('alarm.acknowledged'),
    at: unitSchema.micros,
    alarmId: unitSchema.alarm,
    by: unitSchema.user,
    comment: z.string(),
  }),
]);
export type AlarmEvent = z.infer<typeof alarmEventSchema>;
export type AlarmBook = ReadonlyMap<AlarmId, Alarm>;

const RANK: Readonly<Record<Priority, number>> = { advisory: 0, caution: 1, warning: 2 };

/**
 * The alarms after one event. An alarm stays, at its worst, until its cause is gone and a named
 * person has acknowledged it, in either order; one that comes back or gets worse asks again.
 */
export function applyAlarm(book: AlarmBook, event: AlarmEvent): AlarmBook {
  switch (event.kind) {
    case 'alarm.raised': {
      const { spec, at } = event;
      const before = book.get(spec.alarmId);
      const fresh: Alarm = { ...spec, raisedAt: at, clearedAt: null, acknowledged: null, count: 1 };
      return withAlarm(
        book,
        before ? { ...fresh, ...latched(before, spec), count: before.count + 1 } : fresh,
      );
    }
    case 'alarm.cleared': {
      const alarm = book.get(event.alarmId);
      if (!alarm || alarm.clearedAt !== null) return book;
      if (alarm.acknowledged) return without(book, event.alarmId);
      return withAlarm(book, { ...alarm, clearedAt: event.at });
    }
    case 'alarm.acknowledged': {
      const alarm = book.get(event.alarmId);
      if (!alarm) return book;
      if (alarm.clearedAt !== null) return without(book, event.alarmId);
      const acknowledged = { by: event.by, at: event.at, comment: event.comment };
      return withAlarm(book, { ...alarm, acknowledged });
    }
    default:
      return ensureNever(event);
  }
}

/** Whether raising `spec` now says anything new: not latched, cleared before, or worse than it was. */
export function isNews(book: AlarmBook, spec: AlarmSpec): boolean {
  const before = book.get(spec.alarmId);
  return before === undefined || before.clearedAt !== null || RANK[spec.priority] > RANK[before.priority];
}

export function acknowledge(
  book: AlarmBook,
  alarmId: AlarmId,
  by: UserId,
  comment: string,
  at: Micros,
): Result<AlarmEvent> {
  const alarm = book.get(alarmId);
  if (!alarm)
    return refuse('alarm-unknown', 'There is no such alarm; it may have been acknowledged already.');
  if (alarm.acknowledged) {
    return refuse('alarm-acknowledged', `${alarm.acknowledged.by} has acknowledged this alarm already.`);
  }
  return ok({ kind: 'alarm.acknowledged', at, alarmId, by, comment });
}

/** What a latched alarm keeps when raised again: its first time and its worst wording. */
function latched(before: Alarm, spec: AlarmSpec): Partial<Alarm> {
  const worse = RANK[spec.priority] > RANK[before.priority];
  if (worse || before.priority === spec.priority) return { raisedAt: before.raisedAt };
  const { raisedAt, priority, sentence, action, runbook } = before;
  return { raisedAt, priority, sentence, action, runbook };
}

const withAlarm = (book: AlarmBook, alarm: Alarm): AlarmBook => new Map(book).set(alarm.alarmId, alarm);

function without(book: AlarmBook, alarmId: AlarmId): AlarmBook {
  const next = new Map(book);
  next.delete(alarmId);
  return next;
}
