/**
 * Quotes section: u32 rows, u32 0, then the columns of `QUOTE_COLUMNS`, `rows` long.
 * `state` is an index into QUOTE_STATES; a side that is not there has 0 lots.
 */
import { columnBytes, columns, readColumns, type Columns } from './columns.ts';
import type { FrameWriter, Section } from './frame.ts';
import { refuse, type Result } from './result.ts';

/**
 * `quiet`: silent instrument on a live feed. `stale`: the feed itself is silent or broken.
 * `quarantined`: too much of the instrument was refused for the rest of it to be believed.
 */
export const QUOTE_STATES = ['never', 'live', 'quiet', 'stale', 'resyncing', 'ended', 'quarantined'] as const;
export type QuoteState = (typeof QUOTE_STATES)[number];

export const QUOTE_COLUMNS = {
  bid: 'f64', // ticks
  bidSize: 'f64', // lots
  ask: 'f64',
  askSize: 'f64',
  last: 'f64', // ticks of the last trade, 0 = none yet
  exchangeAt: 'f64', // µs, venue's clock
  receivedAt: 'f64', // µs, our clock
  updates: 'u32', // counts up with each change, wraps
  instrument: 'u16',
  state: 'u8',
} as const;
export type Quotes = Columns<typeof QUOTE_COLUMNS>;

/** Appends a section of `rows` quotes; the caller fills the returned columns. */
export function writeQuotes(writer: FrameWriter, rows: number): Quotes {
  const body = writer.section('quotes', 0, 8 + columnBytes(QUOTE_COLUMNS, rows));
  body.setUint32(0, rows, true);
  return columns(QUOTE_COLUMNS, body, 8, rows);
}

export function readQuotes(section: Section): Result<Quotes> {
  if (section.body.byteLength < 8) return refuse('quotes-short', 'A quotes section has no count.');
  return readColumns(QUOTE_COLUMNS, section.body, 8, section.body.getUint32(0, true));
}
