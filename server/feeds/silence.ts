const FLOOR_MS = 1000;
/** However bursty a feed was, silence beyond this is stale. */
const CEILING_MS = 10_000;
const TIMES_LONGEST = 5;
const WINDOW_MS = 30_000;

/**
 * When a silent feed is stale: no frame of any kind for max(1 s, 5 × its recent longest gap).
 * Recent is the last 30 to 60 s. Pure: the caller's clock, in milliseconds that never step back.
 */
export class Silence {
  readonly #jitterMs: () => number;
  readonly #ceilingMs: number;
  #lastAt: number | null = null;
  #windowFrom = 0;
  #longest = 0;
  #longestBefore = 0;

  /** `venueMs`: silence that the venue itself calls dead, when that is sooner. */
  constructor(jitterMs: () => number, venueMs = Infinity) {
    this.#jitterMs = jitterMs;
    this.#ceilingMs = Math.min(CEILING_MS, venueMs);
  }

  /** A new connection: the gap before it says nothing about the feed. */
  restart(now: number): void {
    this.#lastAt = now;
  }

  frame(now: number): void {
    if (this.#lastAt !== null) {
      const gap = now - this.#lastAt;
      // A gap that was stale itself must not make the next one look normal.
      if (gap > this.#longest && gap < this.limitMs) this.#longest = gap;
    }
    if (now - this.#windowFrom > WINDOW_MS) {
      this.#longestBefore = this.#longest;
      this.#longest = 0;
      this.#windowFrom = now;
    }
    this.#lastAt = now;
  }

  get limitMs(): number {
    const longest = Math.max(this.#longest, this.#longestBefore) * TIMES_LONGEST;
    return Math.max(Math.min(Math.max(FLOOR_MS, longest), this.#ceilingMs), this.#jitterMs());
  }

  /** Milliseconds since the last frame; 0 before the first. */
  silentMs(now: number): number {
    return this.#lastAt === null ? 0 : now - this.#lastAt;
  }

  isStale(now: number): boolean {
    return this.silentMs(now) > this.limitMs;
  }
}
