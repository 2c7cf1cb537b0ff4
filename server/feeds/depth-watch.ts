/** The book may be behind the best bid and offer for so long: its changes come ten times a second. */
export const BEHIND_MS = 2000;

/** `behind`: the book missed what the ticker has. `silent`: again, and not one change came between. */
export type DepthVerdict = 'fine' | 'behind' | 'silent';

/**
 * Notices a stream of changes that died while best bids and offers go on. Asked as tickers arrive: of
 * one connection everything comes in order, so that a stall of our own looks like none of the venue's.
 * Pure: pace ms come in.
 */
export class DepthWatch {
  /** The first ticker that the book has not reached, and when it came. */
  #update: number | null = null;
  #since = 0;
  #heard = true;

  /** A new connection. */
  restart(): void {
    this.#update = null;
    this.#heard = true;
  }

  /** A change arrived. True when it is the first after `behind`. */
  heard(): boolean {
    const first = !this.#heard;
    this.#heard = true;
    return first;
  }

  /** The book was replaced by a snapshot. */
  replaced(): void {
    this.#update = null;
  }

  /** A best bid and offer at `update` came while the book is in step at `bookUpdate`. */
  ticker(update: number, bookUpdate: number, now: number): DepthVerdict {
    if (this.#update !== null && bookUpdate >= this.#update) this.#update = null;
    if (update <= bookUpdate) return 'fine';
    if (this.#update === null) {
      this.#update = update;
      this.#since = now;
    }
    if (now - this.#since <= BEHIND_MS) return 'fine';
    this.#update = null;
    const verdict = this.#heard ? 'behind' : 'silent';
    this.#heard = false;
    return verdict;
  }
}
