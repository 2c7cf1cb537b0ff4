/**
 * Order-flow imbalance of the best bid and offer (Cont, Kukanov and Stoikov 2014, eq. 4): each change
 * counts what it added to demand less what it added to supply,
 *
 *     e = [b ≥ b'] q − [b ≤ b'] q' − [a ≤ a'] r + [a ≥ a'] r'
 *
 * for bid b with q lots and ask a with r lots, primed before the change. In lots; a sum of whole
 * numbers, so exact. Per second, over the last `seconds`. Pure.
 */
export class Imbalance {
  readonly seconds: number;
  readonly #lots: Float64Array;
  readonly #depth: Float64Array;
  readonly #changes: Float64Array;
  /** The second that is filled now is at `#at`. */
  #at = 0;
  #known = false;
  #bid = 0;
  #bidSize = 0;
  #ask = 0;
  #askSize = 0;

  constructor(seconds: number) {
    this.seconds = seconds;
    this.#lots = new Float64Array(seconds);
    this.#depth = new Float64Array(seconds);
    this.#changes = new Float64Array(seconds);
  }

  /** The best bid and offer as they are now; a side that is not there has 0 lots. */
  best(bid: number, bidSize: number, ask: number, askSize: number): void {
    if (bidSize === 0 || askSize === 0) {
      this.#known = false;
      return;
    }
    if (this.#known) {
      const same =
        bid === this.#bid && ask === this.#ask && bidSize === this.#bidSize && askSize === this.#askSize;
      if (same) return;
      let lots = 0;
      if (bid >= this.#bid) lots += bidSize;
      if (bid <= this.#bid) lots -= this.#bidSize;
      if (ask <= this.#ask) lots -= askSize;
      if (ask >= this.#ask) lots += this.#askSize;
      const at = this.#at;
      this.#lots[at] = (this.#lots[at] ?? 0) + lots;
      this.#depth[at] = (this.#depth[at] ?? 0) + bidSize + askSize;
      this.#changes[at] = (this.#changes[at] ?? 0) + 1;
    }
    this.#known = true;
    this.#bid = bid;
    this.#bidSize = bidSize;
    this.#ask = ask;
    this.#askSize = askSize;
  }

  /** What comes next is compared with nothing: changes were missed. */
  interrupt(): void {
    this.#known = false;
  }

  /** A second is over. */
  second(): void {
    this.#at = (this.#at + 1) % this.seconds;
    this.#lots[this.#at] = 0;
    this.#depth[this.#at] = 0;
    this.#changes[this.#at] = 0;
  }

  /** `depth`: mean of the two best sizes over the changes, lots; all 0 without a change. */
  read(): { readonly lots: number; readonly depth: number; readonly changes: number } {
    let lots = 0;
    let depth = 0;
    let changes = 0;
    for (let at = 0; at < this.seconds; at++) {
      lots += this.#lots[at] ?? 0;
      depth += this.#depth[at] ?? 0;
      changes += this.#changes[at] ?? 0;
    }
    return { lots, depth: changes === 0 ? 0 : depth / (2 * changes), changes };
  }
}
