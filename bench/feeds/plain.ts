import type { Instrument } from '../../protocol/instrument.ts';
import { Book } from '../../server/feeds/book.ts';
import type { DialectRules } from '../../server/feeds/dialect.ts';
import { Levels } from '../../server/feeds/market-message.ts';
import type { Opening } from './recorded.ts';

/** A venue's checksum of a book, unsigned; null: it sends none, or it is not looked at. */
export type Checksum = ((book: Book) => number) | null;

/**
 * A reader as one would write it: the frame parsed whole, numbers by `Number`, into the same book, whose
 * chain and checksum it checks. It writes no shared table and validates nothing else.
 */
export abstract class PlainReader {
  readonly book = new Book();
  protected readonly bids = new Levels();
  protected readonly asks = new Levels();
  /** The last trade, so that reading it is not for nothing. */
  last: { id: number | string; price: number; size: number; seller: boolean } = NO_TRADE;
  readonly #checksum: Checksum;
  readonly #rules: DialectRules;
  readonly #priceUnits: number;
  readonly #sizeUnits: number;

  constructor(instrument: Instrument, rules: DialectRules, checksum: Checksum = null) {
    this.#checksum = checksum;
    this.#rules = rules;
    this.#priceUnits = 10 ** instrument.priceScale / instrument.tickStep;
    this.#sizeUnits = 10 ** instrument.sizeScale / instrument.lotStep;
  }

  begin(opening: Opening | null): void {
    this.last = NO_TRADE;
    if (Buffer.isBuffer(opening)) this.frame(opening);
    else if (opening) this.book.load(opening.lastUpdate, opening.bids, opening.asks, opening.limit);
  }

  abstract frame(bytes: Buffer): void;

  protected ticks(price: string | number): number {
    return Math.round(Number(price) * this.#priceUnits);
  }

  protected lots(size: string | number): number {
    return Math.round(Number(size) * this.#sizeUnits);
  }

  protected trade(id: number | string, price: string | number, size: string | number, seller: boolean): void {
    this.last = { id, price: this.ticks(price), size: this.lots(size), seller };
  }

  /** `["price","size",…]` each. */
  protected fill(levels: Levels, rows: readonly (readonly [string, string, ...unknown[]])[]): void {
    levels.clear();
    for (const row of rows) levels.push(this.ticks(row[0]), this.lots(row[1]));
  }

  /** What is in `bids` and `asks`: the whole book, or what changed of it. */
  protected take(update: number, whole: boolean, checksum: number | null = null): void {
    const { bids, asks } = this;
    const sane = whole
      ? this.book.load(update, bids, asks, Infinity)
      : this.book.apply(update, bids, asks, this.#rules.bookDepth);
    if (!sane) throw new Error('crossed');
    if (checksum === null || !this.#checksum) return;
    if (this.#checksum(this.book) !== checksum >>> 0) throw new Error('checksum');
  }

  protected follows(previous: number): void {
    if (previous !== this.book.lastUpdate) throw new Error(`updates before ${previous} are missing`);
  }
}

const NO_TRADE = { id: 0, price: 0, size: 0, seller: false } as const;
