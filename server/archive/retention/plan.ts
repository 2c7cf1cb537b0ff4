/** Which whole segments may go now. Pure: time, holds and what a snapshot covers are given. */
import { mergeRanges, type Range } from '../../audit/removed.ts';
import type { PlannedSegment } from '../../../protocol/retention.ts';
import type { Hold } from './holds.ts';

/** What of a segment retention asks for; a segment behind which another one lies never changes. */
export interface SegmentFacts extends Range {
  /** From when on each of its records is past its time, µs. */
  readonly until: number;
  readonly leastWall: number;
  readonly mostWall: number;
}

export interface Question {
  readonly now: number;
  readonly holds: readonly Pick<Hold, 'id' | 'from' | 'to'>[];
  /** The last record that every kept snapshot speaks for; 0 = there is none. */
  readonly covered: number;
}

export interface Judged extends SegmentFacts {
  readonly kept: PlannedSegment['kept'];
  /** Why, for a sentence. */
  readonly because: string;
}

export function judge(facts: SegmentFacts, { now, holds, covered }: Question): Judged {
  const { last, until, leastWall, mostWall } = facts;
  const hold = holds.find(({ from, to }) => from <= mostWall && to >= leastWall);
  if (hold) return { ...facts, kept: 'held', because: `hold ${hold.id} keeps them` };
  if (until > now) {
    const day = new Date(until / 1000).toISOString().slice(0, 10);
    return { ...facts, kept: 'early', because: `their time runs until ${day}` };
  }
  if (last > covered) {
    return { ...facts, kept: 'not-covered', because: 'no snapshot of the state covers them yet' };
  }
  return { ...facts, kept: 'due', because: 'their time is over' };
}

/** The records that may go, in ranges as they lie. */
export const dueOf = (judged: readonly Judged[]): Range[] =>
  mergeRanges(judged.filter(({ kept }) => kept === 'due'));

/** The first segment at or before record `to` that may not go; null when all may. */
export const keptUpTo = (judged: readonly Judged[], to: number): Judged | null =>
  judged.find(({ first, kept }) => first <= to && kept !== 'due') ?? null;

/** The first segment that holds any of these records and may not go; null when there is none. */
export const keptAmong = (judged: readonly Judged[], ranges: readonly Range[]): Judged | null =>
  judged.find(
    (one) => one.kept !== 'due' && ranges.some(({ first, last }) => first <= one.last && last >= one.first),
  ) ?? null;

export const sameRanges = (one: readonly Range[], other: readonly Range[]): boolean =>
  one.length === other.length &&
  one.every(({ first, last }, i) => other[i]?.first === first && other[i].last === last);
