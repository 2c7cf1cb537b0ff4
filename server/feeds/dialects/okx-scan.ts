import type { Instrument } from '../../../protocol/instrument.ts';
import type { DecodeSink } from '../dialect.ts';
import type { MarketMessage } from '../market-message.ts';
import { literalOf } from '../literal.ts';
import { Scanner } from '../scanner.ts';
import { scanLevels, scanLots, scanPrice } from './level-scan.ts';
import { NO_CHECKSUM, setBookNumbers } from './okx-book.ts';
import { SymbolTable } from './symbol-table.ts';
import { TradeList } from './trade-list.ts';
import type { Units } from './units.ts';
const BOOKS = literalOf('{"arg":{"channel":"books","instId":"');
const UPDATE = literalOf('"},"action":"update","data":[{"asks":[');
const SNAPSHOT = literalOf('"},"action":"snapshot","data":[{"asks":[');
const BIDS = literalOf(',"bids":[');
const TIME = literalOf(',"ts":"');
const CHECKSUM = literalOf('","checksum":');
const SEQUENCE = literalOf(',"seqId":');
const PREVIOUS = literalOf(',"prevSeqId":');
const TRADES = literalOf('{"arg":{"channel":"trades","instId":"');
const TRADES_DATA = literalOf('"},"data":[');
const TRADE = literalOf('{"instId":"');
const TRADE_ID = literalOf('","tradeId":"');
const PRICE = literalOf('","px":"');
const SIZE = literalOf('","sz":"');
const BUY = literalOf('","side":"buy","ts":"');
const SELL = literalOf('","side":"sell","ts":"');
const COUNT = literalOf(',"count":"');
const SOURCE = literalOf(',"source":"');
const OBJECT_END = literalOf('}]}');
const FRAME_END = literalOf(']}');
const QUOTE = 34;
const COMMA = 44;
const BRACE_END = 125;

/**
 * Books and trades of OKX from bytes to whole ticks and lots, in the field order that OKX sends.
 * Anything else (another order, a sign, a wrong tick) is left to the slow reader, and nothing is told of it.
 */
export class OkxScan {
  readonly #scan = new Scanner();
  readonly #symbols: SymbolTable;
  readonly #list = new TradeList();

  constructor(instruments: readonly Instrument[]) {
    this.#symbols = new SymbolTable(instruments);
  }

  /** True when the frame was read and `sink` knows all of it. */
  read(bytes: Uint8Array, sink: DecodeSink): boolean {
    const scan = this.#scan;
    scan.begin(bytes);
    if (scan.literal(BOOKS)) return this.#book(sink);
    return scan.literal(TRADES) && this.#trades(sink);
  }

  #book(sink: DecodeSink): boolean {
    const scan = this.#scan;
    const { message } = sink;
    const listed = this.#symbols.scan(scan);
    if (!listed) return false;
    message.instrument = listed.index;
    const whole = scan.literal(SNAPSHOT);
    if (!whole && !scan.literal(UPDATE)) return false;
    if (!scanLevels(scan, listed.units, 2, message.asks) || !scan.literal(BIDS)) return false;
    if (!scanLevels(scan, listed.units, 2, message.bids) || !scan.literal(TIME)) return false;
    message.eventAt = scan.uint() * 1000;
    if (message.eventAt < 0 || !this.#numbers(message)) return false;
    if (!scan.literal(OBJECT_END) || !scan.ended) return false;
    sink.take(whole ? 'snapshot' : 'depth');
    return true;
  }

  /** The checksum, and the numbers where the message has them. False where neither proves it. */
  #numbers(into: MarketMessage): boolean {
    const scan = this.#scan;
    if (!scan.literal(CHECKSUM)) return false;
    const checksum = scan.int();
    if (!(checksum === checksum >> 0)) return false;
    if (!scan.literal(SEQUENCE)) {
      return checksum !== NO_CHECKSUM && setBookNumbers(into, { checksum, sequence: null, previous: null });
    }
    const sequence = scan.uint();
    if (sequence < 0 || !scan.literal(PREVIOUS)) return false;
    const previous = scan.int();
    return previous >= -1 && setBookNumbers(into, { checksum, sequence, previous });
  }

  #trades(sink: DecodeSink): boolean {
    const scan = this.#scan;
    const { message } = sink;
    const listed = this.#symbols.scan(scan);
    if (!listed || !scan.literal(TRADES_DATA)) return false;
    this.#list.begin();
    do {
      if (!this.#trade(listed.index, listed.units, message)) return false;
      this.#list.add(message);
    } while (scan.byte(COMMA));
    if (!scan.literal(FRAME_END) || !scan.ended) return false;
    this.#list.tell(sink);
    return true;
  }

  #trade(index: number, units: Units, into: MarketMessage): boolean {
    const scan = this.#scan;
    if (!scan.literal(TRADE) || this.#symbols.scan(scan)?.index !== index) return false;
    if (!scan.literal(TRADE_ID)) return false;
    into.tradeId = scan.uint();
    if (into.tradeId < 0 || !scan.literal(PRICE)) return false;
    into.price = scanPrice(scan, units);
    if (into.price < 0 || !scan.literal(SIZE)) return false;
    into.size = scanLots(scan, units);
    if (into.size < 0) return false;
    if (scan.literal(BUY)) into.aggressor = 0;
    else if (scan.literal(SELL)) into.aggressor = 1;
    else return false;
    into.eventAt = scan.uint() * 1000;
    into.instrument = index;
    return into.eventAt >= 0 && scan.byte(QUOTE) && this.#tradeEnd();
  }

  /** What later versions of the channel add behind the time, in its order. */
  #tradeEnd(): boolean {
    const scan = this.#scan;
    if (scan.literal(COUNT) && (scan.uint() < 0 || !scan.byte(QUOTE))) return false;
    if (scan.literal(SOURCE) && (scan.uint() < 0 || !scan.byte(QUOTE))) return false;
    if (scan.literal(SEQUENCE) && scan.uint() < 0) return false;
    return scan.byte(BRACE_END);
  }
}
