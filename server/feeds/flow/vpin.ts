/**
 * VPIN (Easley, López de Prado and O'Hara 2012): trades are poured into buckets of equal volume V, and
 * of the last n full ones
 *
 *     VPIN = Σ |B − S| / (n · V)
 *
 * with B bought and S sold by whoever took. The venue says who took, so nothing is classified by guess.
 * A bucket keeps the V that held when it was begun; the divisor is the sum of theirs. Pure.
 */
export class Vpin {
  readonly buckets: number;
  readonly #volume: Float64Array;
  readonly #difference: Float64Array;
  /** Full buckets there are, at most `buckets`, and where the next one goes. */
  #full = 0;
  #next = 0;
  #size = 0;
  #nextSize = 0;
  #bought = 0;
  #sold = 0;

  constructor(buckets: number) {
    this.buckets = buckets;
    this.#volume = new Float64Array(buckets);
    this.#difference = new Float64Array(buckets);
  }

  /** Lots of the buckets that are begun from now on, at least 1. Before the first, trades are not counted. */
  size(lots: number): void {
    this.#nextSize = Math.max(1, Math.round(lots));
    if (this.#bought + this.#sold === 0) this.#size = this.#nextSize;
  }

  /** `aggressor`: 0 buyer, 1 seller; another one took nobody knows which side, and is left out. */
  trade(size: number, aggressor: number): void {
    if (this.#size === 0 || aggressor > 1) return;
    let left = size;
    // What is left once it has filled all buckets fills them alike again: only the rest of it counts.
    const first = this.#size - this.#bought - this.#sold;
    const most = first + this.buckets * this.#nextSize;
    if (left > most) left = most + ((left - first) % this.#nextSize);
    while (left > 0) {
      const room = this.#size - this.#bought - this.#sold;
      const poured = left < room ? left : room;
      if (aggressor === 0) this.#bought += poured;
      else this.#sold += poured;
      left -= poured;
      if (poured === room) this.#close();
    }
  }

  /** The bucket that is filling does not go on: trades were missed. */
  interrupt(): void {
    this.#bought = 0;
    this.#sold = 0;
    this.#size = this.#nextSize;
  }

  /** `value` 0 … 1; null before the first full bucket. `bucketLots`: V now, 0 = not known yet. */
  read(): { readonly value: number | null; readonly full: number; readonly bucketLots: number } {
    let difference = 0;
    let volume = 0;
    for (let at = 0; at < this.#full; at++) {
      difference += this.#difference[at] ?? 0;
      volume += this.#volume[at] ?? 0;
    }
    return {
      value: this.#full === 0 ? null : difference / volume,
      full: this.#full,
      bucketLots: this.#size,
    };
  }

  #close(): void {
    this.#difference[this.#next] = Math.abs(this.#bought - this.#sold);
    this.#volume[this.#next] = this.#size;
    this.#next = (this.#next + 1) % this.buckets;
    if (this.#full < this.buckets) this.#full += 1;
    this.#bought = 0;
    this.#sold = 0;
    this.#size = this.#nextSize;
  }
}
