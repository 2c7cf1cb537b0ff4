/** What a request is for. `lower`: cancels, and what a halt asks: it may spend the whole of the minute. */
export type Purpose = 'read' | 'order' | 'lower';

const MINUTE_MICROS = 60_000_000;

/**
 * Request weight against the venue's minute. A part is kept for what lowers risk, so that no amount
 * of orders and ordinary asking can starve a cancel or a halt; asking stops before orders do.
 * Times are monotonic µs.
 */
export class WeightBudget {
  /** The venue's own word for its minute; null until it was asked (`limit` is then our guess). */
  told: number | null = null;
  #limit: number;
  #reserved: number;
  #readsLess: number;
  #used = 0;
  #minuteStart = 0;
  #blockedUntil = 0;

  constructor(limit = 6000, reserved = 1200, readsLess = 300) {
    this.#limit = limit;
    this.#reserved = reserved;
    this.#readsLess = readsLess;
  }

  get limit(): number {
    return this.#limit;
  }
  get reserved(): number {
    return this.#reserved;
  }

  /** The venue says what its minute holds: what is kept back keeps its share of it. */
  isTold(limit: number): void {
    this.told = limit;
    this.#reserved = Math.ceil((this.#reserved / this.#limit) * limit);
    this.#readsLess = Math.ceil((this.#readsLess / this.#limit) * limit);
    this.#limit = limit;
  }

  /** Takes `weight`, or says in how many ms to ask again. */
  take(
    weight: number,
    purpose: Purpose,
    now: number,
  ): { readonly ok: boolean; readonly retryAfterMs: number } {
    this.#roll(now);
    const blocked = this.blockedForMs(now);
    if (blocked > 0) return { ok: false, retryAfterMs: blocked };
    const kept = purpose === 'lower' ? 0 : this.#reserved + (purpose === 'read' ? this.#readsLess : 0);
    if (this.#used + weight > this.#limit - kept) {
      return { ok: false, retryAfterMs: Math.ceil((this.#minuteStart + MINUTE_MICROS - now) / 1000) };
    }
    this.#used += weight;
    return { ok: true, retryAfterMs: 0 };
  }

  /** What the venue itself counted, from `X-MBX-USED-WEIGHT-1M`. It knows of our other programs too. */
  counted(used: number, now: number): void {
    this.#roll(now);
    if (used < this.#used / 2) this.#minuteStart = now; // its minute turned before ours did
    this.#used = used;
  }

  /** 429 or 418: nothing leaves until then. */
  block(forMs: number, now: number): void {
    this.#blockedUntil = Math.max(this.#blockedUntil, now + forMs * 1000);
  }

  blockedForMs(now: number): number {
    return Math.max(0, Math.ceil((this.#blockedUntil - now) / 1000));
  }

  used(now: number): number {
    this.#roll(now);
    return this.#used;
  }

  #roll(now: number): void {
    if (now - this.#minuteStart < MINUTE_MICROS) return;
    this.#minuteStart = now;
    this.#used = 0;
  }
}
