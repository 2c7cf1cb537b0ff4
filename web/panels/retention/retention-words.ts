/** What is kept, why, and when it may go, in words and days. Pure. */
import {
  WITHOUT_END,
  type HoldView,
  type PlannedSegment,
  type RecordFamily,
  type RetentionPlanReply,
} from '../../../protocol/retention.ts';
import { grouped, plural, utcDate } from '../../ui/format.ts';
import type { Tone } from '../../ui/status-mark.tsx';

export const FAMILY_WORDS: Readonly<Record<RecordFamily, string>> = {
  orders: 'Orders, and what was refused',
  control: 'Decisions: halts, limits, users, holds, reports, and all that is not named here',
  sessions: 'Sign-ins and sessions',
  clock: 'Readings and steps of the clock',
};

const DAYS_A_YEAR = 365.25;

/** `2192 days, 6.0 years`. */
export const daysWords = (days: number): string =>
  `${plural(days, 'day')}, ${(days / DAYS_A_YEAR).toFixed(1)} years`;

const DAY_MICROS = 86_400_000_000;

/** Whole UTC days as a form gives them (`2026-01-05`; no last one: no end) to µs; why not, else. */
export function heldTime(
  from: string,
  to: string,
): { readonly from: number; readonly to: number } | { readonly wrong: string } {
  const first = Date.parse(`${from}T00:00:00Z`) * 1000;
  const last = to === '' ? WITHOUT_END : Date.parse(`${to}T00:00:00Z`) * 1000 + DAY_MICROS - 1;
  if (Number.isNaN(first) || Number.isNaN(last)) return { wrong: 'A day is 2026-01-05.' };
  if (first < 0) return { wrong: 'The log knows no day before 1970.' };
  return first > last ? { wrong: 'The last day lies before the first.' } : { from: first, to: last };
}

/** `2026-01-01 to 2026-01-31`, `from 2026-01-01 on, without end`. */
export function holdDays({ from, to }: Pick<HoldView, 'from' | 'to'>): string {
  if (to >= WITHOUT_END) return `from ${utcDate(from)} on, without end`;
  return utcDate(from) === utcDate(to) ? utcDate(from) : `${utcDate(from)} to ${utcDate(to)}`;
}

/** Neighbouring segments of which the same is said; `removed`: they are gone. */
export interface Stretch {
  readonly first: number;
  readonly last: number;
  readonly kept: PlannedSegment['kept'] | 'removed';
  /** None are there of what is removed. */
  readonly segments: readonly PlannedSegment[];
}

/** The whole log in order, in as few stretches as say it. */
export function stretchesOf({
  segments,
  removed,
}: Pick<RetentionPlanReply, 'segments' | 'removed'>): readonly Stretch[] {
  const all: Stretch[] = [];
  const parts: readonly Stretch[] = [
    ...removed.map(({ first, last }) => ({ first, last, kept: 'removed', segments: [] }) as const),
    ...segments.map((one) => ({ first: one.first, last: one.last, kept: one.kept, segments: [one] })),
  ];
  for (const part of [...parts].sort((a, b) => a.first - b.first)) {
    const before = all.at(-1);
    if (before && before.last + 1 === part.first && isSaidAlike(before, part)) {
      all[all.length - 1] = {
        ...before,
        last: part.last,
        segments: [...before.segments, ...part.segments],
      };
    } else all.push(part);
  }
  return all;
}

/** Of what is held it matters by which hold; a day that differs is said as a span of days. */
function isSaidAlike(one: Stretch, other: Stretch): boolean {
  if (one.kept !== other.kept) return false;
  return one.kept !== 'held' || one.segments[0]?.because === other.segments[0]?.because;
}

const days = (from: number, to: number): string =>
  utcDate(from) === utcDate(to) ? utcDate(from) : `${utcDate(from)} to ${utcDate(to)}`;

/** When a stretch was written, and from when on it may go by its time alone. */
export function stretchDays({ segments }: Stretch): { readonly written: string; readonly until: string } {
  const [first] = segments;
  const last = segments.at(-1);
  if (!first || !last) return { written: '–', until: '–' };
  const until = segments.map((one) => one.until);
  return {
    written: days(first.leastWall, last.mostWall),
    until: days(Math.min(...until), Math.max(...until)),
  };
}

/** Whether a stretch may go, else why not. */
export function stretchState({ kept, segments }: Stretch): { readonly tone: Tone; readonly words: string } {
  switch (kept) {
    case 'due':
      return { tone: 'caution', words: 'past its time: may go' };
    case 'early':
      return { tone: 'ok', words: 'kept for its time' };
    case 'held':
      return { tone: 'advisory', words: segments[0]?.because ?? 'held' };
    case 'not-covered':
      return { tone: 'ok', words: 'past its time, kept until a snapshot of the state covers it' };
    case 'removed':
      return { tone: 'unknown', words: 'removed; its hashes stay' };
  }
}

export const recordsWords = ({ first, last }: { readonly first: number; readonly last: number }): string =>
  `${grouped(String(first))}–${grouped(String(last))}`;
