import type { Instrument } from '../../../protocol/instrument.ts';
import type { DecodeSink } from '../dialect.ts';
import type { Levels, MarketMessage } from '../market-message.ts';
import { Scanner } from '../scanner.ts';
import { scanLots, scanPrice } from './levels.ts';
import { NO_CHECKSUM, setBookNumbers } from './okx-book.ts';
import { SymbolTable } from './symbol-table.ts';

const bytesOf = (text: string): Uint8Array => new TextEncoder().encode(text);
const BOOKS = bytesOf('{"arg":{"channel":"books","instId":"');
const UPDATE = bytesOf('"},"action":"update","data":[{"asks":[');
const SNAPSHOT = bytesOf('"},"action":"snapshot","data":[{"asks":[');
const BIDS = bytesOf(',"bids":[');
const LEVEL = bytesOf('["');
const BETWEEN = bytesOf('","');
const LEVEL_END = bytesOf('"]');
const TIME = bytesOf(',"ts":"');
const CHECKSUM = bytesOf('","checksum":');
const SEQUENCE = bytesOf(',"seqId":');
const PREVIOUS = bytesOf(',"prevSeqId":');
const TRADES = bytesOf('{"arg":{"channel":"trades","instId":"');
const TRADES_DATA = bytesOf('"},"data":[');
const TRADE = bytesOf('{"instId":"');
const TRADE_ID = bytesOf('","tradeId":"');
const PRICE = bytesOf('","px":"');
const SIZE = bytesOf('","sz":"');
const BUY = bytesOf('","side":"buy","ts":"');
const SELL = bytesOf('","side":"sell","ts":"');
const COUNT = bytesOf(',"count":"');
const SOURCE = bytesOf(',"source":"');
const OBJECT_END = bytesOf('}]}');
const FRAME_END = bytesOf(']}');
const QUOTE = 34;
const COMMA = 44;
const ARRAY_END = 93;
const BRACE_END = 125;

/**
 * Books and trades of OKX from bytes to whole ticks and lots, in the field order that OKX sends.
 * Anything else (another order, a sign, a wrong tick) is left to the slow reader, and nothing is told of it.
 */
export class OkxScan {
  readonly #scan = new Scanner();
  readonly #symbols: SymbolTable;

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
    if (!this.#levels(listed.instrument, message.asks) || !scan.literal(BIDS)) return false;
    if (!this.#levels(listed.instrument, message.bids) || !scan.literal(TIME)) return false;
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

  /** `["price","size","0","orders"],…]`, the opening bracket already read. */
  #levels(instrument: Instrument, into: Levels): boolean {
    const scan = this.#scan;
    into.clear();
    if (scan.byte(ARRAY_END)) return true;
    for (;;) {
      if (!scan.literal(LEVEL)) return false;
      const price = scanPrice(scan, instrument);
      if (price < 0 || !scan.literal(BETWEEN)) return false;
      const size = scanLots(scan, instrument);
      if (size < 0 || !scan.literal(BETWEEN)) return false;
      if (scan.uint() < 0 || !scan.literal(BETWEEN)) return false;
      if (scan.uint() < 0 || !scan.literal(LEVEL_END)) return false;
      into.push(price, size);
      if (scan.byte(COMMA)) continue;
      return scan.byte(ARRAY_END);
    }
  }

  #trades(sink: DecodeSink): boolean {
    const scan = this.#scan;
    const { message } = sink;
    const listed = this.#symbols.scan(scan);
    if (!listed || !scan.literal(TRADES_DATA)) return false;
    const start = scan.at;
    let count = 0;
    do {
      if (!this.#trade(listed.index, listed.instrument, message)) return false;
      count += 1;
    } while (scan.byte(COMMA));
    if (!scan.literal(FRAME_END) || !scan.ended) return false;
    if (count === 1) {
      sink.take('trade');
      return true;
    }
    // Only now is it known that all of them are well formed: told from the first one on.
    scan.at = start;
    for (; count > 0; count--) {
      this.#trade(listed.index, listed.instrument, message);
      sink.take('trade');
      scan.byte(COMMA);
    }
    return true;
  }

  #trade(index: number, instrument: Instrument, into: MarketMessage): boolean {
    const scan = this.#scan;
    if (!scan.literal(TRADE) || this.#symbols.scan(scan)?.index !== index) return false;
    if (!scan.literal(TRADE_ID)) return false;
    into.tradeId = scan.uint();
    if (into.tradeId < 0 || !scan.literal(PRICE)) return false;
    into.price = scanPrice(scan, instrument);
    if (into.price < 0 || !scan.literal(SIZE)) return false;
    into.size = scanLots(scan, instrument);
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
