/** A power of two: a busy instrument sends some ten tickers between two depth messages. */
const KEPT = 256;

export interface Ticker {
  bid: number;
  bidSize: number;
  ask: number;
  askSize: number;
}

/** The last best bids and offers by their update id (ids only grow), to compare with the book. */
export class TickerHistory {
  readonly #updates = new Float64Array(KEPT);
  readonly #values = new Float64Array(KEPT * 4);
  readonly #found: Ticker = { bid: 0, bidSize: 0, ask: 0, askSize: 0 };
  #count = 0;

  clear(): void {
    this.#count = 0;
  }

  add(update: number, bid: number, bidSize: number, ask: number, askSize: number): void {
    const row = this.#count & (KEPT - 1);
    this.#updates[row] = update;
    this.#values[row * 4] = bid;
    this.#values[row * 4 + 1] = bidSize;
    this.#values[row * 4 + 2] = ask;
    this.#values[row * 4 + 3] = askSize;
    this.#count += 1;
  }

  /** The ticker of exactly this update, in an object that the next call reuses; null when there is none. */
  at(update: number): Readonly<Ticker> | null {
    const oldest = Math.max(0, this.#count - KEPT);
    for (let index = this.#count - 1; index >= oldest; index--) {
      const row = index & (KEPT - 1);
      const found = this.#updates[row] ?? 0;
      if (found < update) return null;
      if (found > update) continue;
      this.#found.bid = this.#values[row * 4] ?? 0;
      this.#found.bidSize = this.#values[row * 4 + 1] ?? 0;
      this.#found.ask = this.#values[row * 4 + 2] ?? 0;
      this.#found.askSize = this.#values[row * 4 + 3] ?? 0;
      return this.#found;
    }
    return null;
  }
}
