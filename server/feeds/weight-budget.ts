/** Of a venue's limit: the rest is for orders and for a halt, which use the same address. */
const SHARE = 0.6;
/** Used by everybody on this address beyond this share: wait for the venue's next minute. */
const CROWDED = 0.8;
const MINUTE_MS = 60_000;

/** A venue's request weight, as a bucket that refills. Pure: `now` in ms that never step back. */
export class WeightBudget {
  #limit: number;
  #level: number;
  #at: number;
  #pausedUntil = 0;

  constructor(perMinute: number, now: number) {
    this.#limit = perMinute;
    this.#level = perMinute * SHARE;
    this.#at = now;
  }

  setLimit(perMinute: number): void {
    this.#level = Math.min(this.#level, perMinute * SHARE);
    this.#limit = perMinute;
  }

  /** Weight that could be taken now. */
  available(now: number): number {
    const capacity = this.#limit * SHARE;
    this.#level = Math.min(capacity, this.#level + ((now - this.#at) * capacity) / MINUTE_MS);
    this.#at = now;
    return this.#level;
  }

  /** Takes `weight` and returns 0, or returns how many ms to wait before asking again. */
  take(weight: number, now: number): number {
    const capacity = this.#limit * SHARE;
    this.available(now);
    if (now < this.#pausedUntil) return this.#pausedUntil - now;
    const needed = Math.min(weight, capacity);
    if (this.#level < needed) return Math.ceil(((needed - this.#level) * MINUTE_MS) / capacity);
    this.#level -= needed;
    return 0;
  }

  /** The venue told us to wait (429, 418). */
  pause(forMs: number, now: number): void {
    this.#pausedUntil = Math.max(this.#pausedUntil, now + forMs);
  }

  /** What the venue counted in its minute, ours and everybody else's. */
  used(weight: number, now: number): void {
    if (weight > this.#limit * CROWDED) this.pause(MINUTE_MS / 6, now);
  }
}
