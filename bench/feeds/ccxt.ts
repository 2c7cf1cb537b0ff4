import ccxt from 'ccxt';
import { formatPrice, formatSize, type Instrument } from '../../protocol/instrument.ts';
import type { Lots, Ticks } from '../../protocol/units.ts';
import type { Levels } from '../../server/feeds/market-message.ts';
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

/** ccxt.pro's handler of the same frames, with nobody waiting for what it makes of them. */
export class CcxtWay {
  readonly #venue: CcxtVenue;
  readonly #instrument: Instrument;
  readonly #client: object;
  readonly #symbol: string;

  constructor(name: CcxtName, instrument: Instrument) {
    const { id, symbol, url } = name;
    const venues = ccxt.pro as unknown as Readonly<Record<string, new (options: object) => CcxtVenue>>;
    const Venue = venues[id];
    if (!Venue) throw new Error(`ccxt has no ${id}`);
    this.#venue = new Venue({});
    this.#instrument = instrument;
    this.#symbol = symbol;
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
    this.#venue.handleMessage(this.#client, JSON.parse(bytes.toString('utf8')));
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
