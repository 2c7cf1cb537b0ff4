import type { Instrument } from '../../../protocol/instrument.ts';
import type { Levels, MarketMessage } from '../market-message.ts';
import { Scanner, foldedHashOf } from '../scanner.ts';
import { shapeOf, type Part, type Shape, type Shapes } from './binance-shapes.ts';
import { scanLots, scanPrice } from './levels.ts';

const bytesOf = (text: string): Uint8Array => new TextEncoder().encode(text);
const STREAM = bytesOf('{"stream":"');
const TRUE = bytesOf('true');
const FALSE = bytesOf('false');
const LEVEL = bytesOf('["');
const BETWEEN = bytesOf('","');
const LEVEL_END = bytesOf('"]');
const MILLISECONDS = bytesOf('ms');
const AT = 64;
const COMMA = 44;
const ARRAY = 91;
const ARRAY_END = 93;
const LONGEST_SYMBOL = 40;
/** First letters of the streams' names. */
const [T, B, D] = [116, 98, 100];

interface Entry {
  readonly index: number;
  readonly instrument: Instrument;
  readonly trade: Shape;
  readonly ticker: Shape;
  readonly depth: Shape;
}

/**
 * Binance's combined-stream frames from bytes to whole ticks and lots, in the shapes that Binance
 * sends. Anything else (another order, a sign, a wrong tick) is `null`: not refused, but left to the
 * slow reader, which says what is wrong with it.
 */
export class BinanceScan {
  readonly #scan = new Scanner();
  readonly #byHash = new Map<number, Entry>();

  constructor(shapes: Shapes, instruments: readonly Instrument[]) {
    instruments.forEach((instrument, index) => {
      const { symbol } = instrument;
      const hash = foldedHashOf(symbol);
      // Of two symbols with one hash the second is read the slow way.
      if (this.#byHash.has(hash)) return;
      this.#byHash.set(hash, {
        index,
        instrument,
        trade: shapeOf(shapes.trade, symbol),
        ticker: shapeOf(shapes.ticker, symbol),
        depth: shapeOf(shapes.depth, symbol),
      });
    });
  }

  read(bytes: Uint8Array, into: MarketMessage): 'trade' | 'ticker' | 'depth' | null {
    const scan = this.#scan;
    scan.begin(bytes);
    if (!scan.literal(STREAM)) return null;
    const entry = this.#byHash.get(scan.foldedHash(AT, LONGEST_SYMBOL));
    if (!entry) return null;
    scan.at += 1;
    const letter = scan.peek();
    // From the start again: the shape has the whole text, the symbol with it.
    scan.at = 0;
    into.instrument = entry.index;
    into.eventAt = 0;
    if (letter === T) return this.#shape(entry.trade, entry.instrument, into) ? 'trade' : null;
    if (letter === B) return this.#shape(entry.ticker, entry.instrument, into) ? 'ticker' : null;
    if (letter === D) return this.#shape(entry.depth, entry.instrument, into) ? 'depth' : null;
    return null;
  }

  #shape({ steps, end }: Shape, instrument: Instrument, into: MarketMessage): boolean {
    const scan = this.#scan;
    for (const { before, part } of steps) {
      if (!scan.literal(before) || !this.#part(part, instrument, into)) return false;
    }
    return scan.literal(end) && scan.ended;
  }

  #part(part: Part, instrument: Instrument, into: MarketMessage): boolean {
    const scan = this.#scan;
    switch (part) {
      case 'eventAt':
        return (into.eventAt = scan.uint() * 1000) >= 0;
      case 'firstUpdate':
        return (into.firstUpdate = scan.uint()) >= 0;
      case 'lastUpdate':
        return (into.lastUpdate = scan.uint()) >= 0;
      case 'previousUpdate':
        return (into.previousUpdate = scan.uint()) >= 0;
      case 'tradeId':
        return (into.tradeId = scan.uint()) >= 0;
      case 'price':
        return (into.price = scanPrice(scan, instrument)) >= 0;
      case 'size':
        return (into.size = scanLots(scan, instrument)) >= 0;
      case 'bid':
        return (into.bid = scanPrice(scan, instrument)) >= 0;
      case 'bidSize':
        return (into.bidSize = scanLots(scan, instrument)) >= 0;
      case 'ask':
        return (into.ask = scanPrice(scan, instrument)) >= 0;
      case 'askSize':
        return (into.askSize = scanLots(scan, instrument)) >= 0;
      case 'bids':
        return this.#levels(instrument, into.bids);
      case 'asks':
        return this.#levels(instrument, into.asks);
      case 'seller':
        into.aggressor = scan.peek() === T ? 1 : 0;
        return scan.literal(TRUE) || scan.literal(FALSE);
      case 'flag':
        return scan.literal(TRUE) || scan.literal(FALSE);
      case 'whole':
        return scan.uint() >= 0;
      case 'speed':
        return !scan.byte(AT) || (scan.uint() >= 0 && scan.literal(MILLISECONDS));
    }
  }

  /** `[["price","size"],…]` */
  #levels(instrument: Instrument, into: Levels): boolean {
    const scan = this.#scan;
    into.clear();
    if (!scan.byte(ARRAY)) return false;
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
}
