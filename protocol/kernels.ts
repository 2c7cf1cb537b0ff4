/**
 * What the server recorded of its own analyses, for whoever is signed in.
 *
 *     GET /api/kernels/history?figures=absorption-1s,wild&range=1d    → KernelHistoryReply
 *
 * A figure is kept by the minute: the lowest, the highest and the last value of the minute's runs. What is
 * asked for is folded into buckets of some minutes in the same way, so that no spike is averaged away.
 * Values are whole millionths: of one where the figure is a share or a correlation, of a dollar where it is money.
 */
import { z } from 'zod';
import { unitSchema, type Micros } from './units.ts';

export const HISTORY_FIGURES = [
  'absorption-1s',
  'mean-correlation-1s',
  'absorption-1m',
  'mean-correlation-1m',
  'wild',
  'cascade',
  'value-at-risk',
  'shortfall',
] as const;
export type HistoryFigure = (typeof HISTORY_FIGURES)[number];

/** How far back, and how long a bucket is, in minutes. */
export const HISTORY_RANGES = {
  '1h': { minutes: 60, bucket: 1 },
  '1d': { minutes: 1440, bucket: 5 },
  '1w': { minutes: 10_080, bucket: 30 },
} as const;
export const HISTORY_RANGE_NAMES = ['1h', '1d', '1w'] as const;
export type HistoryRange = (typeof HISTORY_RANGE_NAMES)[number];

export const kernelHistoryQuerySchema = z.strictObject({
  figures: z
    .string()
    .max(200)
    .transform((text) => [...new Set(text.split(','))])
    .pipe(z.array(z.enum(HISTORY_FIGURES)).min(1)),
  range: z.enum(HISTORY_RANGE_NAMES).default('1d'),
});
export type KernelHistoryQuery = z.infer<typeof kernelHistoryQuerySchema>;

const millionths = z.int();
export const historyPointSchema = z.object({
  /** Begin of its bucket. */
  at: unitSchema.micros,
  low: millionths,
  high: millionths,
  last: millionths,
  runs: unitSchema.count,
  /** Minutes of the bucket in which there was a run. */
  minutes: unitSchema.count,
  /** The fewest of its runs. */
  instruments: unitSchema.count,
  /** Columns that it is of, the fewest of its runs; null where the figure does not count them. */
  samples: unitSchema.count.nullable(),
});
export type HistoryPoint = z.infer<typeof historyPointSchema>;

export const kernelHistorySchema = z.object({
  /** `off`: this server computes nothing by itself; `replay`: what is replayed is not recorded. */
  recording: z.enum(['on', 'off', 'replay']),
  /** Columns of a window of the server's, by horizon. */
  windows: z.object({ '1s': unitSchema.count, '1m': unitSchema.count }),
  /** Begin of the first bucket, end of the last. */
  from: unitSchema.micros,
  to: unitSchema.micros,
  /** One a figure that was asked for, points oldest first; a bucket of which nobody computed anything is not there. */
  lines: z.array(z.object({ figure: z.enum(HISTORY_FIGURES), points: z.array(historyPointSchema) })),
});
export type KernelHistory = z.infer<typeof kernelHistorySchema>;

export const kernelHistoryReplySchema = kernelHistorySchema.extend({ ok: z.literal(true) });

const MINUTE = 60_000_000;

/** The buckets of a range that ends with the one of `now`: their length, and from where to where, µs. */
export function historySpan(
  range: HistoryRange,
  now: number,
): { readonly bucket: number; readonly from: Micros; readonly to: Micros } {
  const { minutes, bucket: length } = HISTORY_RANGES[range];
  const bucket = length * MINUTE;
  const to = (Math.floor(now / bucket) + 1) * bucket;
  return { bucket, from: (to - minutes * MINUTE) as Micros, to: to as Micros };
}

/** A later point of the same bucket added to an earlier one. */
export function joinPoints(earlier: HistoryPoint, later: HistoryPoint): HistoryPoint {
  return {
    at: earlier.at,
    low: Math.min(earlier.low, later.low),
    high: Math.max(earlier.high, later.high),
    last: later.last,
    runs: earlier.runs + later.runs,
    minutes: earlier.minutes + later.minutes,
    instruments: Math.min(earlier.instruments, later.instruments),
    samples: leastOf(earlier.samples, later.samples),
  };
}

const leastOf = (a: number | null, b: number | null): number | null =>
  a === null || b === null ? (a ?? b) : Math.min(a, b);

/** Points of minutes, oldest first, as points of buckets so long (µs). */
export function foldPoints(minutes: readonly HistoryPoint[], bucket: number): HistoryPoint[] {
  const folded: HistoryPoint[] = [];
  for (const point of minutes) {
    const moved = { ...point, at: (Math.floor(point.at / bucket) * bucket) as Micros };
    const last = folded.at(-1);
    if (last?.at === moved.at) folded[folded.length - 1] = joinPoints(last, moved);
    else folded.push(moved);
  }
  return folded;
}
