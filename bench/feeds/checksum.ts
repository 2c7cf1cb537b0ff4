import { crc32 } from 'node:zlib';
import type { Instrument } from '../../protocol/instrument.ts';
import type { Book } from '../../server/feeds/book.ts';
import type { BookSide } from '../../server/feeds/book-side.ts';

/**
 * Who works the checksum of a book out, where a venue sends one. `each`: every way by its own code, so
 * that all have proven the same. `ours`: the reader by `JSON.parse` uses the product's code, and ccxt.pro
 * goes without, as it comes. `none`: nobody does.
 */
export const PROOFS = ['each', 'ours', 'none'] as const;
export type Proof = (typeof PROOFS)[number];

/** A venue's checksum as a reader of JSON would work it out: the text written whole, and its CRC32 by the runtime. */
export interface PlainChecksum {
  /** Best levels a side. */
  readonly levels: number;
  /** What it is over. */
  readonly text: (bids: Top, asks: Top, instrument: Instrument) => string;
  /** What a parsed frame tells of its book; null where it tells of none. */
  readonly told: (frame: unknown) => number | null;
}

/** The best levels of one side, as decimals. */
export class Top {
  readonly prices: Float64Array;
  readonly sizes: Float64Array;
  rows = 0;

  constructor(levels: number) {
    this.prices = new Float64Array(levels);
    this.sizes = new Float64Array(levels);
  }

  /** `priceUnits`: ticks in 1, `sizeUnits`: lots. */
  copy(side: BookSide, priceUnits: number, sizeUnits: number): void {
    const { prices, sizes } = this;
    this.rows = side.copyBest(prices.length, prices, sizes);
    for (let row = 0; row < this.rows; row++) {
      prices[row] = (prices[row] ?? 0) / priceUnits;
      sizes[row] = (sizes[row] ?? 0) / sizeUnits;
    }
  }

  /** ccxt's. */
  set(levels: readonly (readonly [price: number, size: number])[]): void {
    this.rows = Math.min(this.prices.length, levels.length);
    for (let row = 0; row < this.rows; row++) {
      const level = levels[row];
      this.prices[row] = level?.[0] ?? 0;
      this.sizes[row] = level?.[1] ?? 0;
    }
  }
}

/** The same as a function of the book in whole ticks and lots. Unsigned. */
export function plainChecksum(
  { levels, text }: PlainChecksum,
  instrument: Instrument,
): (book: Book) => number {
  const { priceScale, tickStep, sizeScale, lotStep } = instrument;
  const priceUnits = 10 ** priceScale / tickStep;
  const sizeUnits = 10 ** sizeScale / lotStep;
  const [bids, asks] = [new Top(levels), new Top(levels)];
  return (book) => {
    bids.copy(book.bids, priceUnits, sizeUnits);
    asks.copy(book.asks, priceUnits, sizeUnits);
    return crc32(text(bids, asks, instrument));
  };
}
