import type { Instrument } from '../../../protocol/instrument.ts';
import type { Levels, MarketMessage } from '../market-message.ts';
import { Scanner, foldedHashOf } from '../scanner.ts';

const bytesOf = (text: string): Uint8Array => new TextEncoder().encode(text);
const STREAM = bytesOf('{"stream":"');
const TRADE = bytesOf('@trade","data":{"e":"trade","E":');
const TICKER = bytesOf('@bookTicker","data":{"u":');
const DEPTH = bytesOf('@depth@100ms","data":{"e":"depthUpdate","E":');
const SYMBOL = bytesOf(',"s":"');
const TRADE_ID = bytesOf('","t":');
const PRICE = bytesOf(',"p":"');
const SIZE = bytesOf('","q":"');
const TRADE_TIME = bytesOf('","T":');
const BUYER_MAKER = bytesOf(',"m":');
const TRUE = bytesOf('true');
const FALSE = bytesOf('false');
const IGNORED_M = bytesOf(',"M":');
const BID = bytesOf('","b":"');
const BID_SIZE = bytesOf('","B":"');
const ASK = bytesOf('","a":"');
const ASK_SIZE = bytesOf('","A":"');
const FIRST_UPDATE = bytesOf('","U":');
const LAST_UPDATE = bytesOf(',"u":');
const BIDS = bytesOf(',"b":[');
const ASKS = bytesOf(',"a":[');
const LEVEL = bytesOf('["');
const BETWEEN = bytesOf('","');
const LEVEL_END = bytesOf('"]');
const STRING_END = bytesOf('"}}');
const OBJECT_END = bytesOf('}}');
const AT = 64;
const COMMA = 44;
const ARRAY_END = 93;
const LONGEST_SYMBOL = 40;

interface Entry {
  readonly index: number;
  readonly symbol: Uint8Array;
  readonly lower: Uint8Array;
  readonly instrument: Instrument;
}

/**
 * Binance's combined-stream frames from bytes to whole ticks and lots, in the field order that
 * Binance sends. Anything else (another order, a sign, a wrong tick) is `null`: not refused, but
 * left to the slow reader, which says what is wrong with it.
 */
export class BinanceScan {
  readonly #scan = new Scanner();
  readonly #byHash = new Map<number, Entry>();

  constructor(instruments: readonly Instrument[]) {
    instruments.forEach((instrument, index) => {
      const hash = foldedHashOf(instrument.symbol);
      // Of two symbols with one hash the second is read the slow way.
      if (this.#byHash.has(hash)) return;
      const { symbol } = instrument;
      const entry = { index, symbol: bytesOf(symbol), lower: bytesOf(symbol.toLowerCase()), instrument };
      this.#byHash.set(hash, entry);
    });
  }

  read(bytes: Uint8Array, into: MarketMessage): 'trade' | 'ticker' | 'depth' | null {
    const scan = this.#scan;
    scan.begin(bytes);
    if (!scan.literal(STREAM)) return null;
    const start = scan.at;
    const entry = this.#byHash.get(scan.foldedHash(AT, LONGEST_SYMBOL));
    if (!entry) return null;
    scan.at = start;
    if (!scan.literal(entry.lower)) return null;
    into.instrument = entry.index;
    if (scan.literal(TICKER)) return this.#ticker(entry, into) ? 'ticker' : null;
    if (scan.literal(TRADE)) return this.#trade(entry, into) ? 'trade' : null;
    if (scan.literal(DEPTH)) return this.#depth(entry, into) ? 'depth' : null;
    return null;
  }

  #ticker(entry: Entry, into: MarketMessage): boolean {
    const scan = this.#scan;
    into.eventAt = 0;
    into.lastUpdate = scan.uint();
    if (into.lastUpdate < 0 || !scan.literal(SYMBOL) || !scan.literal(entry.symbol)) return false;
    if (!scan.literal(BID)) return false;
    into.bid = this.#price(entry);
    if (!scan.literal(BID_SIZE)) return false;
    into.bidSize = this.#size(entry);
    if (!scan.literal(ASK)) return false;
    into.ask = this.#price(entry);
    if (!scan.literal(ASK_SIZE)) return false;
    into.askSize = this.#size(entry);
    if (into.bid < 0 || into.bidSize < 0 || into.ask < 0 || into.askSize < 0) return false;
    return scan.literal(STRING_END) && scan.ended;
  }

  #trade(entry: Entry, into: MarketMessage): boolean {
    const scan = this.#scan;
    into.eventAt = scan.uint() * 1000;
    if (into.eventAt < 0 || !scan.literal(SYMBOL) || !scan.literal(entry.symbol)) return false;
    if (!scan.literal(TRADE_ID)) return false;
    into.tradeId = scan.uint();
    if (into.tradeId < 0 || !scan.literal(PRICE)) return false;
    into.price = this.#price(entry);
    if (!scan.literal(SIZE)) return false;
    into.size = this.#size(entry);
    if (into.price < 0 || into.size < 0 || !scan.literal(TRADE_TIME)) return false;
    if (scan.uint() < 0 || !scan.literal(BUYER_MAKER)) return false;
    if (scan.literal(TRUE)) into.aggressor = 1;
    else if (scan.literal(FALSE)) into.aggressor = 0;
    else return false;
    if (!scan.literal(IGNORED_M)) return false;
    if (!scan.literal(TRUE) && !scan.literal(FALSE)) return false;
    return scan.literal(OBJECT_END) && scan.ended;
  }

  #depth(entry: Entry, into: MarketMessage): boolean {
    const scan = this.#scan;
    into.eventAt = scan.uint() * 1000;
    if (into.eventAt < 0 || !scan.literal(SYMBOL) || !scan.literal(entry.symbol)) return false;
    if (!scan.literal(FIRST_UPDATE)) return false;
    into.firstUpdate = scan.uint();
    if (into.firstUpdate < 0 || !scan.literal(LAST_UPDATE)) return false;
    into.lastUpdate = scan.uint();
    if (into.lastUpdate < 0 || !scan.literal(BIDS) || !this.#levels(entry, into.bids)) return false;
    if (!scan.literal(ASKS) || !this.#levels(entry, into.asks)) return false;
    return scan.literal(OBJECT_END) && scan.ended;
  }

  /** `["price","size"],…]`, the opening bracket already read. */
  #levels(entry: Entry, into: Levels): boolean {
    const scan = this.#scan;
    into.clear();
    if (scan.byte(ARRAY_END)) return true;
    for (;;) {
      if (!scan.literal(LEVEL)) return false;
      const price = this.#price(entry);
      if (price < 0 || !scan.literal(BETWEEN)) return false;
      const size = this.#size(entry);
      if (size < 0 || !scan.literal(LEVEL_END)) return false;
      into.push(price, size);
      if (scan.byte(COMMA)) continue;
      return scan.byte(ARRAY_END);
    }
  }

  /** −1 when it is no plain decimal on the instrument's tick. */
  #price(entry: Entry): number {
    const { priceScale, tickStep } = entry.instrument;
    const units = this.#scan.decimal(priceScale);
    if (tickStep === 1) return units;
    return units % tickStep === 0 ? units / tickStep : -1;
  }

  /** Whole lots, cut down but never to nothing (see `wholeLots`); −1 when it is no plain decimal. */
  #size(entry: Entry): number {
    const { sizeScale, lotStep } = entry.instrument;
    const units = this.#scan.decimalCut(sizeScale);
    if (units < 0) return -1;
    const lots = lotStep === 1 ? units : Math.floor(units / lotStep);
    return lots === 0 && (units > 0 || this.#scan.cut) ? 1 : lots;
  }
}
