import { once } from 'node:events';
import type { Worker } from 'node:worker_threads';
import { createMarketTable, emptyBook, emptyQuote, MarketTableReader, MarketTableWriter } from '../table.ts';

/** What many reads beside dying writers saw. */
export interface Seen {
  /** Of quotes and books together. */
  readonly reads: number;
  readonly clean: number;
  /** No clean value could be had: the answer is then "unknown". */
  readonly unknown: number;
  /** Values that no writer ever wrote. */
  readonly torn: readonly string[];
  /** How often a read saw another value than the one before. */
  readonly values: number;
  /** Writers that were started, each killed while it wrote. */
  readonly lives: number;
}

/** Reads between two deaths of the writer. */
const READS_PER_LIFE = 400_000;

/** Writes as fast as it can; every field of a value carries the same number, so that a torn read shows. */
export function writeForever(table: SharedArrayBuffer, begun: () => void): never {
  const writer = new MarketTableWriter(table);
  const quote = { ...emptyQuote(), state: 'live' as const };
  const book = { ...emptyBook(), bidRows: 20, askRows: 20, state: 'live' as const };
  for (let n = 1; ; n++) {
    quote.bid = quote.bidSize = quote.ask = quote.askSize = n;
    quote.last = quote.exchangeAt = quote.receivedAt = quote.updates = n;
    writer.writeQuote(0, quote);
    for (const column of [book.bidPrice, book.bidSize, book.askPrice, book.askSize]) column.fill(n);
    book.exchangeAt = book.receivedAt = n;
    writer.writeBook(0, book);
    if (n === 1) begun();
  }
}

/** Reads `reads` times beside writers on a thread of their own, which are killed again and again. */
export async function stressSeqlock(
  reads: number,
  startWriter: (table: SharedArrayBuffer) => Worker,
): Promise<Seen> {
  const table = createMarketTable(1);
  const look = new Look(new MarketTableReader(table));
  let lives = 0;
  while (look.reads < reads) {
    const worker = startWriter(table);
    await once(worker, 'message');
    lives += 1;
    look.often(READS_PER_LIFE);
    // At any moment of a write: nobody asks it to finish.
    await worker.terminate();
    look.often(100);
  }
  return { ...look.seen(), lives };
}

class Look {
  readonly #reader: MarketTableReader;
  readonly #quote = emptyQuote();
  readonly #book = emptyBook();
  readonly #torn: string[] = [];
  #clean = 0;
  #unknown = 0;
  #values = 0;
  #before = 0;

  constructor(reader: MarketTableReader) {
    this.#reader = reader;
  }

  get reads(): number {
    return this.#clean + this.#unknown;
  }

  seen(): Omit<Seen, 'lives'> {
    const { reads } = this;
    return { reads, clean: this.#clean, unknown: this.#unknown, torn: this.#torn, values: this.#values };
  }

  often(times: number): void {
    for (let n = 0; n < times; n++) {
      const isWhole = n % 16 === 0 ? this.#readBook() : this.#readQuote();
      if (isWhole === null) this.#unknown += 1;
      else this.#clean += 1;
      if (isWhole === false && this.#torn.length < 10) {
        this.#torn.push(JSON.stringify(n % 16 === 0 ? this.#book : this.#quote));
      }
    }
  }

  #readQuote(): boolean | null {
    const quote = this.#quote;
    if (!this.#reader.readQuote(0, quote)) return null;
    const n = quote.bid;
    if (n !== this.#before) this.#values += 1;
    this.#before = n;
    const isPrice = quote.bidSize === n && quote.ask === n && quote.askSize === n && quote.last === n;
    return isPrice && quote.exchangeAt === n && quote.receivedAt === n && quote.updates === n;
  }

  #readBook(): boolean | null {
    const book = this.#book;
    if (!this.#reader.readBook(0, book)) return null;
    const n = book.exchangeAt;
    if (book.receivedAt !== n) return false;
    for (let row = 0; row < 20; row++) {
      if (book.bidPrice[row] !== n || book.bidSize[row] !== n) return false;
      if (book.askPrice[row] !== n || book.askSize[row] !== n) return false;
    }
    return true;
  }
}
