/** Price levels in one growing pair of arrays, so that a depth message allocates nothing. */
export class Levels {
  length = 0;
  /** Levels left out because their price is not on the instrument's tick. */
  offTick = 0;
  price = new Float64Array(64);
  size = new Float64Array(64);

  clear(): void {
    this.length = 0;
    this.offTick = 0;
  }

  /** Appends a level: ticks and lots. */
  push(price: number, size: number): void {
    const row = this.length;
    if (row === this.price.length) this.#grow();
    this.price[row] = price;
    this.size[row] = size;
    this.length = row + 1;
  }

  copy(): Levels {
    const copy = new Levels();
    copy.length = this.length;
    copy.price = this.price.slice(0, Math.max(1, this.length));
    copy.size = this.size.slice(0, Math.max(1, this.length));
    return copy;
  }

  /** Becomes what `other` is. */
  set(other: Levels): void {
    this.clear();
    this.offTick = other.offTick;
    for (let row = 0; row < other.length; row++) this.push(other.price[row] ?? 0, other.size[row] ?? 0);
  }

  #grow(): void {
    const price = new Float64Array(this.price.length * 2);
    const size = new Float64Array(this.size.length * 2);
    price.set(this.price);
    size.set(this.size);
    this.price = price;
    this.size = size;
  }
}

/**
 * A decoded message of any venue, in whole ticks and lots. One instance is reused for every message:
 * which fields count depends on the kind it is taken as.
 */
export class MarketMessage {
  /** Index in the feed's list. */
  instrument = 0;
  /** Venue's event time, µs; 0 where the venue sends none. */
  eventAt = 0;
  /**
   * depth: first and last update id. snapshot: `lastUpdate`. ticker: `lastUpdate`, 0 where it has no number.
   * −1 in all three of a book that is proven by its checksum alone.
   */
  firstUpdate = 0;
  lastUpdate = 0;
  /** depth of a venue that names it: the last update of the message before. */
  previousUpdate = 0;
  /** depth and snapshot: the venue's CRC32 of the book with it; −1 where it sends none. */
  checksum = -1;
  /** depth: changed levels, 0 lots removes. snapshot: the whole book, as deep as it was subscribed. */
  readonly bids = new Levels();
  readonly asks = new Levels();
  /** ticker: a side that is not there has 0 lots. */
  bid = 0;
  bidSize = 0;
  ask = 0;
  askSize = 0;
  /** trade. `tradeId`: see `DialectRules.tradeIds`. */
  tradeId = 0;
  price = 0;
  size = 0;
  /** 0 buyer, 1 seller, 2 not told. */
  aggressor = 0;
  /** mark: ticks, 0 = not said. */
  markPrice = 0;
  indexPrice = 0;
  /** mark: share of the value paid at the next funding, in 10^-8; NaN = not said. */
  fundingRate = Number.NaN;
  /** mark: µs since 1970, 0 = not said. */
  nextFundingAt = 0;

  /** To be kept: the original is filled again. */
  copy(): MarketMessage {
    const copy = new MarketMessage();
    const { bids, asks, ...values } = this;
    Object.assign(copy, values);
    copy.bids.set(bids);
    copy.asks.set(asks);
    return copy;
  }
}
