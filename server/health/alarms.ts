import type { Alarm } from '../../protocol/alarms.ts';
import { refuse, ok, type Result } from '../../protocol/result.ts';
import type { AlarmId } from '../../protocol/units.ts';
import type { AuditEntry } from '../audit/record.ts';
import { askedBy, type Who } from '../audit/who.ts';
import type { Cancel, Clock } from '../clock.ts';
import {
  acknowledge,
  alarmEventSchema,
  applyAlarm,
  isNews,
  type AlarmBook,
  type AlarmEvent,
  type AlarmSpec,
} from './alarm-book.ts';

export interface AlarmChange {
  readonly upserts: readonly Alarm[];
  readonly removed: readonly AlarmId[];
}

type Author = Pick<AuditEntry, 'actor' | 'by' | 'reason' | 'factor' | 'assertion'>;

/** The one owner of alarms. Conditions are told whole and raise or clear themselves; events strike. */
export class Alarms {
  readonly #clock: Clock;
  readonly #log: { appendNow(entry: AuditEntry): void };
  readonly #listeners = new Set<(change: AlarmChange) => void>();
  #book: AlarmBook;

  /** `book`: what the log says was latched before; nothing of it is known to be true still. */
  constructor(clock: Clock, log: { appendNow(entry: AuditEntry): void }, book: AlarmBook = new Map()) {
    this.#clock = clock;
    this.#log = log;
    this.#book = book;
  }

  list(): Alarm[] {
    return [...this.#book.values()];
  }

  /** Exactly these conditions hold now: what is new is raised, what is gone is cleared. */
  setConditions(specs: readonly AlarmSpec[]): void {
    const holding = new Set(specs.map((spec) => spec.alarmId));
    for (const spec of specs) if (isNews(this.#book, spec)) this.#raise(spec);
    for (const alarm of this.#book.values()) {
      if (alarm.clearedAt === null && !holding.has(alarm.alarmId)) this.#clear(alarm.alarmId);
    }
  }

  /** Something happened and is over: it stays until somebody has seen it. */
  strike(spec: AlarmSpec): void {
    this.#raise(spec);
    this.#clear(spec.alarmId);
  }

  acknowledge(alarmId: AlarmId, who: Who, comment: string): Result<string> {
    const alarm = this.#book.get(alarmId);
    const event = acknowledge(this.#book, alarmId, who.user, comment, this.#clock.wallMicros());
    if (!event.ok) return event;
    if (!alarm) return refuse('alarm-unknown', 'There is no such alarm.');
    this.#apply({ ...askedBy(who), ...(comment === '' ? {} : { reason: comment }) }, alarmId, event.value);
    return ok(
      alarm.clearedAt === null
        ? 'Acknowledged; it stays on the list until its cause is gone.'
        : 'Acknowledged; its cause was gone already.',
    );
  }

  onChange(listener: (change: AlarmChange) => void): Cancel {
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  }

  #raise(spec: AlarmSpec): void {
    this.#apply({ actor: 'server' }, spec.alarmId, {
      kind: 'alarm.raised',
      at: this.#clock.wallMicros(),
      spec,
    });
  }

  #clear(alarmId: AlarmId): void {
    this.#apply({ actor: 'server' }, alarmId, {
      kind: 'alarm.cleared',
      at: this.#clock.wallMicros(),
      alarmId,
    });
  }

  #apply(author: Author, alarmId: AlarmId, event: AlarmEvent): void {
    this.#book = applyAlarm(this.#book, event);
    const { kind, ...details } = event;
    this.#log.appendNow({ ...author, action: kind, scope: `alarm:${alarmId}`, details });
    const alarm = this.#book.get(alarmId);
    const change = alarm ? { upserts: [alarm], removed: [] } : { upserts: [], removed: [alarmId] };
    for (const listener of this.#listeners) listener(change);
  }
}

/** Folds one record of the log, if it is an alarm's. */
export function foldAlarms(
  book: AlarmBook,
  record: { readonly action: string; readonly details: object },
): AlarmBook {
  if (!record.action.startsWith('alarm.')) return book;
  const event = alarmEventSchema.safeParse({ ...record.details, kind: record.action });
  return event.success ? applyAlarm(book, event.data) : book;
}
