import type { Alarm, Priority } from '../../../protocol/alarms.ts';

const RANK: Readonly<Record<Priority, number>> = { warning: 0, caution: 1, advisory: 2 };

/** Unacknowledged first, then by priority, then the newest: what needs a person stands on top. */
export function sortAlarms(alarms: readonly Alarm[]): readonly Alarm[] {
  return alarms.toSorted(
    (a, b) =>
      Number(a.acknowledged !== null) - Number(b.acknowledged !== null) ||
      RANK[a.priority] - RANK[b.priority] ||
      b.raisedAt - a.raisedAt,
  );
}

/** EEMUA 191: more than ten alarms in ten minutes is a flood that nobody reads. */
export const FLOOD = 10;

/** Alarms raised in the last ten minutes, as this console knows them. */
export function alarmRate(alarms: readonly Alarm[], nowMicros: number): number {
  return alarms.filter((alarm) => nowMicros - alarm.raisedAt < 600_000_000).length;
}
