/** The market table in shared memory: what it is and how it is laid out says `table-layout.ts`. */
export { createMarketTable } from './table-layout.ts';
export { MarketTableReader } from './table-reader.ts';
export {
  BOOK_DEPTH,
  BOTH_SIDES,
  TRADE_RING,
  emptyBook,
  emptyMark,
  emptyQuote,
  emptyTrades,
  ladderOf,
  type BookSlot,
  type MarkSlot,
  type QuoteSlot,
  type TradeRows,
  type Sides,
} from './table-slots.ts';
export { MarketTableWriter } from './table-writer.ts';
export { TradeRun } from './trade-run.ts';
