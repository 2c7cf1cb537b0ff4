import type { Streams } from './face/streams.ts';
import type { Listing } from './market/listing.ts';
import { SLICE_MILLIS, SLICES_PER_STEP, STEPS_PER_SECOND, type Market } from './market/market.ts';

/** Further behind than this, the missed time is left out: the venue was away, as venues sometimes are. */
const MOST_BEHIND = 10_000;

/**
 * Drives a venue along its clock: market slices every 25 ms, depth messages every 100 ms for each listing,
 * candles every second. Short delays are caught up; the slices keep their own times.
 */
export class Pacer {
  readonly #listings: readonly Listing[];
  readonly #streams: Streams;
  readonly #now: () => number;
  /** Null where the market is not ours. */
  readonly #market: Market | null;
  #next: number;
  /** Agents rest until this time; Infinity = until told. */
  #restUntil: number;
  #timer: NodeJS.Timeout | null = null;

  /** `start`: venue time of the first slice, a whole second. */
  constructor(
    market: Market | null,
    listings: readonly Listing[],
    streams: Streams,
    now: () => number,
    start: number,
    paused: boolean,
  ) {
    this.#market = market;
    this.#listings = listings;
    this.#streams = streams;
    this.#now = now;
    this.#next = start;
    this.#restUntil = paused ? Infinity : -Infinity;
  }

  get paused(): boolean {
    return this.#restUntil === Infinity;
  }

  /** Agents stop at once; they go on at the next whole second. */
  pause(paused: boolean): void {
    if (paused === this.paused) return;
    if (paused) this.#restUntil = Infinity;
    else this.#resumeAt(Math.ceil(this.#next / 1000) * 1000);
  }

  /** Trades whole seconds at once while paused, all at this instant: for pictures of a market that has moved. */
  step(seconds: number): boolean {
    if (!this.paused || this.#market === null) return false;
    this.#market.skipToSecond();
    for (let slice = 0; slice < seconds * STEPS_PER_SECOND * SLICES_PER_STEP; slice++) {
      for (const listing of this.#market.slice(this.#next)) {
        this.#streams.flushTicker(listing);
        this.#streams.flushDepth(listing);
      }
    }
    return true;
  }

  start(): void {
    this.#tick();
  }

  stop(): void {
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#timer = null;
  }

  /** Does all slices that are due. */
  advance(now: number): void {
    const behind = now - this.#next;
    // A clock that was set back is followed too: else nothing would trade until it caught up.
    if (behind > MOST_BEHIND || behind < -1_500) {
      this.#next = Math.floor(now / 1000) * 1000;
      if (!this.paused) this.#resumeAt(this.#next);
    }
    for (; this.#next <= now; this.#next += SLICE_MILLIS) this.#slice(this.#next);
  }

  #resumeAt(millis: number): void {
    this.#market?.skipToSecond();
    this.#restUntil = millis;
  }

  #slice(millis: number): void {
    if (millis % 1000 === 0) {
      for (const listing of this.#listings) this.#streams.flushKlines(listing, millis);
    }
    if (millis >= this.#restUntil) this.#market?.slice(millis);
    const part = (millis / SLICE_MILLIS) % SLICES_PER_STEP;
    for (let index = part; index < this.#listings.length; index += SLICES_PER_STEP) {
      const listing = this.#listings[index];
      if (listing === undefined) break;
      this.#streams.flushTicker(listing);
      this.#streams.flushDepth(listing);
    }
  }

  #tick(): void {
    const now = this.#now();
    this.advance(now);
    this.#timer = setTimeout(() => this.#tick(), Math.min(1_000, Math.max(1, this.#next - now)));
  }
}
