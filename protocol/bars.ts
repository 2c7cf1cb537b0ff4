/**
 * Bars section: one closed 1 s bar of every instrument.
 *     0  u32  rows    4  u32  bar number (open time in s, and one more for each marked gap: counts up
 *                          by one; a gap, or open times that do not match, mean: ask for history)
 *     8  f64  open time, µs
 *    16       columns of BAR_COLUMNS
 *
 * History section: the last bars of every instrument.
 *     0  u32  instruments (n)    4  u32  bars (t)
 *     8  u32  number of the newest bar    12  u32  how long a bar is, s
 *    16  f64  open time of the oldest bar, µs
 *    24       u16 instrument[n], f64 close[n × t] row by row oldest first, u8 state[n × t]
 *
 * A close is in half ticks (bid + ask), so that a mid is a whole number.
 */
import { columnBytes, columns, readColumns, type Columns } from './columns.ts';
import { align8, type FrameWriter, type Section } from './frame.ts';
import { ok, refuse, type Result } from './result.ts';

/** `unchanged`: no update on a live feed, a return of 0. `invalid`: stale or resyncing, no return. */
export const BAR_STATES = ['invalid', 'updated', 'unchanged'] as const;
export type BarState = (typeof BAR_STATES)[number];

export const BAR_COLUMNS = { close: 'f64', instrument: 'u16', state: 'u8' } as const;
export interface Bars {
  readonly number: number;
  readonly openAt: number;
  readonly rows: Columns<typeof BAR_COLUMNS>;
}

export function writeBars(
  writer: FrameWriter,
  rows: number,
  number: number,
  openAt: number,
): Columns<typeof BAR_COLUMNS> {
  const body = writer.section('bars', 0, 16 + columnBytes(BAR_COLUMNS, rows));
  body.setUint32(0, rows, true);
  body.setUint32(4, number, true);
  body.setFloat64(8, openAt, true);
  return columns(BAR_COLUMNS, body, 16, rows);
}

export function readBars(section: Section): Result<Bars> {
  if (section.body.byteLength < 16) return refuse('bars-short', 'A bars section has no header.');
  const rows = readColumns(BAR_COLUMNS, section.body, 16, section.body.getUint32(0, true));
  if (!rows.ok) return rows;
  return ok({
    number: section.body.getUint32(4, true),
    openAt: section.body.getFloat64(8, true),
    rows: rows.value,
  });
}

/** How long a bar of a history is, µs. */
export const BAR_SPANS = { '1s': 1_000_000, '1m': 60_000_000, '5m': 300_000_000 } as const;
export type BarHorizon = keyof typeof BAR_SPANS;

export interface History {
  /** How long a bar is, µs; its number counts on from bar to bar. */
  readonly span: number;
  readonly instruments: Uint16Array;
  readonly bars: number;
  readonly newest: number;
  readonly firstOpenAt: number;
  /** n × t, row by row, oldest first; half ticks. */
  readonly close: Float64Array;
  readonly state: Uint8Array;
}

export function writeHistory(writer: FrameWriter, history: History): void {
  const n = history.instruments.length;
  const cells = n * history.bars;
  const body = writer.section('history', 0, historyBytes(n, history.bars));
  body.setUint32(0, n, true);
  body.setUint32(4, history.bars, true);
  body.setUint32(8, history.newest, true);
  body.setUint32(12, history.span / 1_000_000, true);
  body.setFloat64(16, history.firstOpenAt, true);
  const at = body.byteOffset + 24;
  new Uint16Array(body.buffer, at, n).set(history.instruments);
  new Float64Array(body.buffer, at + align8(n * 2), cells).set(history.close);
  new Uint8Array(body.buffer, at + align8(n * 2) + cells * 8, cells).set(history.state);
}

export function readHistory(section: Section): Result<History> {
  const { body } = section;
  if (body.byteLength < 24) return refuse('history-short', 'A history section has no header.');
  const n = body.getUint32(0, true);
  const bars = body.getUint32(4, true);
  if (align8(historyBytes(n, bars)) !== body.byteLength) {
    return refuse('history-length', `${n} instruments × ${bars} bars do not fill ${body.byteLength} bytes.`);
  }
  const at = body.byteOffset + 24;
  const cells = n * bars;
  return ok({
    span: body.getUint32(12, true) * 1_000_000,
    instruments: new Uint16Array(body.buffer, at, n),
    bars,
    newest: body.getUint32(8, true),
    firstOpenAt: body.getFloat64(16, true),
    close: new Float64Array(body.buffer, at + align8(n * 2), cells),
    state: new Uint8Array(body.buffer, at + align8(n * 2) + cells * 8, cells),
  });
}

const historyBytes = (n: number, bars: number): number =>
  24 + align8(n * 2) + n * bars * 8 + align8(n * bars);
