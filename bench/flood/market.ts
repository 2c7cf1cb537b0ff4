import { Book } from '../../server/feeds/book.ts';
import { Levels } from '../../server/feeds/market-message.ts';

/** Ticks and lots; 0 lots takes a level away. */
export type Level = readonly [ticks: number, lots: number];
export interface Sides {
  readonly bids: readonly Level[];
  readonly asks: readonly Level[];
}

/** One change of a book, the book behind it, best prices first, and a trade at its best price. */
export interface Turn {
  readonly change: Sides;
  readonly book: Sides;
  readonly trade: { readonly ticks: number; readonly lots: number; readonly isBuy: boolean };
}

const TURNS = 8;
const LEVELS = 40;
/** Levels a side that a change touches besides the best. */
const TOUCHED = 4;

/**
 * What happens to one instrument, over and over: behind the last turn the book is what it was before
 * the first. The best bid and the best offer go and come back, sizes change everywhere.
 */
export function cycleOf(index: number): Turn[] {
  const middle = 100_000 + index * 1000;
  const bid = (level: number): number => middle - level;
  const ask = (level: number): number => middle + 1 + level;
  const bids = new Map<number, number>();
  const asks = new Map<number, number>();
  for (let level = 0; level < LEVELS; level++) {
    bids.set(bid(level), lotsOf(index, level, 0));
    asks.set(ask(level), lotsOf(index, level, 1));
  }
  const round = (): Turn[] =>
    Array.from({ length: TURNS }, (_, turn) => {
      const change: { bids: Level[]; asks: Level[] } = { bids: [], asks: [] };
      for (let nth = 0; nth < TOUCHED; nth++) {
        const level = 1 + ((turn * TOUCHED + nth) % (LEVELS - 1));
        change.bids.push([bid(level), lotsOf(turn, level, 2)]);
        change.asks.push([ask(level), lotsOf(turn, level, 3)]);
      }
      // Each side's best goes in one turn and comes back in the next but one, the other side's between.
      change.bids.unshift([bid(0), turn % 4 < 2 ? lotsOf(turn, 0, 4) : 0]);
      change.asks.unshift([ask(0), (turn + 1) % 4 < 2 ? lotsOf(turn, 0, 5) : 0]);
      for (const [ticks, lots] of change.bids) put(bids, ticks, lots);
      for (const [ticks, lots] of change.asks) put(asks, ticks, lots);
      const book = { bids: sorted(bids, -1), asks: sorted(asks, 1) };
      const isBuy = turn % 2 === 0;
      const [ticks = middle] = (isBuy ? book.asks[0] : book.bids[0]) ?? [];
      return { change, book, trade: { ticks, lots: lotsOf(turn, index, 6), isBuy } };
    });
  // What the first round leaves is what each begins with.
  round();
  return round();
}

/** The book before the first turn. */
export const startOf = (cycle: readonly Turn[]): Sides => cycle.at(-1)?.book ?? { bids: [], asks: [] };

/** The product's own book of these levels, for a venue's checksum of it. */
export function bookOf({ bids, asks }: Sides): Book {
  const book = new Book();
  book.load(0, levelsOf(bids), levelsOf(asks), Infinity);
  return book;
}

export function levelsOf(side: readonly Level[]): Levels {
  const levels = new Levels();
  for (const [ticks, lots] of side) levels.push(ticks, lots);
  return levels;
}

function put(side: Map<number, number>, ticks: number, lots: number): void {
  if (lots === 0) side.delete(ticks);
  else side.set(ticks, lots);
}

const sorted = (side: ReadonlyMap<number, number>, sign: 1 | -1): Level[] =>
  [...side].sort(([a], [b]) => sign * (a - b));

/** Like sizes: four digits, never 0. */
const lotsOf = (a: number, b: number, c: number): number =>
  1000 + ((a * 7919 + b * 104_729 + c * 1299) % 9000);
