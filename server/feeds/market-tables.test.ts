import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { VenueId } from '../../protocol/units.ts';
import { MarketTables } from './market-tables.ts';
import { Ranges } from './ranges.ts';
import { runOf } from './testing/run-of.ts';
import {
  createMarketTable,
  emptyBook,
  emptyMark,
  emptyQuote,
  emptyTrades,
  MarketTableWriter,
} from './table.ts';

const VENUES = ['a', 'b', 'c'] as VenueId[];
const listing = fc.uniqueArray(
  fc.record({ venue: fc.constantFrom(...VENUES), count: fc.integer({ min: 1, max: 6 }) }),
  {
    selector: ({ venue }) => venue,
  },
);

describe('market tables of several venues', () => {
  it('lead every index to its own venue’s table, in whatever order the lists came', () => {
    fc.assert(
      fc.property(listing, (lists) => {
        const tables = VENUES.map((venue) => ({ venue, table: createMarketTable(6) }));
        const all = new MarketTables(tables);
        const list: { venue: VenueId }[] = [];
        for (const { venue, count } of lists) {
          for (let n = 0; n < count; n++) list.push({ venue });
          all.list(list);
        }
        for (const { venue, table } of tables) {
          const writer = new MarketTableWriter(table);
          for (let local = 0; local < 6; local++) {
            const mark = VENUES.indexOf(venue) * 100 + local + 1;
            writer.writeQuote(local, { ...emptyQuote(), bid: mark, state: 'live' });
            writer.writeBook(local, { ...emptyBook(), exchangeAt: mark, state: 'live' });
            writer.writeMark(local, { ...emptyMark(), markPrice: mark, receivedAt: 1 });
            writer.writeTrades(local, runOf(mark));
          }
        }
        const firstOf = new Map<VenueId, number>();
        list.forEach(({ venue }, index) => {
          firstOf.set(venue, firstOf.get(venue) ?? index);
          const expected = VENUES.indexOf(venue) * 100 + (index - (firstOf.get(venue) ?? 0)) + 1;
          const [quote, book, mark, trades] = [emptyQuote(), emptyBook(), emptyMark(), emptyTrades()];
          expect(all.venueOf(index)).toBe(venue);
          expect(all.readQuote(index, quote) && quote.bid).toBe(expected);
          expect(all.readBook(index, book) && book.exchangeAt).toBe(expected);
          expect(all.readMark(index, mark) && mark.markPrice).toBe(expected);
          expect([all.readTrades(index, 0, trades), trades.price[0]]).toEqual([1, expected]);
          expect([all.quoteVersion(index), all.bookVersion(index), all.tradeCount(index)]).toEqual([1, 1, 1]);
        });
        expect(all.venueOf(list.length)).toBeNull();
        expect(all.readQuote(list.length, emptyQuote())).toBe(false);
      }),
    );
  });

  it('one venue condemned is invisible in another: no state, no version of it moves', () => {
    const [mine, other] = VENUES.map((venue) => ({ venue, table: createMarketTable(1) }));
    if (!mine || !other) throw new Error('two venues');
    const all = new MarketTables([mine, other]);
    all.list([mine, other]);
    for (const { table } of [mine, other]) {
      new MarketTableWriter(table).writeQuote(0, { ...emptyQuote(), bid: 5, state: 'live' });
    }
    const before = all.quoteVersion(1);
    new MarketTableWriter(mine.table).condemn('stale');
    const quotes = [emptyQuote(), emptyQuote()];
    expect(quotes.map((quote, index) => all.readQuote(index, quote) && quote.state)).toEqual([
      'stale',
      'live',
    ]);
    expect(all.quoteVersion(1)).toBe(before);
  });

  it('an instrument that is not listed has no quote, no book, no trade', () => {
    const all = new MarketTables([{ venue: 'a' as VenueId, table: createMarketTable(2) }]);
    const trades = { ...emptyTrades(), rows: 9, skipped: 9 };
    expect(
      all.readQuote(0, emptyQuote()) || all.readBook(0, emptyBook()) || all.readMark(0, emptyMark()),
    ).toBe(false);
    expect([all.quoteVersion(0), all.bookVersion(0), all.tradeCount(0)]).toEqual([0, 0, 0]);
    expect([all.readTrades(0, 7, trades), trades.rows, trades.skipped]).toEqual([7, 0, 0]);
    expect(() => all.list([{ venue: 'z' as VenueId }])).toThrow('There is no market table of z.');
  });
});

describe('ranges', () => {
  it('only grow: what an index meant, it means', () => {
    fc.assert(
      fc.property(listing, (lists) => {
        const ranges = new Ranges();
        const meant: VenueId[] = [];
        for (const { venue, count } of lists) {
          expect(ranges.append(venue, count)).toEqual({ venue, first: meant.length, count });
          for (let n = 0; n < count; n++) meant.push(venue);
          expect(meant.map((_venue, index) => ranges.of(index)?.venue)).toEqual(meant);
          expect(ranges.size).toBe(meant.length);
        }
        for (const index of [-1, meant.length, Number.NaN]) expect(ranges.of(index)).toBeNull();
      }),
    );
  });
});
