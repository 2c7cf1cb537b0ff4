import fc from 'fast-check';
import { expect, it } from 'vitest';
import { BOOK_AT, BOOK_PLACES, HEADER_WORDS } from './table-layout.ts';
import { BOOK_DEPTH, MarketTableReader, MarketTableWriter, createMarketTable, emptyBook } from './table.ts';

/** Few prices, so that most of them stay; one may be there twice, which no book has. */
const ladder = fc.array(fc.nat(30), { maxLength: BOOK_DEPTH, size: 'max' });
const size = fc.integer({ min: BOOK_DEPTH, max: Number.MAX_SAFE_INTEGER });
const step = fc.record({ bids: ladder, asks: ladder, size, sides: fc.nat(3), dies: fc.nat(4) });

it('ladders are read as they were written, whichever levels come, go and stay, also behind a writer that died', () => {
  fc.assert(
    fc.property(fc.array(step, { maxLength: 20, size: 'max' }), (steps) => {
      const table = createMarketTable(1);
      const words = new Int32Array(table);
      const reader = new MarketTableReader(table);
      let writer = new MarketTableWriter(table);
      const book = emptyBook();
      const fill = (prices: Float64Array, sizes: Float64Array, some: number[], best: number): number => {
        prices.set(some);
        for (let row = 0; row < some.length; row++) sizes[row] = best - row;
        return some.length;
      };
      for (const { bids, asks, size: best, sides, dies } of steps) {
        const died = dies === 0;
        if (died) {
          // In mid-write: the sequence odd and, it may be, levels at one place.
          const at = HEADER_WORDS + BOOK_AT;
          words[at] = (words[at] ?? 0) | 1;
          words[at + BOOK_PLACES] = 0;
          writer = new MarketTableWriter(table);
        }
        const written = { bids: died || (sides & 1) === 0, asks: died || (sides & 2) === 0 };
        const falling = bids.toSorted((a, b) => b - a);
        const rising = asks.toSorted((a, b) => a - b);
        if (written.bids) book.bidRows = fill(book.bidPrice, book.bidSize, falling, best);
        if (written.asks) book.askRows = fill(book.askPrice, book.askSize, rising, best);
        writer.writeBook(0, book, written);
        const into = emptyBook();
        expect(reader.readBook(0, into)).toBe(true);
        const read = { prices: [into.bidPrice, into.askPrice], sizes: [into.bidSize, into.askSize] };
        const told = { prices: [book.bidPrice, book.askPrice], sizes: [book.bidSize, book.askSize] };
        const shown = ({ prices, sizes }: typeof told): unknown =>
          [book.bidRows, book.askRows].map((rows, side) => [
            prices[side]?.slice(0, rows),
            sizes[side]?.slice(0, rows),
          ]);
        expect([into.bidRows, into.askRows, shown(read)]).toEqual([book.bidRows, book.askRows, shown(told)]);
      }
    }),
  );
});
