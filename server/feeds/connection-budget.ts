import { RateWindow, type Rate } from './rate-window.ts';

/** Of the venue's limit: the rest is for orders and for a second start, which use the same address. */
const SHARE = 0.6;
/** Between two connections of one venue, on average, ms: lines that fell together do not return together. */
const APART_MS = 100;

/** Connections that all lines of a venue open together. Pure: pace ms come in, randomness is injected. */
export class ConnectionBudget {
  readonly #window: RateWindow;
  readonly #random: () => number;
  #nextAt = -Infinity;

  constructor({ count, perMs }: Rate, random: () => number) {
    this.#window = new RateWindow({ count: Math.max(1, Math.floor(count * SHARE)), perMs });
    this.#random = random;
  }

  /** Takes one and returns 0, or returns how many ms to wait before asking again. */
  take(now: number): number {
    const wait = Math.max(this.#nextAt - now, this.#window.waitMs(now));
    if (wait > 0) return wait;
    this.#window.note(now);
    this.#nextAt = now + APART_MS * (0.5 + this.#random());
    return 0;
  }
}
