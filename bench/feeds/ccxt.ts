import { crc32 } from 'node:zlib';
import ccxt from 'ccxt';
import { formatPrice, formatSize, type Instrument } from '../../protocol/instrument.ts';
import type { Lots, Ticks } from '../../protocol/units.ts';
import type { Levels } from '../../server/feeds/market-message.ts';
import { Top, type PlainChecksum } from './checksum.ts';
import type { Opening } from './recorded.ts';
import type { CcxtName } from './venue.ts';

type Rows = readonly (readonly [number, number])[];

interface CcxtBook {
  readonly bids: Rows;
  readonly asks: Rows;
  reset(snapshot: object): void;
}

/** What of ccxt is used: its own handler of frames, offline. */
interface CcxtVenue {
  readonly orderbooks: Record<string, CcxtBook>;
  setMarkets(markets: readonly object[]): void;
  orderBook(snapshot: object, limit: number): CcxtBook;
  handleMessage(client: object, message: unknown): void;
}

/**
 * ccxt.pro's handler of the same frames, with nobody waiting for what it makes of them. It checks no
 * checksum of these venues: of OKX it has no code for it, of Kraken its option is off, and on it throws at
 * the first book, as it looks for the decimals of a number as of a text. So where it shall prove its book,
 * its user does: behind the handler, over the book that it has made.
 */
export class CcxtWay {
  readonly #venue: CcxtVenue;
  readonly #instrument: Instrument;
  readonly #client: object;
  readonly #symbol: string;
  readonly #checksum: PlainChecksum | null;
  readonly #bids: Top;
  readonly #asks: Top;

  constructor(name: CcxtName, instrument: Instrument, checksum: PlainChecksum | null) {
    const { id, symbol, url } = name;
    const venues = ccxt.pro as unknown as Readonly<Record<string, new (options: object) => CcxtVenue>>;
    const Venue = venues[id];
    if (!Venue) throw new Error(`ccxt has no ${id}`);
    this.#venue = new Venue({});
    this.#instrument = instrument;
    this.#symbol = symbol;
    this.#checksum = checksum;
    this.#bids = new Top(checksum?.levels ?? 0);
    this.#asks = new Top(checksum?.levels ?? 0);
    this.#venue.setMarkets([marketOf(name, instrument)]);
    this.#client = {
      url,
      subscriptions: {},
      resolve: () => undefined,
      reject: (error: unknown) => {
        throw error instanceof Error ? error : new Error(String(error));
      },
    };
  }

  begin(opening: Opening | null): void {
    if (Buffer.isBuffer(opening)) {
      this.frame(opening);
      return;
    }
    if (!opening) return;
    const { lastUpdate, bids, asks } = opening;
    const book = this.#venue.orderBook({}, 1000);
    book.reset({ bids: this.#rows(bids), asks: this.#rows(asks), nonce: lastUpdate });
    this.#venue.orderbooks[this.#symbol] = book;
  }

  frame(bytes: Buffer): void {
    const frame = JSON.parse(bytes.toString('utf8')) as unknown;
    this.#venue.handleMessage(this.#client, frame);
    const told = this.#checksum?.told(frame) ?? null;
    if (this.#checksum && told !== null) this.#prove(this.#checksum, told);
  }

  #prove(checksum: PlainChecksum, told: number): void {
    const { bids, asks } = this.book;
    this.#bids.set(bids);
    this.#asks.set(asks);
    if (crc32(checksum.text(this.#bids, this.#asks, this.#instrument)) !== told) throw new Error('checksum');
  }

  get book(): { readonly bids: Rows; readonly asks: Rows } {
    const book = this.#venue.orderbooks[this.#symbol];
    if (!book) throw new Error(`ccxt has given up its book of ${this.#symbol}`);
    return book;
  }

  #rows({ length, price, size }: Levels): [number, number][] {
    return Array.from({ length }, (_, row) => [
      Number(formatPrice((price[row] ?? 0) as Ticks, this.#instrument)),
      Number(formatSize((size[row] ?? 0) as Lots, this.#instrument)),
    ]);
  }
}

function marketOf(
  { symbol, contractSize }: CcxtName,
  { symbol: id, priceScale, sizeScale }: Instrument,
): object {
  const [pair = '', settle] = symbol.split(':', 2);
  const [base, quote] = pair.split('/', 2);
  const contract = settle !== undefined;
  return {
    id,
    symbol,
    base,
    quote,
    settle,
    baseId: base,
    quoteId: quote,
    settleId: settle,
    type: contract ? 'swap' : 'spot',
    spot: !contract,
    swap: contract,
    contract,
    linear: contract ? settle === quote : undefined,
    inverse: contract ? settle === base : undefined,
    contractSize,
    active: true,
    precision: { price: 10 ** -priceScale, amount: 10 ** -sizeScale },
    limits: {},
    info: {},
  };
}
