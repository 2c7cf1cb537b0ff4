import type { DecodeSink } from '../dialect.ts';
import type { Levels, MarketMessage } from '../market-message.ts';
import { Scanner } from '../scanner.ts';
import { setBookNumbers, type BybitState } from './bybit-state.ts';
import { scanLots, scanPrice } from './levels.ts';
import type { Listed, SymbolTable } from './symbol-table.ts';
import type { Instrument } from '../../../protocol/instrument.ts';

const bytesOf = (text: string): Uint8Array => new TextEncoder().encode(text);
const BOOK = bytesOf('{"topic":"orderbook.');
const SNAPSHOT = bytesOf('","type":"snapshot","ts":');
const DELTA = bytesOf('","type":"delta","ts":');
const DATA = bytesOf(',"data":{"s":"');
const BIDS = bytesOf('","b":[');
const ASKS = bytesOf(',"a":[');
const LEVEL = bytesOf('["');
const BETWEEN = bytesOf('","');
const LEVEL_END = bytesOf('"]');
const UPDATE = bytesOf(',"u":');
const SEQUENCE = bytesOf(',"seq":');
const MATCHED = bytesOf('},"cts":');
const TRADES = bytesOf('{"topic":"publicTrade.');
const TRADES_DATA = bytesOf(',"data":[');
const TRADES_END = bytesOf(']}');
const TIME = bytesOf('"T":');
const SYMBOL = bytesOf('"s":"');
const BUY = bytesOf('"S":"Buy"');
const SELL = bytesOf('"S":"Sell"');
const SIZE = bytesOf('"v":"');
const PRICE = bytesOf('"p":"');
const ID = bytesOf('"i":"');
const TRADE_SEQUENCE = bytesOf('"seq":');
/** Said of a trade, and of no use to us. */
const REMARKS = [
  '"BT":false',
  '"BT":true',
  '"RPI":false',
  '"RPI":true',
  '"L":"ZeroPlusTick"',
  '"L":"ZeroMinusTick"',
  '"L":"PlusTick"',
  '"L":"MinusTick"',
].map(bytesOf);
const QUOTE = 34;
const COMMA = 44;
const DOT = 46;
const ARRAY_END = 93;
const BRACE = 123;
const BRACE_END = 125;
const LONGEST_ID = 64;
/** Fields that a trade must have, as bits. */
const [HAS_TIME, HAS_SYMBOL, HAS_SIDE, HAS_SIZE, HAS_PRICE, HAS_ID] = [1, 2, 4, 8, 16, 32];
const HAS_ALL = 63;

/**
 * Books and trades of Bybit from bytes to whole ticks and lots: books in the field order that Bybit
 * sends, the fields of a trade in any. Anything else is left to the slow reader, and nothing is told of it.
 */
export class BybitScan {
  readonly #scan = new Scanner();
  readonly #symbols: SymbolTable;
  readonly #state: BybitState;
  readonly #depth: number;

  /** `depth`: of the topic that the book comes in; `orderbook.1` beside it is a ticker. */
  constructor(symbols: SymbolTable, state: BybitState, depth: number) {
    this.#symbols = symbols;
    this.#state = state;
    this.#depth = depth;
  }

  /** True when the frame was read and `sink` knows all of it. */
  read(bytes: Uint8Array, sink: DecodeSink): boolean {
    const scan = this.#scan;
    scan.begin(bytes);
    if (scan.literal(BOOK)) return this.#book(sink);
    return scan.literal(TRADES) && this.#trades(sink);
  }

  #book(sink: DecodeSink): boolean {
    const scan = this.#scan;
    const { message } = sink;
    const depth = scan.uint();
    if ((depth !== this.#depth && depth !== 1) || !scan.byte(DOT)) return false;
    const listed = this.#symbols.scan(scan);
    if (!listed) return false;
    const snapshot = scan.literal(SNAPSHOT);
    if (!snapshot && !scan.literal(DELTA)) return false;
    message.instrument = listed.index;
    message.eventAt = scan.uint() * 1000;
    if (message.eventAt < 0 || !scan.literal(DATA) || this.#symbols.scan(scan) !== listed) return false;
    if (!scan.literal(BIDS) || !this.#levels(listed.instrument, message.bids)) return false;
    if (!scan.literal(ASKS) || !this.#levels(listed.instrument, message.asks)) return false;
    if (!scan.literal(UPDATE)) return false;
    const update = scan.uint();
    if (update < 0 || !scan.literal(SEQUENCE) || scan.uint() < 0) return false;
    if (!scan.literal(MATCHED) || scan.uint() < 0 || !scan.byte(BRACE_END) || !scan.ended) return false;
    const whole = setBookNumbers(message, update, snapshot);
    if (depth === 1) {
      if (!this.#state.top(whole, message)) return false;
      sink.take('ticker');
    } else sink.take(whole ? 'snapshot' : 'depth');
    return true;
  }

  /** `["price","size"],…]`, the opening bracket already read. */
  #levels(instrument: Instrument, into: Levels): boolean {
    const scan = this.#scan;
    into.clear();
    if (scan.byte(ARRAY_END)) return true;
    for (;;) {
      if (!scan.literal(LEVEL)) return false;
      const price = scanPrice(scan, instrument);
      if (price < 0 || !scan.literal(BETWEEN)) return false;
      const size = scanLots(scan, instrument);
      if (size < 0 || !scan.literal(LEVEL_END)) return false;
      into.push(price, size);
      if (scan.byte(COMMA)) continue;
      return scan.byte(ARRAY_END);
    }
  }

  #trades(sink: DecodeSink): boolean {
    const scan = this.#scan;
    const { message } = sink;
    const listed = this.#symbols.scan(scan);
    if (!listed || !scan.literal(SNAPSHOT) || scan.uint() < 0 || !scan.literal(TRADES_DATA)) return false;
    const start = scan.at;
    let count = 0;
    do {
      if (!this.#trade(listed, message)) return false;
      count += 1;
    } while (scan.byte(COMMA));
    if (!scan.literal(TRADES_END) || !scan.ended) return false;
    if (count === 1) {
      sink.take('trade');
      return true;
    }
    // Only now is it known that all of them are well formed: told from the first one on.
    scan.at = start;
    for (; count > 0; count--) {
      this.#trade(listed, message);
      sink.take('trade');
      scan.byte(COMMA);
    }
    return true;
  }

  #trade(listed: Listed, into: MarketMessage): boolean {
    const scan = this.#scan;
    if (!scan.byte(BRACE)) return false;
    let has = 0;
    do {
      const field = this.#field(listed, into);
      if (field < 0) return false;
      has |= field;
    } while (scan.byte(COMMA));
    into.instrument = listed.index;
    return has === HAS_ALL && scan.byte(BRACE_END);
  }

  /** The bit of the field at the scanner, 0 of one that we do not need, −1 where it is not as it should be. */
  #field(listed: Listed, into: MarketMessage): number {
    const scan = this.#scan;
    if (scan.literal(TIME)) {
      into.eventAt = scan.uint() * 1000;
      return into.eventAt < 0 ? -1 : HAS_TIME;
    }
    if (scan.literal(SYMBOL)) {
      return this.#symbols.scan(scan) === listed && scan.byte(QUOTE) ? HAS_SYMBOL : -1;
    }
    if (scan.literal(BUY)) {
      into.aggressor = 0;
      return HAS_SIDE;
    }
    if (scan.literal(SELL)) {
      into.aggressor = 1;
      return HAS_SIDE;
    }
    if (scan.literal(SIZE)) {
      into.size = scanLots(scan, listed.instrument);
      return into.size >= 0 && scan.byte(QUOTE) ? HAS_SIZE : -1;
    }
    if (scan.literal(PRICE)) {
      into.price = scanPrice(scan, listed.instrument);
      return into.price >= 0 && scan.byte(QUOTE) ? HAS_PRICE : -1;
    }
    if (scan.literal(ID)) {
      const start = scan.at;
      into.tradeId = scan.idHash(LONGEST_ID);
      return into.tradeId >= 0 && scan.at > start && scan.byte(QUOTE) ? HAS_ID : -1;
    }
    if (scan.literal(TRADE_SEQUENCE)) return scan.uint() < 0 ? -1 : 0;
    for (const remark of REMARKS) if (scan.literal(remark)) return 0;
    return -1;
  }
}
