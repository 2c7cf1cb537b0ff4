import type { DecodeSink } from '../dialect.ts';
import type { MarketMessage } from '../market-message.ts';
import { FRAME } from '../frame-bytes.ts';
import { literalOf, type Literal } from '../literal.ts';
import { Scanner } from '../scanner.ts';
import { LONGEST_ID, setBookNumbers, type BybitState } from './bybit-state.ts';
import { scanLevels, scanLots, scanPrice } from './level-scan.ts';
import type { Listed, SymbolTable } from './symbol-table.ts';
import { TradeList } from './trade-list.ts';
const BOOK = literalOf('{"topic":"orderbook.');
const SNAPSHOT = literalOf('","type":"snapshot","ts":');
const DELTA = literalOf('","type":"delta","ts":');
const DATA = literalOf(',"data":{"s":"');
const BIDS = literalOf('","b":[');
const ASKS = literalOf(',"a":[');
const UPDATE = literalOf(',"u":');
const SEQUENCE = literalOf(',"seq":');
const MATCHED = literalOf('},"cts":');
const TRADES = literalOf('{"topic":"publicTrade.');
const TRADES_DATA = literalOf(',"data":[');
const TRADES_END = literalOf(']}');
const TIME = literalOf('"T":');
const SYMBOL = literalOf('"s":"');
const BUY = literalOf('"S":"Buy"');
const SELL = literalOf('"S":"Sell"');
const SIZE = literalOf('"v":"');
const PRICE = literalOf('"p":"');
const ID = literalOf('"i":"');
const TRADE_SEQUENCE = literalOf('"seq":');
/** Said of a trade, and of no use to us. */
const BLOCK_REMARKS = ['"BT":false', '"BT":true'].map(literalOf);
const IMPROVED_REMARKS = ['"RPI":false', '"RPI":true'].map(literalOf);
const TICK_REMARKS = ['ZeroPlus', 'ZeroMinus', 'Plus', 'Minus'].map((way) => literalOf(`"L":"${way}Tick"`));
const QUOTE = 34;
const COMMA = 44;
const DOT = 46;
const BRACE = 123;
const BRACE_END = 125;
const [UPPER_B, UPPER_L, UPPER_R] = [66, 76, 82];
const [UPPER_S, UPPER_T, LOWER_I, LOWER_P, LOWER_S, LOWER_V] = [83, 84, 105, 112, 115, 118];
/** Fields that a trade must have, as bits. */
const [HAS_TIME, HAS_SYMBOL, HAS_SIDE, HAS_SIZE, HAS_PRICE, HAS_ID] = [1, 2, 4, 8, 16, 32];
const HAS_ALL = 63;

/**
 * Books and trades of Bybit from bytes to whole ticks and lots: books in the field order that Bybit
 * sends, the fields of a trade in any. Anything else is left to the slow reader, and nothing is told of it.
 */
export class BybitScan {
  readonly #scan = new Scanner();
  readonly #list = new TradeList();
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
    if (!scan.literal(BIDS) || !scanLevels(scan, listed.units, 0, message.bids)) return false;
    if (!scan.literal(ASKS) || !scanLevels(scan, listed.units, 0, message.asks)) return false;
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

  #trades(sink: DecodeSink): boolean {
    const scan = this.#scan;
    const { message } = sink;
    const listed = this.#symbols.scan(scan);
    if (!listed || !scan.literal(SNAPSHOT) || scan.uint() < 0 || !scan.literal(TRADES_DATA)) return false;
    this.#list.begin();
    do {
      if (!this.#trade(listed, message)) return false;
      this.#list.add(message);
    } while (scan.byte(COMMA));
    if (!scan.literal(TRADES_END) || !scan.ended) return false;
    this.#list.tell(sink);
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
    // By the first letter of its name.
    switch (FRAME[scan.at + 1]) {
      case UPPER_T:
        into.eventAt = scan.literal(TIME) ? scan.uint() * 1000 : -1;
        return into.eventAt < 0 ? -1 : HAS_TIME;
      case LOWER_S:
        if (scan.literal(TRADE_SEQUENCE)) return scan.uint() < 0 ? -1 : 0;
        if (!scan.literal(SYMBOL) || this.#symbols.scan(scan) !== listed) return -1;
        return scan.byte(QUOTE) ? HAS_SYMBOL : -1;
      case UPPER_S:
        into.aggressor = scan.literal(BUY) ? 0 : 1;
        return into.aggressor === 0 || scan.literal(SELL) ? HAS_SIDE : -1;
      case LOWER_V:
        into.size = scan.literal(SIZE) ? scanLots(scan, listed.units) : -1;
        return into.size >= 0 && scan.byte(QUOTE) ? HAS_SIZE : -1;
      case LOWER_P:
        into.price = scan.literal(PRICE) ? scanPrice(scan, listed.units) : -1;
        return into.price >= 0 && scan.byte(QUOTE) ? HAS_PRICE : -1;
      case LOWER_I:
        return this.#id(into);
      case UPPER_L:
        return this.#remark(TICK_REMARKS);
      case UPPER_B:
        return this.#remark(BLOCK_REMARKS);
      case UPPER_R:
        return this.#remark(IMPROVED_REMARKS);
      default:
        return -1;
    }
  }

  #remark(remarks: readonly Literal[]): number {
    for (const remark of remarks) if (this.#scan.literal(remark)) return 0;
    return -1;
  }

  #id(into: MarketMessage): number {
    const scan = this.#scan;
    if (!scan.literal(ID)) return -1;
    const start = scan.at;
    into.tradeId = scan.idHash(LONGEST_ID);
    return into.tradeId >= 0 && scan.at > start && scan.byte(QUOTE) ? HAS_ID : -1;
  }
}
