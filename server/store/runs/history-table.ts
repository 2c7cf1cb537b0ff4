/** Effects: what the server computed of its market, a row a figure and minute, joined as it is written and read. */
import {
  foldPoints,
  type HistoryFigure,
  type HistoryPoint,
  type KernelHistory,
} from '../../../protocol/kernels.ts';
import type { Origin } from '../../../protocol/origin.ts';
import type { Micros } from '../../../protocol/units.ts';
import type { Database } from '../database.ts';
import type { KernelFigure, RunsQuestion } from './questions.ts';

const MINUTE = 60_000_000;

interface MinuteRow extends HistoryPoint {
  readonly origin: Origin;
  readonly figure: HistoryFigure;
  readonly code: string;
}

/** The runs of a minute as one row: a statement may touch a row only once. */
function minutesOf(figures: readonly KernelFigure[]): MinuteRow[] {
  const byFigure = new Map<string, KernelFigure[]>();
  for (const one of figures) {
    const key = `${one.origin} ${one.figure}`;
    byFigure.set(key, [...(byFigure.get(key) ?? []), one]);
  }
  return [...byFigure.values()].flatMap((runs) => {
    const [first] = runs;
    if (!first) return [];
    const points = runs
      .toSorted((a, b) => a.asOf - b.asOf)
      .map(({ asOf, value, instruments, samples }): HistoryPoint => {
        const of = { low: value, high: value, last: value, runs: 1, minutes: 1, instruments, samples };
        return { at: asOf as Micros, ...of };
      });
    const { origin, figure } = first;
    const code = runs.at(-1)?.code ?? first.code;
    return foldPoints(points, MINUTE).map((point) => ({ ...point, minutes: 1, origin, figure, code }));
  });
}

/** All of them or none. */
export async function writeFigures(database: Database, figures: readonly KernelFigure[]): Promise<void> {
  const rows = minutesOf(figures);
  const of = <T>(get: (row: MinuteRow) => T): T[] => rows.map(get);
  await database.query(
    `INSERT INTO cwts.kernel_history AS old
       (origin, figure, minute, low, high, last, runs, instruments, samples, code)
     SELECT * FROM unnest($1::text[], $2::text[], $3::int[], $4::bigint[], $5::bigint[], $6::bigint[],
                          $7::int[], $8::int[], $9::int[], $10::text[])
     ON CONFLICT (origin, figure, minute) DO UPDATE SET
       low = least(old.low, excluded.low), high = greatest(old.high, excluded.high), last = excluded.last,
       runs = old.runs + excluded.runs, instruments = least(old.instruments, excluded.instruments),
       samples = least(old.samples, excluded.samples), code = excluded.code`,
    [
      of(({ origin }) => origin),
      of(({ figure }) => figure),
      of(({ at }) => at / MINUTE),
      of(({ low }) => low),
      of(({ high }) => high),
      of(({ last }) => last),
      of(({ runs }) => runs),
      of(({ instruments }) => instruments),
      of(({ samples }) => samples),
      of(({ code }) => code),
    ],
  );
}

/** A line a figure, in the order asked for; folded by the database, so that a week is some hundred rows. */
export async function readLines(
  database: Database,
  { origin, figures, from, to, bucket }: RunsQuestion & { readonly kind: 'read' },
): Promise<KernelHistory['lines']> {
  const rows = await database.query<Omit<HistoryPoint, 'at'> & { figure: HistoryFigure; bucket: number }>(
    `SELECT figure, minute / $5 AS bucket, min(low) AS low, max(high) AS high,
            (array_agg(last ORDER BY minute DESC))[1] AS last, sum(runs)::int AS runs, count(*)::int AS minutes,
            min(instruments) AS instruments, min(samples) AS samples
       FROM cwts.kernel_history
      WHERE origin = $1 AND figure = ANY($2::text[]) AND minute >= $3 AND minute < $4
      GROUP BY 1, 2 ORDER BY 2`,
    [origin, figures, Math.ceil(from / MINUTE), Math.ceil(to / MINUTE), bucket / MINUTE],
  );
  return figures.map((figure) => ({
    figure,
    points: rows
      .filter((row) => row.figure === figure)
      .map(({ figure: _, bucket: number, ...point }) => ({ at: (number * bucket) as Micros, ...point })),
  }));
}

/** Removes minutes before `before` (µs). */
export async function forgetFigures(database: Database, before: number): Promise<void> {
  await database.query('DELETE FROM cwts.kernel_history WHERE minute < $1', [Math.floor(before / MINUTE)]);
}
