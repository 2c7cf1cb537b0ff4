import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Book } from './book.ts';
import { BookSync } from './book-sync.ts';
import { Levels, MarketMessage } from './market-message.ts';
import { BOOK_DEPTH, emptyBook } from './table.ts';

type Rows = readonly (readonly [number, number])[];
const levelsOf = (rows: Rows): Levels => {
  const levels = new Levels();
  for (const [price, size] of rows) levels.push(price, size);
  return levels;
};
const price = fc.integer({ min: 1, max: 60 });
const size = fc.integer({ min: 0, max: 5 });
const rows = fc.array(fc.tuple(price, size), { maxLength: 12 });
// Bids below 1,000, asks above: never crossed by themselves.
const asAsks = (side: Rows): Rows => side.map(([at, lots]) => [at + 1000, lots]);

function applyTo(model: Map<number, number>, side: Rows): void {
  for (const [at, lots] of side) {
    if (lots === 0) model.delete(at);
    else model.set(at, lots);
  }
}
const sorted = (model: Map<number, number>, sign: number): [number, number][] =>
  [...model].sort(([a], [b]) => sign * (a - b));

describe('book', () => {
  it('equals a map of prices, whatever is applied, and fills a slot with the best 20', () => {
    fc.assert(
      fc.property(rows, rows, fc.array(fc.tuple(rows, rows), { maxLength: 30 }), (bids, asks, changes) => {
        const book = new Book();
        const model = { bids: new Map<number, number>(), asks: new Map<number, number>() };
        applyTo(model.bids, bids);
        applyTo(model.asks, asAsks(asks));
        expect(book.load(5, levelsOf(bids), levelsOf(asAsks(asks)), 1000)).toBe(true);
        let update = 5;
        for (const [bidRows, askRows] of changes) {
          applyTo(model.bids, bidRows);
          applyTo(model.asks, asAsks(askRows));
          expect(book.apply(update + 2, levelsOf(bidRows), levelsOf(asAsks(askRows)))).toBe(true);
          update += 2;
        }
        const slot = emptyBook();
        book.fill(slot);
        const shown = (prices: Float64Array, sizes: Float64Array, count: number): [number, number][] =>
          Array.from({ length: count }, (_, row) => [prices[row] ?? 0, sizes[row] ?? 0]);
        expect(shown(slot.bidPrice, slot.bidSize, slot.bidRows)).toEqual(
          sorted(model.bids, -1).slice(0, BOOK_DEPTH),
        );
        expect(shown(slot.askPrice, slot.askSize, slot.askRows)).toEqual(
          sorted(model.asks, 1).slice(0, BOOK_DEPTH),
        );
        expect([book.bids.length, book.asks.length]).toEqual([model.bids.size, model.asks.size]);
      }),
    );
  });

  it('says when a change or a snapshot crosses it', () => {
    const book = new Book();
    const none = levelsOf([]);
    book.load(10, levelsOf([[5, 1]]), levelsOf([[7, 1]]), 1000);
    expect(book.apply(11, levelsOf([[6, 9]]), none)).toBe(true);
    expect([book.bids.best, book.lastUpdate]).toEqual([6, 11]);
    expect(book.apply(12, levelsOf([[7, 1]]), none)).toBe(false);
    expect(book.load(1, levelsOf([[7, 1]]), levelsOf([[7, 1]]), 1000)).toBe(false);
  });

  it('keeps 5,000 levels a side: the far end goes, the near end never', () => {
    const book = new Book();
    book.load(1, levelsOf([]), levelsOf([[100_000, 1]]), 10_000);
    const many: Rows = Array.from({ length: 7000 }, (_, at) => [at + 1, 1]);
    book.apply(2, levelsOf(many), levelsOf([]));
    expect([book.bids.length, book.bids.best]).toEqual([5000, 7000]);
    expect(book.bids.sizeAt(2001)).toBe(1);
    expect(book.bids.sizeAt(2000)).toBe(0);
    expect(book.isThin(20)).toBe(false);
    expect(book.isThin(5001)).toBe(true);
  });

  it('keeps as many levels as its venue sends, and loads a snapshot in any order', () => {
    fc.assert(
      fc.property(rows, rows, fc.integer({ min: 1, max: 10 }), (told, change, depth) => {
        const book = new Book();
        const model = new Map<number, number>();
        applyTo(model, told);
        book.load(1, levelsOf([...model]), levelsOf([]), Infinity);
        expect(book.bids.length).toBe(model.size);
        applyTo(model, change);
        book.apply(2, levelsOf(change), levelsOf([]), depth);
        const best = sorted(model, -1).slice(0, depth);
        const kept = Array.from({ length: book.bids.length }, (_, row) => [
          book.bids.price(row),
          book.bids.size(row),
        ]);
        expect(kept).toEqual(best);
      }),
    );
  });

  it('knows when its best levels reach beyond what a cut snapshot told', () => {
    const book = new Book();
    const bids: Rows = Array.from({ length: 30 }, (_, at) => [100 - at, 1]);
    book.load(1, levelsOf(bids), levelsOf([[200, 1]]), 30);
    expect(book.isThin(20)).toBe(false);
    // The best 15 are gone: the 20 best now reach beyond the 30 that were told.
    book.apply(2, levelsOf(bids.slice(0, 15).map(([at]) => [at, 0] as const)), levelsOf([]));
    expect(book.isThin(20)).toBe(true);
    const offTick = new Book();
    const told = levelsOf(bids.slice(0, 15));
    told.offTick = 15;
    offTick.load(1, told, levelsOf([[200, 1]]), 30);
    expect(offTick.isThin(20)).toBe(true);
    const whole = new Book();
    whole.load(1, levelsOf(bids), levelsOf([[200, 1]]), 1000);
    expect(whole.isThin(20)).toBe(false);
  });
});

describe('book in step with its venue', () => {
  const message = (first: number, last: number, bids: Rows, asks: Rows): MarketMessage => {
    const depth = new MarketMessage();
    depth.firstUpdate = first;
    depth.lastUpdate = last;
    for (const [at, lots] of bids) depth.bids.push(at, lots);
    for (const [at, lots] of asks) depth.asks.push(at, lots);
    return depth;
  };

  it('is the venue’s book once in step, however changes, losses and snapshots interleave', () => {
    const step = fc.oneof(
      { weight: 8, arbitrary: fc.record({ do: fc.constant('change' as const), rows, lost: fc.boolean() }) },
      { weight: 3, arbitrary: fc.record({ do: fc.constant('ask' as const) }) },
      { weight: 3, arbitrary: fc.record({ do: fc.constant('answer' as const) }) },
      { weight: 1, arbitrary: fc.record({ do: fc.constant('refresh' as const) }) },
    );
    fc.assert(
      fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
        const sync = new BookSync({ chain: 'range', bookDepth: null, snapshots: 'rest' });
        const truth = new Map<number, number>();
        let update = 0;
        let asked: { update: number; rows: Rows } | null = null;
        for (const next of steps) {
          if (next.do === 'change') {
            update += 1;
            applyTo(truth, next.rows);
            // A lost change leaves the book behind: from here on it must say so, not be wrong.
            if (next.lost) continue;
            const outcome = sync.depth(message(update, update, next.rows, []));
            expect(outcome).not.toBe('crossed');
          } else if (next.do === 'ask') {
            asked = { update, rows: [...truth] };
          } else if (next.do === 'answer' && asked) {
            const { update: at, rows: told } = asked;
            sync.snapshot({ lastUpdate: at, bids: levelsOf(told), asks: levelsOf([]), limit: 1000 });
          } else if (next.do === 'refresh' && sync.synced) sync.refresh();
          if (!sync.synced || sync.book.lastUpdate !== update) continue;
          const slot = emptyBook();
          sync.book.fill(slot);
          const best = sorted(truth, -1).slice(0, BOOK_DEPTH);
          expect([...slot.bidPrice.subarray(0, slot.bidRows)]).toEqual(best.map(([at]) => at));
          expect([...slot.bidSize.subarray(0, slot.bidRows)]).toEqual(best.map(([, lots]) => lots));
        }
      }),
      { numRuns: 300 },
    );
  });

  it('fetches a new snapshot before prices leave the old one, and stays in step meanwhile', () => {
    const sync = new BookSync({ chain: 'range', bookDepth: null, snapshots: 'rest' });
    const told = (from: number, lastUpdate: number): Parameters<BookSync['snapshot']>[0] => ({
      lastUpdate,
      bids: levelsOf(Array.from({ length: 100 }, (_, at) => [from - at, 1] as const)),
      asks: levelsOf([[2000, 1]]),
      limit: 100,
    });
    expect(sync.snapshot(told(1000, 1))).toBe('synced');
    expect(sync.wantsRefresh).toBe(false);
    // The price falls: of the 100 levels that were told, 76 are gone.
    for (let n = 0; n < 76; n++) sync.depth(message(2 + n, 2 + n, [[1000 - n, 0]], []));
    expect(sync.wantsRefresh).toBe(true);
    expect(sync.book.isThin(BOOK_DEPTH)).toBe(false);
    sync.refresh();
    expect([sync.synced, sync.settled, sync.wantsRefresh]).toEqual([true, false, false]);
    expect(sync.depth(message(78, 78, [[924, 5]], []))).toBe('applied');
    expect(sync.depth(message(79, 79, [[923, 7]], []))).toBe('applied');
    // It was taken between these two changes: what came after it is put on top of it.
    expect(sync.snapshot(told(924, 78))).toBe('synced');
    expect([sync.settled, sync.wantsRefresh, sync.book.lastUpdate]).toEqual([true, false, 79]);
    expect([sync.book.bids.sizeAt(924), sync.book.bids.sizeAt(923), sync.book.bids.length]).toEqual([
      1, 7, 100,
    ]);
    expect(sync.depth(message(80, 80, [[924, 0]], []))).toBe('applied');
  });

  it('asks again for a snapshot that is older than the changes it holds', () => {
    const sync = new BookSync({ chain: 'range', bookDepth: null, snapshots: 'rest' });
    sync.depth(message(10, 12, [[5, 1]], []));
    const at = (lastUpdate: number): Parameters<BookSync['snapshot']>[0] => ({
      lastUpdate,
      bids: levelsOf([[4, 1]]),
      asks: levelsOf([]),
      limit: 1000,
    });
    expect(sync.snapshot(at(8))).toBe('early');
    expect(sync.snapshot(at(9))).toBe('synced');
    expect(sync.book.bids.best).toBe(5);
    expect(sync.snapshot(at(20))).toBe('unasked');
  });
});
