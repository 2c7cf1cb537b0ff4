import type { Instrument } from '../../protocol/instrument.ts';
import type { VenueId } from '../../protocol/units.ts';
import type { VenueTable } from './port.ts';
import { Ranges } from './ranges.ts';
import { MarketTableReader } from './table-reader.ts';
import type { BookSlot, MarkSlot, QuoteSlot, TradeRows } from './table-slots.ts';

/** What can be read of the market, by the instruments' indexes in the list of all. */
export type MarketReader = Pick<
  MarketTableReader,
  'readQuote' | 'readBook' | 'readMark' | 'quoteVersion' | 'bookVersion' | 'tradeCount' | 'readTrades'
>;

/**
 * The market tables of all venues as one: an index leads to its venue's own table, so that what
 * happens to one is invisible in another. An instrument that is not listed yet is unknown.
 */
export class MarketTables implements MarketReader {
  readonly #readers: ReadonlyMap<VenueId, MarketTableReader>;
  readonly #ranges = new Ranges();

  constructor(tables: readonly VenueTable[]) {
    this.#readers = new Map(tables.map(({ venue, table }) => [venue, new MarketTableReader(table)]));
  }

  /**
   * Takes the list of all instruments, in which each venue's stand together; what it began with
   * before must still be there.
   * @throws Error when a venue has no table here.
   */
  list(instruments: readonly Pick<Instrument, 'venue'>[]): void {
    for (let at = this.#ranges.size; at < instruments.length; at = this.#ranges.size) {
      const venue = instruments[at]?.venue as VenueId;
      if (!this.#readers.has(venue)) throw new Error(`There is no market table of ${venue}.`);
      let end = at;
      while (instruments[end]?.venue === venue) end += 1;
      this.#ranges.append(venue, end - at);
    }
  }

  venueOf(instrument: number): VenueId | null {
    return this.#ranges.of(instrument)?.venue ?? null;
  }

  readQuote(instrument: number, into: QuoteSlot): boolean {
    return this.#reader(instrument)?.readQuote(instrument - this.#first(instrument), into) ?? false;
  }

  readBook(instrument: number, into: BookSlot): boolean {
    return this.#reader(instrument)?.readBook(instrument - this.#first(instrument), into) ?? false;
  }

  readMark(instrument: number, into: MarkSlot): boolean {
    return this.#reader(instrument)?.readMark(instrument - this.#first(instrument), into) ?? false;
  }

  quoteVersion(instrument: number): number {
    return this.#reader(instrument)?.quoteVersion(instrument - this.#first(instrument)) ?? 0;
  }

  bookVersion(instrument: number): number {
    return this.#reader(instrument)?.bookVersion(instrument - this.#first(instrument)) ?? 0;
  }

  tradeCount(instrument: number): number {
    return this.#reader(instrument)?.tradeCount(instrument - this.#first(instrument)) ?? 0;
  }

  readTrades(instrument: number, sinceCount: number, into: TradeRows): number {
    const reader = this.#reader(instrument);
    if (reader) return reader.readTrades(instrument - this.#first(instrument), sinceCount, into);
    into.rows = 0;
    into.skipped = 0;
    return sinceCount;
  }

  #reader(instrument: number): MarketTableReader | undefined {
    const range = this.#ranges.of(instrument);
    return range ? this.#readers.get(range.venue) : undefined;
  }

  #first(instrument: number): number {
    return this.#ranges.of(instrument)?.first ?? 0;
  }
}
