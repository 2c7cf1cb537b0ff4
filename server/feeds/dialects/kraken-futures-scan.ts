import type { Instrument } from '../../../protocol/instrument.ts';
import type { MarketMessage } from '../market-message.ts';
import { literalOf } from '../literal.ts';
import { Scanner } from '../scanner.ts';
import { SymbolHead } from './symbol-head.ts';
import { SymbolTable } from './symbol-table.ts';
import { stepsOf, type Units } from './units.ts';
const BOOK = ['{"feed":"book","product_id":"', '","side":"'] as const;
const BOUGHT = literalOf('buy","seq":');
const SOLD = literalOf('sell","seq":');
const TRADE = literalOf('{"feed":"trade","product_id":"');
const BUY = literalOf('","side":"buy"');
const SELL = literalOf('","side":"sell"');
const UID = literalOf('","uid":"');
const TYPE = literalOf(',"type":"');
const TRADE_SEQUENCE = literalOf('","seq":');
const TIME = literalOf(',"time":');
const PRICE = literalOf(',"price":');
const SIZE = literalOf(',"qty":');
const TIMESTAMP = literalOf(',"timestamp":');
const OBJECT_END = 125;

/**
 * Changes of a book and trades from bytes to whole ticks and lots, in the field order that Kraken
 * Futures sends. Anything else (another order, an exponent, a price off the tick) is `null`: not
 * refused, but left to the slow reader.
 */
export class KrakenFuturesScan {
  readonly #scan = new Scanner();
  readonly #symbols: SymbolTable;
  readonly #book: SymbolHead;

  constructor(instruments: readonly Instrument[]) {
    this.#symbols = new SymbolTable(instruments);
    this.#book = new SymbolHead(instruments, this.#symbols, ...BOOK);
  }

  read(bytes: Uint8Array, into: MarketMessage): 'depth' | 'trade' | null {
    const scan = this.#scan;
    scan.begin(bytes);
    const book = this.#book.scan(scan);
    if (book) {
      into.instrument = book.index;
      return this.#change(book.units, into) ? 'depth' : null;
    }
    if (!scan.literal(TRADE)) return null;
    const listed = this.#symbols.scan(scan);
    if (!listed) return null;
    into.instrument = listed.index;
    return this.#trade(listed.units, into) ? 'trade' : null;
  }

  /** One level. */
  #change(units: Units, into: MarketMessage): boolean {
    const scan = this.#scan;
    const bid = scan.literal(BOUGHT);
    if (!bid && !scan.literal(SOLD)) return false;
    into.lastUpdate = scan.uint();
    into.firstUpdate = into.lastUpdate;
    if (into.lastUpdate < 0 || !scan.literal(PRICE)) return false;
    const price = this.#price(units);
    if (price < 0 || !scan.literal(SIZE)) return false;
    const size = this.#size(units);
    if (size < 0 || !scan.literal(TIMESTAMP)) return false;
    into.eventAt = scan.uint() * 1000;
    if (into.eventAt < 0) return false;
    into.bids.clear();
    into.asks.clear();
    (bid ? into.bids : into.asks).push(price, size);
    return scan.byte(OBJECT_END) && scan.ended;
  }

  #trade(units: Units, into: MarketMessage): boolean {
    const scan = this.#scan;
    if (!scan.literal(UID) || !scan.skipText()) return false;
    const bought = scan.literal(BUY);
    if ((!bought && !scan.literal(SELL)) || !scan.literal(TYPE) || !scan.skipText()) return false;
    if (!scan.literal(TRADE_SEQUENCE)) return false;
    into.tradeId = scan.uint();
    if (into.tradeId < 0 || !scan.literal(TIME)) return false;
    into.eventAt = scan.uint() * 1000;
    if (into.eventAt < 0 || !scan.literal(SIZE)) return false;
    into.size = this.#size(units);
    if (into.size < 0 || !scan.literal(PRICE)) return false;
    into.price = this.#price(units);
    into.aggressor = bought ? 0 : 1;
    return into.price >= 0 && scan.byte(OBJECT_END) && scan.ended;
  }

  #price({ priceScale, tickStep }: Units): number {
    return stepsOf(this.#scan.number(priceScale), tickStep);
  }

  #size({ sizeScale, lotStep }: Units): number {
    return stepsOf(this.#scan.number(sizeScale), lotStep);
  }
}
