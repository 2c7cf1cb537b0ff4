/**
 * Book section, one instrument: the visible ladder whole, or what changed since the version that
 * this console was last sent.
 *
 *     0  u32  base version (0 = a snapshot that replaces)
 *     4  u32  version
 *     8  u16  bid rows      10  u16  ask rows
 *    12  u8   state (QUOTE_STATES)   13 … 15  0
 *    16  f64  exchange time, µs
 *    24       columns of BOOK_COLUMNS: bids first, then asks; 0 lots removes a price
 */
import { columnBytes, columns, readColumns, type Columns } from './columns.ts';
import type { FrameWriter, Section } from './frame.ts';
import { QUOTE_STATES, type QuoteState } from './quotes.ts';
import { ok, refuse, type Result } from './result.ts';

export const BOOK_COLUMNS = { price: 'f64', size: 'f64' } as const;
export type BookColumns = Columns<typeof BOOK_COLUMNS>;

/** Best price first on both sides; prices in ticks, sizes in lots, all sizes > 0. */
export interface Ladder {
  readonly bids: readonly Level[];
  readonly asks: readonly Level[];
}
export interface Level {
  readonly price: number;
  readonly size: number;
}

export interface BookUpdate extends Ladder {
  readonly instrument: number;
  readonly base: number;
  readonly version: number;
  readonly state: QuoteState;
  readonly exchangeAt: number;
}

export function writeBook(writer: FrameWriter, update: BookUpdate): void {
  const rows = update.bids.length + update.asks.length;
  const body = writer.section('book', update.instrument, 24 + columnBytes(BOOK_COLUMNS, rows));
  body.setUint32(0, update.base, true);
  body.setUint32(4, update.version, true);
  body.setUint16(8, update.bids.length, true);
  body.setUint16(10, update.asks.length, true);
  body.setUint8(12, QUOTE_STATES.indexOf(update.state));
  body.setFloat64(16, update.exchangeAt, true);
  const { price, size } = columns(BOOK_COLUMNS, body, 24, rows);
  let row = 0;
  for (const side of [update.bids, update.asks]) {
    for (const level of side) {
      price[row] = level.price;
      size[row] = level.size;
      row += 1;
    }
  }
}

export function readBook(section: Section): Result<BookUpdate> {
  const { body, instrument } = section;
  if (body.byteLength < 24) return refuse('book-short', 'A book section has no header.');
  const bidRows = body.getUint16(8, true);
  const askRows = body.getUint16(10, true);
  const state = QUOTE_STATES[body.getUint8(12)];
  if (!state) return refuse('book-state', `Book state ${body.getUint8(12)} is not known.`);
  const read = readColumns(BOOK_COLUMNS, body, 24, bidRows + askRows);
  if (!read.ok) return read;
  const levels: Level[] = [];
  for (let row = 0; row < bidRows + askRows; row++) {
    levels.push({ price: read.value.price[row] ?? 0, size: read.value.size[row] ?? 0 });
  }
  return ok({
    instrument,
    base: body.getUint32(0, true),
    version: body.getUint32(4, true),
    state,
    exchangeAt: body.getFloat64(16, true),
    bids: levels.slice(0, bidRows),
    asks: levels.slice(bidRows),
  });
}

/** The levels to send so that `applyLadder(before, diffLadder(before, after))` equals `after`. */
export function diffLadder(before: Ladder, after: Ladder): Ladder {
  return { bids: diffSide(before.bids, after.bids), asks: diffSide(before.asks, after.asks) };
}

function diffSide(before: readonly Level[], after: readonly Level[]): Level[] {
  const old = new Map(before.map((level) => [level.price, level.size]));
  const changes: Level[] = [];
  for (const level of after) {
    if (old.get(level.price) !== level.size) changes.push(level);
    old.delete(level.price);
  }
  for (const price of old.keys()) changes.push({ price, size: 0 });
  return changes;
}

export function applyLadder(ladder: Ladder, changes: Ladder): Ladder {
  return {
    bids: applySide(ladder.bids, changes.bids, (a, b) => b.price - a.price),
    asks: applySide(ladder.asks, changes.asks, (a, b) => a.price - b.price),
  };
}

function applySide(
  side: readonly Level[],
  changes: readonly Level[],
  bestFirst: (a: Level, b: Level) => number,
): Level[] {
  const levels = new Map(side.map((level) => [level.price, level]));
  for (const level of changes) {
    if (level.size > 0) levels.set(level.price, level);
    else levels.delete(level.price);
  }
  return [...levels.values()].sort(bestFirst);
}
