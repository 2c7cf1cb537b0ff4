/** The server's points and this tab's, side by side: pure. */
import {
  foldPoints,
  type HistoryFigure,
  type HistoryPoint,
  type HistoryRange,
} from '../../../protocol/kernels.ts';
import type { TabHistory } from '../../state/tab-history.ts';
import { plural } from '../../ui/format.ts';
import { FIGURES, RANGES } from './history-words.ts';

export type Source = 'server' | 'tab';

export interface Line {
  readonly figure: HistoryFigure;
  readonly from: Source;
  /** A bucket each, oldest first. */
  readonly points: readonly HistoryPoint[];
}

/** Begin of the first bucket, end of the last, and how long each is, µs. */
export interface Span {
  readonly from: number;
  readonly to: number;
  readonly bucket: number;
}

export interface Gap {
  readonly from: number;
  readonly to: number;
}

/** A run tells the minute before its own, and is told of a little later. */
const ON_ITS_WAY_MICROS = 150_000_000;

/** This tab's points of those figures, in the buckets of a span. */
export function tabLines(history: TabHistory, figures: readonly HistoryFigure[], span: Span): Line[] {
  return figures.map((figure) => ({
    figure,
    from: 'tab' as const,
    points: foldPoints(history[figure] ?? [], span.bucket).filter(
      ({ at }) => at >= span.from && at < span.to,
    ),
  }));
}

/** Where nobody computed it; a bucket that may still be on its way is none. */
export function gapsOf(points: readonly HistoryPoint[], { from, to, bucket }: Span): Gap[] {
  const known = new Set(points.map(({ at }) => at as number));
  const gaps: Gap[] = [];
  for (let at = from; at < to; at += bucket) {
    if (known.has(at) || at + bucket > to - bucket - ON_ITS_WAY_MICROS) continue;
    const last = gaps.at(-1);
    if (last?.to === at) gaps[gaps.length - 1] = { from: last.from, to: at + bucket };
    else gaps.push({ from: at, to: at + bucket });
  }
  return gaps;
}

/** Begins of the buckets that neither the server nor this tab knows. */
export function unknownBuckets(lines: readonly Line[], span: Span): number[] {
  const all = lines.flatMap(({ points }) => points);
  return gapsOf(all, span).flatMap(({ from, to }) =>
    Array.from({ length: (to - from) / span.bucket }, (_, k) => from + k * span.bucket),
  );
}

/** A line of the table: a bucket of one source, or a time that it knows nothing of. */
export interface Row {
  readonly key: string;
  readonly at: number;
  readonly from: Source;
  /** End of a gap; null: it is a bucket. */
  readonly gapTo: number | null;
  readonly points: ReadonlyMap<HistoryFigure, HistoryPoint>;
}

/** Newest first; the server's gaps stand among its buckets, this tab's do not: it computes only while it is looked at. */
export function rowsOf(lines: readonly Line[], span: Span): Row[] {
  const rows = new Map<string, { at: number; from: Source; points: Map<HistoryFigure, HistoryPoint> }>();
  for (const { figure, from, points } of lines) {
    for (const point of points) {
      const key = `${from} ${point.at}`;
      const row = rows.get(key) ?? { at: point.at, from, points: new Map<HistoryFigure, HistoryPoint>() };
      row.points.set(figure, point);
      rows.set(key, row);
    }
  }
  const server = lines.filter(({ from }) => from === 'server');
  const gaps =
    server.length === 0
      ? []
      : gapsOf(
          server.flatMap(({ points }) => points),
          span,
        );
  return [
    ...[...rows].map(([key, row]) => ({ key, ...row, gapTo: null })),
    ...gaps.map(({ from: at, to }) => ({
      ...{ key: `gap ${at}`, at, from: 'server' as const, gapTo: to },
      points: new Map<HistoryFigure, HistoryPoint>(),
    })),
  ].sort((a, b) => b.at - a.at || a.from.localeCompare(b.from));
}

/** What the picture shows, for who does not see it. */
export function chartText(lines: readonly Line[], span: Span, range: HistoryRange): string {
  const buckets = Math.round((span.to - span.from) / span.bucket);
  const sentences = lines.map(({ figure, from, points }) => {
    const { name, format } = FIGURES[figure];
    const whose = from === 'server' ? 'by the server' : 'by this tab';
    const [first, last] = [points[0], points.at(-1)];
    if (!first || !last) return `${name} ${whose}: nothing known`;
    const low = Math.min(...points.map((point) => point.low));
    const high = Math.max(...points.map((point) => point.high));
    const gaps = from === 'server' ? `, ${plural(gapsOf(points, span).length, 'gap')}` : '';
    return `${name} ${whose}: ${points.length} of ${buckets} known${gaps}, ${format(first.last)} at first, ${format(last.last)} at last, between ${format(low)} and ${format(high)}`;
  });
  return `The last ${RANGES[range].spoken}, a point each ${RANGES[range].bucket}; ${sentences.join('; ')}.`;
}
