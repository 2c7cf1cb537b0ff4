/**
 * How much work one dispatch may be: so much that it holds the GPU for about half of what frames allow,
 * learned from how long the slices before it took.
 */

/** No dispatch is to hold the GPU longer: three frames. */
export const LONGEST_DISPATCH_MS = 50;
const AIM_MS = LONGEST_DISPATCH_MS / 2;
/** A clock's step and a queue's latency say nothing of the work: below this a slice only says "short". */
const LEAST_MS = 1;
/** From one slice to the next, so that a lucky measurement does not make a long dispatch. */
const GROWTH = 4;

export class Pacer {
  #slice: number;
  #longestMs = 0;

  /** @param first units of work that any device of this kind does within the bound. */
  constructor(first: number) {
    this.#slice = first;
  }

  /** Units of the next slice. */
  get slice(): number {
    return this.#slice;
  }

  /** The longest that a slice took, ms; what waited in the queue before it included. */
  get longestMs(): number {
    return this.#longestMs;
  }

  /** A slice of so many units took so long. */
  took(units: number, ms: number): void {
    this.#longestMs = Math.max(this.#longestMs, ms);
    const fitting = (units * AIM_MS) / Math.max(LEAST_MS, ms);
    // A part of a slice that was short says little of a whole one; but what is rounded down to whole workgroups is
    // no less than half of it, and is all that is ever seen of one.
    if (2 * units > this.#slice || fitting < this.#slice) {
      this.#slice = Math.max(1, Math.min(fitting, this.#slice * GROWTH));
    }
  }
}
