/**
 * Ticks section: the last trades of one instrument, one row for each time at which it was traded, with the
 * price of the last trade of that time. Nothing is left out between `since` and `until`.
 *
 *     0  u32  rows
 *     4  u32  clock: instruments with the same number are told by one venue's clock
 *     8  f64  since, µs; NaN: its trades are not watched
 *    16  f64  until, µs
 *    24  f64  the venue's clock less the server's, ms; NaN: not measured
 *    32  f64  the true offset is within ± this, ms; NaN: not measured
 *    40       columns of TICK_COLUMNS, in the order in which they came
 *
 * All of `since`, `until` and `at` are of the venue's clock.
 */
import { columnBytes, columns, readColumns, type Columns } from './columns.ts';
import type { FrameWriter, Section } from './frame.ts';
import { ok, refuse, type Result } from './result.ts';

export const TICK_COLUMNS = {
  at: 'f64', // µs
  price: 'f64', // ticks
} as const;
const HEADER = 40;

/** Instruments of one question, and how far back it can go. */
export const TICK_INSTRUMENTS_MAX = 12;
export const TICK_SECONDS_MAX = 900;

export interface TickSpan {
  readonly clock: number;
  /** µs; NaN: not watched. */
  readonly since: number;
  readonly until: number;
  /** ms; NaN: not measured. */
  readonly offsetMs: number;
  readonly uncertaintyMs: number;
}

export interface Ticks extends TickSpan {
  readonly instrument: number;
  readonly rows: Columns<typeof TICK_COLUMNS>;
}

/** Appends a section of `rows` ticks; the caller fills the returned columns. */
export function writeTicks(
  writer: FrameWriter,
  instrument: number,
  rows: number,
  span: TickSpan,
): Columns<typeof TICK_COLUMNS> {
  const body = writer.section('ticks', instrument, HEADER + columnBytes(TICK_COLUMNS, rows));
  body.setUint32(0, rows, true);
  body.setUint32(4, span.clock, true);
  body.setFloat64(8, span.since, true);
  body.setFloat64(16, span.until, true);
  body.setFloat64(24, span.offsetMs, true);
  body.setFloat64(32, span.uncertaintyMs, true);
  return columns(TICK_COLUMNS, body, HEADER, rows);
}

export function readTicks({ body, instrument }: Section): Result<Ticks> {
  if (body.byteLength < HEADER) return refuse('ticks-short', 'A ticks section has no header.');
  const rows = readColumns(TICK_COLUMNS, body, HEADER, body.getUint32(0, true));
  if (!rows.ok) return rows;
  return ok({
    instrument,
    clock: body.getUint32(4, true),
    since: body.getFloat64(8, true),
    until: body.getFloat64(16, true),
    offsetMs: body.getFloat64(24, true),
    uncertaintyMs: body.getFloat64(32, true),
    rows: rows.value,
  });
}
