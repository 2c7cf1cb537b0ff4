/**
 * Trades section, one instrument: u32 rows, u32 skipped (trades this console did not get because
 * it was slow: newest state, never backlog), then the columns of `TRADE_COLUMNS`, oldest first.
 */
import { columnBytes, columns, readColumns, type Columns } from './columns.ts';
import type { FrameWriter, Section } from './frame.ts';
import { ok, refuse, type Result } from './result.ts';

export const TRADE_COLUMNS = {
  price: 'f64', // ticks
  size: 'f64', // lots
  tradeId: 'f64', // the venue's
  exchangeAt: 'f64', // µs
  aggressor: 'u8', // 0 buyer, 1 seller, 2 not told
} as const;
export type TradeColumns = Columns<typeof TRADE_COLUMNS>;
export interface Trades {
  readonly instrument: number;
  readonly skipped: number;
  readonly rows: TradeColumns;
}

export function writeTrades(
  writer: FrameWriter,
  instrument: number,
  rows: number,
  skipped: number,
): TradeColumns {
  const body = writer.section('trades', instrument, 8 + columnBytes(TRADE_COLUMNS, rows));
  body.setUint32(0, rows, true);
  body.setUint32(4, skipped, true);
  return columns(TRADE_COLUMNS, body, 8, rows);
}

export function readTrades(section: Section): Result<Trades> {
  if (section.body.byteLength < 8) return refuse('trades-short', 'A trades section has no count.');
  const rows = readColumns(TRADE_COLUMNS, section.body, 8, section.body.getUint32(0, true));
  if (!rows.ok) return rows;
  return ok({ instrument: section.instrument, skipped: section.body.getUint32(4, true), rows: rows.value });
}
