/**
 * Trades section, one instrument, then the columns of `TRADE_COLUMNS`, oldest first:
 *
 *     0  u32  rows
 *     4  u32  skipped: trades this console did not get because it was slow (newest state, never backlog)
 *     8  u32  number of the first row: the server's own running count, from 0, modulo 2^32
 *    12       0
 */
import { columnBytes, columns, readColumns, type Columns } from './columns.ts';
import type { FrameWriter, Section } from './frame.ts';
import { ok, refuse, type Result } from './result.ts';

export const TRADE_COLUMNS = {
  price: 'f64', // ticks
  size: 'f64', // lots
  tradeId: 'f64', // the venue's; of some in no order, so that only the number tells what is new
  exchangeAt: 'f64', // µs
  aggressor: 'u8', // 0 buyer, 1 seller, 2 not told
} as const;
const HEADER = 16;
export type TradeColumns = Columns<typeof TRADE_COLUMNS>;
export interface Trades {
  readonly instrument: number;
  readonly skipped: number;
  /** Of the first row; each one's is one more. */
  readonly first: number;
  readonly rows: TradeColumns;
}

export function writeTrades(
  writer: FrameWriter,
  instrument: number,
  rows: number,
  skipped: number,
  first: number,
): TradeColumns {
  const body = writer.section('trades', instrument, HEADER + columnBytes(TRADE_COLUMNS, rows));
  body.setUint32(0, rows, true);
  body.setUint32(4, skipped, true);
  body.setUint32(8, first, true);
  return columns(TRADE_COLUMNS, body, HEADER, rows);
}

export function readTrades(section: Section): Result<Trades> {
  const { body, instrument } = section;
  if (body.byteLength < HEADER) return refuse('trades-short', 'A trades section has no header.');
  const rows = readColumns(TRADE_COLUMNS, body, HEADER, body.getUint32(0, true));
  if (!rows.ok) return rows;
  const skipped = body.getUint32(4, true);
  return ok({ instrument, skipped, first: body.getUint32(8, true), rows: rows.value });
}
