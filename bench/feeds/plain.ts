import type { Instrument } from '../../protocol/instrument.ts';
import { Book } from '../../server/feeds/book.ts';
import type { BookSnapshot } from '../../server/feeds/dialect.ts';
import { Levels } from '../../server/feeds/market-message.ts';

/** A reader as one would write it: the frame parsed whole, numbers by `Number`, into the same book. */
export interface PlainReader {
  readonly book: Book;
  begin(snapshot: BookSnapshot): void;
  frame(bytes: Buffer): void;
}

interface PlainFrame {
  readonly data:
    | { readonly e: 'trade'; readonly t: number; readonly p: string; readonly q: string; readonly m: boolean }
    | {
        readonly e: 'depthUpdate';
        readonly U: number;
        readonly u: number;
        readonly pu?: number;
        readonly b: readonly (readonly [string, string])[];
        readonly a: readonly (readonly [string, string])[];
      };
}

export class BinancePlain implements PlainReader {
  readonly book = new Book();
  readonly #priceUnits: number;
  readonly #sizeUnits: number;
  readonly #bids = new Levels();
  readonly #asks = new Levels();
  /** The last trade, so that reading it is not for nothing. */
  last = { id: 0, price: 0, size: 0, seller: false };

  constructor({ priceScale, tickStep, sizeScale, lotStep }: Instrument) {
    this.#priceUnits = 10 ** priceScale / tickStep;
    this.#sizeUnits = 10 ** sizeScale / lotStep;
  }

  begin({ lastUpdate, bids, asks, limit }: BookSnapshot): void {
    this.last = { id: 0, price: 0, size: 0, seller: false };
    this.book.load(lastUpdate, bids, asks, limit);
  }

  frame(bytes: Buffer): void {
    const { data } = JSON.parse(bytes.toString('utf8')) as PlainFrame;
    if (data.e === 'trade') {
      const price = Math.round(Number(data.p) * this.#priceUnits);
      const size = Math.round(Number(data.q) * this.#sizeUnits);
      if (data.t > this.last.id) this.last = { id: data.t, price, size, seller: data.m };
      return;
    }
    const { lastUpdate } = this.book;
    if (data.u <= lastUpdate) return;
    if (data.pu === undefined ? data.U > lastUpdate + 1 : data.pu !== lastUpdate && data.U > lastUpdate + 1) {
      throw new Error(`updates before ${data.U} are missing`);
    }
    this.#fill(this.#bids, data.b);
    this.#fill(this.#asks, data.a);
    if (!this.book.apply(data.u, this.#bids, this.#asks)) throw new Error('crossed');
  }

  #fill(levels: Levels, rows: readonly (readonly [string, string])[]): void {
    levels.clear();
    for (const [price, size] of rows) {
      levels.push(Math.round(Number(price) * this.#priceUnits), Math.round(Number(size) * this.#sizeUnits));
    }
  }
}
