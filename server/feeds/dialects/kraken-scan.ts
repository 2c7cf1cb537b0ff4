import type { Instrument } from '../../../protocol/instrument.ts';
import type { DecodeSink } from '../dialect.ts';
import type { Levels, MarketMessage } from '../market-message.ts';
import { literalOf } from '../literal.ts';
import { Scanner } from '../scanner.ts';
import { Timestamps } from '../timestamp.ts';
import { scanExactPrice, scanExactSize } from './kraken-levels.ts';
import { SymbolHead } from './symbol-head.ts';
import { SymbolTable, type Listed } from './symbol-table.ts';
import { TradeList } from './trade-list.ts';
import { stepsOf, type Units } from './units.ts';
const TRADES = literalOf('{"channel":"trade","type":"update","data":[{"symbol":"');
const NEXT_TRADE = literalOf(',{"symbol":"');
const BUY = literalOf('","side":"buy","price":');
const SELL = literalOf('","side":"sell","price":');
const MARKET_ID = literalOf(',"ord_type":"market","trade_id":');
const LIMIT_ID = literalOf(',"ord_type":"limit","trade_id":');
const UPDATE = ['{"channel":"book","type":"update","data":[{"symbol":"', '","bids":['] as const;
const SNAPSHOT = ['{"channel":"book","type":"snapshot","data":[{"symbol":"', '","bids":['] as const;
const ASKS = literalOf(',"asks":[');
const PRICE = literalOf('{"price":');
const SIZE = literalOf(',"qty":');
const CHECKSUM = literalOf(',"checksum":');
const TIMESTAMP = literalOf(',"timestamp":"');
const ENTRY_END = literalOf('"}');
const FRAME_END = literalOf(']}');
const BOOK_END = literalOf('"}]}');
const OBJECT_END = 125;
const COMMA = 44;
const ARRAY_END = 93;
const CRC_MAX = 0xffff_ffff;

/**
 * Books and trades from bytes to whole ticks and lots, in the field order that Kraken sends. Anything
 * else (another order, an exponent, other decimals) is left to the slow reader, and nothing is told of it.
 */
export class KrakenScan {
  readonly #scan = new Scanner();
  readonly #timestamps = new Timestamps();
  readonly #symbols: SymbolTable;
  readonly #update: SymbolHead;
  readonly #snapshot: SymbolHead;
  readonly #list = new TradeList();

  constructor(instruments: readonly Instrument[]) {
    this.#symbols = new SymbolTable(instruments);
    this.#update = new SymbolHead(instruments, this.#symbols, ...UPDATE);
    this.#snapshot = new SymbolHead(instruments, this.#symbols, ...SNAPSHOT);
  }

  /** True when the frame was read and `sink` knows all of it. */
  read(bytes: Uint8Array, sink: DecodeSink): boolean {
    const scan = this.#scan;
    scan.begin(bytes);
    const changed = this.#update.scan(scan);
    if (changed) {
      if (!this.#book(changed, sink.message)) return false;
      sink.take('depth');
      return true;
    }
    if (scan.literal(TRADES)) return this.#trades(sink);
    const whole = this.#snapshot.scan(scan);
    if (!whole || !this.#book(whole, sink.message)) return false;
    // Of a quiet market it is the time of the last change, which may be long ago.
    sink.message.eventAt = 0;
    sink.take('snapshot');
    return true;
  }

  #trades(sink: DecodeSink): boolean {
    const scan = this.#scan;
    const { message } = sink;
    this.#list.begin();
    do {
      if (!this.#trade(message)) return false;
      this.#list.add(message);
    } while (scan.literal(NEXT_TRADE));
    if (!scan.literal(FRAME_END) || !scan.ended) return false;
    this.#list.tell(sink);
    return true;
  }

  #trade(into: MarketMessage): boolean {
    const scan = this.#scan;
    const listed = this.#symbols.scan(scan);
    if (!listed) return false;
    const bought = scan.literal(BUY);
    if (!bought && !scan.literal(SELL)) return false;
    const { priceScale, tickStep, sizeScale, lotStep } = listed.units;
    into.price = stepsOf(scan.number(priceScale), tickStep);
    if (into.price < 0 || !scan.literal(SIZE)) return false;
    into.size = stepsOf(scan.number(sizeScale), lotStep);
    if (into.size < 0) return false;
    if (!scan.literal(MARKET_ID) && !scan.literal(LIMIT_ID)) return false;
    into.tradeId = scan.uint();
    if (into.tradeId < 0 || !scan.literal(TIMESTAMP)) return false;
    into.eventAt = this.#timestamps.scan(scan);
    if (into.eventAt < 0 || !scan.literal(ENTRY_END)) return false;
    into.instrument = listed.index;
    into.aggressor = bought ? 0 : 1;
    return true;
  }

  #book({ index, units }: Listed, into: MarketMessage): boolean {
    const scan = this.#scan;
    into.instrument = index;
    if (!this.#levels(units, into.bids) || !scan.literal(ASKS)) return false;
    if (!this.#levels(units, into.asks) || !scan.literal(CHECKSUM)) return false;
    into.checksum = scan.uint();
    if (into.checksum < 0 || into.checksum > CRC_MAX || !scan.literal(TIMESTAMP)) return false;
    into.eventAt = this.#timestamps.scan(scan);
    if (into.eventAt < 0) return false;
    return scan.literal(BOOK_END) && scan.ended;
  }

  /** `{"price":…,"qty":…},…]`, the opening bracket already read. */
  #levels(units: Units, into: Levels): boolean {
    const scan = this.#scan;
    into.clear();
    if (scan.byte(ARRAY_END)) return true;
    for (;;) {
      if (!scan.literal(PRICE)) return false;
      const price = scanExactPrice(scan, units);
      if (price < 0 || !scan.literal(SIZE)) return false;
      const size = scanExactSize(scan, units);
      if (size < 0 || !scan.byte(OBJECT_END)) return false;
      into.push(price, size);
      if (scan.byte(COMMA)) continue;
      return scan.byte(ARRAY_END);
    }
  }
}
