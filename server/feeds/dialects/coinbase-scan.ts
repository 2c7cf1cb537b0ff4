import type { Instrument } from '../../../protocol/instrument.ts';
import type { MarketMessage } from '../market-message.ts';
import { literalOf } from '../literal.ts';
import { Scanner } from '../scanner.ts';
import { Timestamps } from '../timestamp.ts';
import type { CoinbaseTrade } from './coinbase-json.ts';
import { scanLots, scanPrice } from './level-scan.ts';
import { SymbolHead } from './symbol-head.ts';
import { SymbolTable, type Listed } from './symbol-table.ts';
import type { Units } from './units.ts';
const BOOK = literalOf('{"channel":"l2_data","timestamp":"');
const TRADES = literalOf('{"channel":"market_trades","timestamp":"');
const SEQUENCE = literalOf('","sequence_num":');
const UPDATE = [',"events":[{"type":"update","product_id":"', '","updates":['] as const;
const SNAPSHOT = [',"events":[{"type":"snapshot","product_id":"', '","updates":['] as const;
const BID = literalOf('{"side":"bid","event_time":"');
const OFFER = literalOf('{"side":"offer","event_time":"');
const LEVEL_PRICE = literalOf('","price_level":"');
const LEVEL_SIZE = literalOf('","new_quantity":"');
const TRADE_LIST = literalOf(',"events":[{"type":"update","trades":[{"product_id":"');
const NEXT_TRADE = literalOf(',{"product_id":"');
const TRADE_ID = literalOf('","trade_id":"');
const PRICE = literalOf('","price":"');
const SIZE = literalOf('","size":"');
const TIME = literalOf('","time":"');
const SELL = literalOf('","side":"SELL"}');
const BUY = literalOf('","side":"BUY"}');
const FRAME_END = literalOf('}]}');
const QUOTE = 34;
const COMMA = 44;
const ARRAY_END = 93;
const OBJECT_END = 125;

/**
 * Books and trades of one event from bytes to whole ticks and lots, in the field order that Coinbase
 * sends. Anything else (more events, another order, a level off the tick) is `null`: not refused,
 * but left to the slow reader.
 */
export class CoinbaseScan {
  readonly #scan = new Scanner();
  readonly #timestamps = new Timestamps();
  readonly #symbols: SymbolTable;
  readonly #update: SymbolHead;
  readonly #snapshot: SymbolHead;
  /** Number of the frame in its connection. */
  sequence = 0;
  /** The trades of a frame, in its order; reused. */
  readonly trades: CoinbaseTrade[] = [];
  tradeCount = 0;

  constructor(instruments: readonly Instrument[]) {
    this.#symbols = new SymbolTable(instruments);
    this.#update = new SymbolHead(instruments, this.#symbols, ...UPDATE);
    this.#snapshot = new SymbolHead(instruments, this.#symbols, ...SNAPSHOT);
  }

  read(bytes: Uint8Array, into: MarketMessage): 'depth' | 'snapshot' | 'trades' | null {
    const scan = this.#scan;
    scan.begin(bytes);
    if (scan.literal(BOOK)) return this.#book(into);
    if (scan.literal(TRADES)) return this.#head() >= 0 && this.#trades() ? 'trades' : null;
    return null;
  }

  /** From the time to the frame's number; the time, or −1. */
  #head(): number {
    const scan = this.#scan;
    const at = this.#timestamps.scan(scan);
    if (at < 0 || !scan.literal(SEQUENCE)) return -1;
    this.sequence = scan.uint();
    return this.sequence >= 0 ? at : -1;
  }

  #book(into: MarketMessage): 'depth' | 'snapshot' | null {
    const scan = this.#scan;
    into.eventAt = this.#head();
    if (into.eventAt < 0) return null;
    const changed = this.#update.scan(scan);
    const listed = changed ?? this.#snapshot.scan(scan);
    if (!listed) return null;
    into.instrument = listed.index;
    if (!this.#levels(listed.units, into) || !scan.literal(FRAME_END) || !scan.ended) return null;
    return changed ? 'depth' : 'snapshot';
  }

  /** Both sides in one list, the opening bracket already read. */
  #levels(units: Units, into: MarketMessage): boolean {
    const scan = this.#scan;
    into.bids.clear();
    into.asks.clear();
    if (scan.byte(ARRAY_END)) return true;
    // From its side to its price a level mostly says, time and all, what the one before it said.
    let head = 0;
    let headLength = 0;
    let bid = false;
    for (;;) {
      if (headLength === 0 || !scan.again(head, headLength)) {
        head = scan.at;
        bid = scan.literal(BID);
        if ((!bid && !scan.literal(OFFER)) || !scan.skipText() || !scan.literal(LEVEL_PRICE)) return false;
        headLength = scan.at - head;
      }
      const price = scanPrice(scan, units);
      if (price < 0 || !scan.literal(LEVEL_SIZE)) return false;
      const size = scanLots(scan, units);
      if (size < 0 || !scan.byte(QUOTE) || !scan.byte(OBJECT_END)) return false;
      (bid ? into.bids : into.asks).push(price, size);
      if (scan.byte(COMMA)) continue;
      return scan.byte(ARRAY_END);
    }
  }

  #trades(): boolean {
    const scan = this.#scan;
    this.tradeCount = 0;
    if (!scan.literal(TRADE_LIST)) return false;
    do {
      const listed = this.#symbols.scan(scan);
      if (!listed || !scan.literal(TRADE_ID) || !this.#trade(listed)) return false;
    } while (scan.literal(NEXT_TRADE));
    return scan.byte(ARRAY_END) && scan.literal(FRAME_END) && scan.ended;
  }

  #trade({ index, units }: Listed): boolean {
    const scan = this.#scan;
    const trade = (this.trades[this.tradeCount] ??= emptyTrade());
    trade.instrument = index;
    trade.tradeId = scan.uint();
    if (trade.tradeId < 0 || !scan.literal(PRICE)) return false;
    trade.price = scanPrice(scan, units);
    if (trade.price < 0 || !scan.literal(SIZE)) return false;
    trade.size = scanLots(scan, units);
    if (trade.size < 0 || !scan.literal(TIME)) return false;
    trade.eventAt = this.#timestamps.scan(scan);
    if (trade.eventAt < 0) return false;
    // The side is of the order that was in the book.
    const sold = scan.literal(BUY);
    if (!sold && !scan.literal(SELL)) return false;
    trade.aggressor = sold ? 1 : 0;
    this.tradeCount += 1;
    return true;
  }
}

const emptyTrade = (): CoinbaseTrade => ({
  instrument: 0,
  eventAt: 0,
  tradeId: 0,
  price: 0,
  size: 0,
  aggressor: 0,
});
