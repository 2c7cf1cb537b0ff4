import type { Instrument } from '../../../protocol/instrument.ts';
import type { Levels, MarketMessage } from '../market-message.ts';
import { literalOf } from '../literal.ts';
import { Scanner } from '../scanner.ts';
import { foldedHashOf } from '../text-hash.ts';
import { PARTS, numberOf, shapeOf, type Shape, type Shapes } from './binance-shapes.ts';
import { scanLevels, scanLots, scanPrice } from './level-scan.ts';
import { unitsOf, type Units } from './units.ts';

const STREAM = literalOf('{"stream":"');
const TRUE = literalOf('true');
const FALSE = literalOf('false');
const MILLISECONDS = literalOf('ms');
const AT = 64;
const ARRAY = 91;
const LONGEST_SYMBOL = 40;
/** First letters of the streams' names. */
const [T, B, D] = [116, 98, 100];

/** Parts that are read alike stand together: up to these numbers, one way, then the next. */
const LAST_WHOLE = numberOf('whole');
const LAST_PRICE = numberOf('ask');
const LAST_SIZE = numberOf('askSize');
const [BIDS, ASKS] = [numberOf('bids'), numberOf('asks')];
const [SELLER, FLAG] = [numberOf('seller'), numberOf('flag')];
const EVENT_AT = numberOf('eventAt');
const [FIRST, LAST] = [numberOf('firstUpdate'), numberOf('lastUpdate')];
const PREVIOUS = numberOf('previousUpdate');
const [TRADE_ID, PRICE, SIZE] = [numberOf('tradeId'), numberOf('price'), numberOf('size')];
const [BID, BID_SIZE] = [numberOf('bid'), numberOf('bidSize')];
const [ASK, ASK_SIZE] = [numberOf('ask'), numberOf('askSize')];

interface Entry {
  readonly index: number;
  readonly units: Units;
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
  /** What was read of each part. */
  readonly #read = new Float64Array(PARTS.length);

  constructor(shapes: Shapes, instruments: readonly Instrument[]) {
    instruments.forEach((instrument, index) => {
      const { symbol } = instrument;
      const hash = foldedHashOf(symbol);
      // Of two symbols with one hash the second is read the slow way.
      if (this.#byHash.has(hash)) return;
      this.#byHash.set(hash, {
        index,
        units: unitsOf(instrument),
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
    this.#read[EVENT_AT] = 0;
    into.instrument = entry.index;
    if (letter === T && this.#shape(entry.trade, entry.units, into)) return this.#trade(into);
    if (letter === B && this.#shape(entry.ticker, entry.units, into)) return this.#ticker(into);
    if (letter === D && this.#shape(entry.depth, entry.units, into)) return this.#depth(into);
    return null;
  }

  #trade(into: MarketMessage): 'trade' {
    into.eventAt = this.#of(EVENT_AT) * 1000;
    into.tradeId = this.#of(TRADE_ID);
    into.price = this.#of(PRICE);
    into.size = this.#of(SIZE);
    into.aggressor = this.#of(SELLER);
    return 'trade';
  }

  #ticker(into: MarketMessage): 'ticker' {
    into.eventAt = this.#of(EVENT_AT) * 1000;
    into.lastUpdate = this.#of(LAST);
    into.bid = this.#of(BID);
    into.bidSize = this.#of(BID_SIZE);
    into.ask = this.#of(ASK);
    into.askSize = this.#of(ASK_SIZE);
    return 'ticker';
  }

  #depth(into: MarketMessage): 'depth' {
    into.eventAt = this.#of(EVENT_AT) * 1000;
    into.firstUpdate = this.#of(FIRST);
    into.lastUpdate = this.#of(LAST);
    into.previousUpdate = this.#of(PREVIOUS);
    return 'depth';
  }

  #of(part: number): number {
    return this.#read[part] ?? 0;
  }

  #shape({ steps, end }: Shape, units: Units, into: MarketMessage): boolean {
    const scan = this.#scan;
    for (const { before, part } of steps) {
      if (!scan.literal(before)) return false;
      const value = this.#part(part, units, into);
      if (!(value >= 0)) return false;
      this.#read[part] = value;
    }
    return scan.literal(end) && scan.ended;
  }

  /** −1 where it is not as it should be; of a part without a number 0 or 1. */
  #part(part: number, units: Units, into: MarketMessage): number {
    const scan = this.#scan;
    if (part <= LAST_WHOLE) return scan.uint();
    if (part <= LAST_PRICE) return scanPrice(scan, units);
    if (part <= LAST_SIZE) return scanLots(scan, units);
    if (part === BIDS) return this.#levels(units, into.bids);
    if (part === ASKS) return this.#levels(units, into.asks);
    if (part === SELLER || part === FLAG) return this.#flag();
    // How fast the stream is.
    if (!scan.byte(AT)) return 0;
    return scan.uint() >= 0 && scan.literal(MILLISECONDS) ? 0 : -1;
  }

  /** `[["price","size"],…]` */
  #levels(units: Units, into: Levels): number {
    return this.#scan.byte(ARRAY) && scanLevels(this.#scan, units, 0, into) ? 0 : -1;
  }

  #flag(): number {
    if (this.#scan.literal(TRUE)) return 1;
    return this.#scan.literal(FALSE) ? 0 : -1;
  }
}
