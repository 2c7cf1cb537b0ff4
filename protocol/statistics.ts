/**
 * Statistics section: what the last ticks of every instrument say together, every few seconds.
 *     0  u32  rows    4  u32  0    8  f64  as of, µs
 *    16       columns of STATISTICS_COLUMNS; NaN = not known
 */
import { columnBytes, columns, readColumns, type Columns } from './columns.ts';
import type { FrameWriter, Section } from './frame.ts';
import { ok, refuse, type Result } from './result.ts';

/** Window of the volatility, of its 1 s returns. */
export const VOLATILITY_SECONDS = 300;
/** Window of the order-flow imbalance. */
export const IMBALANCE_SECONDS = 60;
/** Full buckets that VPIN looks back on; one holds that part of the last hour's volume. */
export const VPIN_BUCKETS = 50;
export const STATISTICS_EVERY_SECONDS = 5;

export const STATISTICS_COLUMNS = {
  /** Realised, per √s. */
  volatility: 'f64',
  /** Lots. */
  imbalance: 'f64',
  /** Mean size of the best bid and offer over the same changes, lots. */
  depth: 'f64',
  /** 0 … 1. */
  vpin: 'f64',
  /** Of the venue's own mark: ticks, 0 = not said. */
  markPrice: 'f64',
  indexPrice: 'f64',
  /** In 10^-8. */
  fundingRate: 'f64',
  /** µs since 1970, 0 = not said. */
  nextFundingAt: 'f64',
  /** When it was received: µs since 1970, server's clock, 0 = never. */
  markAt: 'f64',
  /** Lots that fill a bucket; 0 = not known yet. */
  bucketLots: 'f64',
  /** Changes of the best bid or offer in the imbalance's window. */
  changes: 'u32',
  /** Returns in the volatility. */
  returns: 'u16',
  /** Full buckets in the VPIN. */
  buckets: 'u16',
  instrument: 'u16',
  /** Of the mark: an index into QUOTE_STATES. */
  markState: 'u8',
} as const;

export interface Statistics {
  readonly asOf: number;
  readonly rows: Columns<typeof STATISTICS_COLUMNS>;
}

/** Appends a section of `rows` instruments; the caller fills the returned columns. */
export function writeStatistics(
  writer: FrameWriter,
  rows: number,
  asOf: number,
): Columns<typeof STATISTICS_COLUMNS> {
  const body = writer.section('statistics', 0, 16 + columnBytes(STATISTICS_COLUMNS, rows));
  body.setUint32(0, rows, true);
  body.setFloat64(8, asOf, true);
  return columns(STATISTICS_COLUMNS, body, 16, rows);
}

export function readStatistics(section: Section): Result<Statistics> {
  const { body } = section;
  if (body.byteLength < 16) return refuse('statistics-short', 'A statistics section has no header.');
  const rows = readColumns(STATISTICS_COLUMNS, body, 16, body.getUint32(0, true));
  return rows.ok ? ok({ asOf: body.getFloat64(8, true), rows: rows.value }) : rows;
}
