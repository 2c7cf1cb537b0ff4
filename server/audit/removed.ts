/**
 * What retention took away: the file `removed` in the log's folder, one line a range, written once the
 * log's own record of it is on disk. Readers go on behind such a range; whoever checks the log asks the
 * records themselves (`retention.removed`), never this file. Pure.
 */
import { z } from 'zod';

export const REMOVED_FILE = 'removed';

export interface Range {
  readonly first: number;
  /** Inclusive. */
  readonly last: number;
}

const lineSchema = z.object({ first: z.int().positive(), last: z.int().positive() });

/** Ranges in order, those that touch made one. */
export function mergeRanges(ranges: readonly Range[]): Range[] {
  const merged: Range[] = [];
  for (const { first, last } of [...ranges].sort((a, b) => a.first - b.first)) {
    const before = merged.at(-1);
    if (before && first <= before.last + 1) {
      merged[merged.length - 1] = { first: before.first, last: Math.max(before.last, last) };
    } else merged.push({ first, last });
  }
  return merged;
}

/** A line that says nothing clear removes nothing: the hole is damage then. */
export function readRemoved(text: string): Range[] {
  const ranges = text.split('\n').flatMap((line) => {
    const range = lineSchema.safeParse(parse(line)).data;
    return range && range.first <= range.last ? [range] : [];
  });
  return mergeRanges(ranges);
}

export const writeRemoved = (ranges: readonly Range[]): string =>
  mergeRanges(ranges)
    .map(({ first, last }) => `${JSON.stringify({ first, last })}\n`)
    .join('');

/** The last record of the removed range that `seq` lies in; null when it lies in none. */
export const removedUpTo = (ranges: readonly Range[], seq: number): number | null =>
  ranges.find(({ first, last }) => first <= seq && seq <= last)?.last ?? null;

function parse(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    return null;
  }
}
