/** What a request may do: go on, wait, or stay away. */
export type Verdict =
  | { readonly kind: 'allowed'; readonly used: number }
  | { readonly kind: 'limited'; readonly used: number; readonly retrySeconds: number }
  | { readonly kind: 'banned'; readonly retrySeconds: number; readonly untilMillis: number };

const MINUTE = 60_000;
/** Requests that may be refused with 429 in one minute before the address is banned. */
const PATIENCE = 10;
const BAN = 120_000;

/** Request weight a minute, as Binance counts it for an address: 429 over the limit, 418 for who goes on. */
export class WeightMeter {
  limit: number;
  #minute = -1;
  #used = 0;
  #refused = 0;
  #bannedUntil = 0;

  constructor(limit: number) {
    this.limit = limit;
  }

  charge(weight: number, now: number): Verdict {
    if (now < this.#bannedUntil) return this.#banned(now);
    const minute = Math.floor(now / MINUTE);
    if (minute !== this.#minute) {
      this.#minute = minute;
      this.#used = 0;
      this.#refused = 0;
    }
    if (this.#used + weight <= this.limit) {
      this.#used += weight;
      return { kind: 'allowed', used: this.#used };
    }
    this.#refused++;
    if (this.#refused > PATIENCE) {
      this.ban(now, BAN);
      return this.#banned(now);
    }
    const retrySeconds = Math.ceil(((minute + 1) * MINUTE - now) / 1000);
    return { kind: 'limited', used: this.#used + weight, retrySeconds };
  }

  /** Fills the current minute, so that the next request is refused with 429. */
  exhaust(now: number): void {
    this.charge(0, now);
    this.#used = this.limit;
  }

  ban(now: number, millis: number): void {
    this.#bannedUntil = now + millis;
  }

  /** Forgets the minute and any ban. */
  clear(): void {
    this.#minute = -1;
    this.#bannedUntil = 0;
  }

  #banned(now: number): Verdict {
    const retrySeconds = Math.ceil((this.#bannedUntil - now) / 1000);
    return { kind: 'banned', retrySeconds, untilMillis: this.#bannedUntil };
  }
}

/** New orders in a sliding window. */
export class OrderMeter {
  readonly limit: number;
  readonly windowMillis: number;
  readonly #times: number[] = [];

  constructor(limit: number, windowMillis = 10_000) {
    this.limit = limit;
    this.windowMillis = windowMillis;
  }

  /** Orders in the window with this one, or null when there is no room for it. */
  charge(now: number): number | null {
    while ((this.#times[0] ?? Infinity) <= now - this.windowMillis) this.#times.shift();
    if (this.#times.length >= this.limit) return null;
    this.#times.push(now);
    return this.#times.length;
  }
}
