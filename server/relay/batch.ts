/** One group's market frame: what changed between the tick it was last sent and this one. */
import { diffLadder, writeBook, type Ladder } from '../../protocol/book.ts';
import type { FrameWriter } from '../../protocol/frame.ts';
import type { Origin } from '../../protocol/origin.ts';
import { QUOTE_STATES, writeQuotes } from '../../protocol/quotes.ts';
import { writeTrades } from '../../protocol/trades.ts';
import type { Micros } from '../../protocol/units.ts';
import { TRADE_RING } from '../feeds/table.ts';
import type { Market, Tick } from './market.ts';
import type { Channels } from './subscription.ts';

let dirty = new Uint16Array(64);

/**
 * Encodes the frame, or returns null when nothing that is subscribed changed. `base` null makes a
 * snapshot: every quote, whole ladders, the trades still in the ring. Either way the group's next
 * base is `tick`.
 */
export function encodeBatch(
  writer: FrameWriter,
  market: Market,
  channels: Channels,
  base: Tick | null,
  tick: Tick,
  origin: Origin,
  sentAt: () => Micros,
): Uint8Array | null {
  writer.begin('market', origin);
  addQuotes(writer, market, channels, base, tick);
  for (const instrument of channels.books) addBook(writer, market, instrument, base);
  for (const instrument of channels.trades) addTrades(writer, market, instrument, base);
  return writer.sections === 0 ? null : writer.finish(sentAt());
}

function addQuotes(
  writer: FrameWriter,
  market: Market,
  channels: Channels,
  base: Tick | null,
  tick: Tick,
): void {
  const all = channels.quotes === 'all' ? null : channels.quotes;
  const wanted = all ? all.length : tick.quotes.length;
  if (dirty.length < wanted) dirty = new Uint16Array(wanted);
  let rows = 0;
  for (let at = 0; at < wanted; at++) {
    const instrument = all ? (all[at] ?? 0) : at;
    if (base && base.quotes[instrument] === tick.quotes[instrument]) continue;
    if (market.quote(instrument) === null) continue;
    dirty[rows] = instrument;
    rows += 1;
  }
  if (rows === 0) return;
  const quotes = writeQuotes(writer, rows);
  for (let row = 0; row < rows; row++) {
    const instrument = dirty[row] ?? 0;
    const quote = market.quote(instrument);
    if (!quote) continue;
    quotes.bid[row] = quote.bid;
    quotes.bidSize[row] = quote.bidSize;
    quotes.ask[row] = quote.ask;
    quotes.askSize[row] = quote.askSize;
    quotes.last[row] = quote.last;
    quotes.exchangeAt[row] = quote.exchangeAt;
    quotes.receivedAt[row] = quote.receivedAt;
    quotes.updates[row] = quote.updates;
    quotes.instrument[row] = instrument;
    quotes.state[row] = QUOTE_STATES.indexOf(quote.state);
  }
}

function addBook(writer: FrameWriter, market: Market, instrument: number, base: Tick | null): void {
  const book = market.book(instrument);
  if (!book) return;
  const before = base?.books.get(instrument);
  if (before?.version === book.version) return;
  const changes = before ? diffLadder(before.ladder, book.ladder) : book.ladder;
  const smaller = before && rowsOf(changes) < rowsOf(book.ladder);
  writeBook(writer, {
    instrument,
    base: smaller ? before.version : 0,
    version: book.version,
    state: book.state,
    exchangeAt: book.exchangeAt,
    ...(smaller ? changes : book.ladder),
  });
}

function addTrades(writer: FrameWriter, market: Market, instrument: number, base: Tick | null): void {
  const count = market.tradeCount(instrument);
  const before = base?.tradeCounts.get(instrument);
  if (before === count) return;
  const rows = market.trades(instrument, before ?? Math.max(0, count - TRADE_RING));
  // For a snapshot nothing was skipped: it simply starts with what the ring still has.
  const skipped = before === undefined ? 0 : rows.skipped;
  if (rows.rows === 0 && skipped === 0) return;
  const columns = writeTrades(writer, instrument, rows.rows, skipped, (count - rows.rows) >>> 0);
  columns.price.set(rows.price.subarray(0, rows.rows));
  columns.size.set(rows.size.subarray(0, rows.rows));
  columns.tradeId.set(rows.tradeId.subarray(0, rows.rows));
  columns.exchangeAt.set(rows.exchangeAt.subarray(0, rows.rows));
  columns.aggressor.set(rows.aggressor.subarray(0, rows.rows));
}

const rowsOf = (ladder: Ladder): number => ladder.bids.length + ladder.asks.length;
