import { backoffMs } from './backoff.ts';

/** Failures in a row that open it, and for how long, ms. */
export const OPENS_AFTER = 5;
export const OPEN_MS = 60_000;
/** Good trials that close it again. */
export const TRIALS = 3;
/** A connection that lives on is a trial again after this long, ms: it gives no second chance to fail. */
export const TRIAL_MS = 10_000;

/** `open`: nothing is tried. `half-open`: one try at a time, and the next failure opens it again. */
export type BreakerState = 'closed' | 'open' | 'half-open';

/** Keeps one line from knocking where nobody opens. Pure: pace ms come in, randomness is injected. */
export class Breaker {
  readonly #random: () => number;
  #state: BreakerState = 'closed';
  #failures = 0;
  #trials = 0;
  #nextTrialAt = -Infinity;

  constructor(random: () => number) {
    this.#random = random;
  }

  get state(): BreakerState {
    return this.#state;
  }
  /** In a row. */
  get failures(): number {
    return this.#failures;
  }
  /** Good ones since it is half-open. */
  get trials(): number {
    return this.#trials;
  }

  /** A try failed, or what came of it did. Returns how long to wait for the next, ms. */
  failed(): number {
    this.#failures += 1;
    if (this.#state === 'closed' && this.#failures < OPENS_AFTER) {
      return backoffMs(this.#failures - 1, this.#random);
    }
    this.#state = 'open';
    return OPEN_MS;
  }

  /** A try begins. */
  tried(): void {
    if (this.#state !== 'open') return;
    this.#state = 'half-open';
    this.#trials = 0;
    this.#nextTrialAt = -Infinity;
  }

  /** A frame came over a connection that is subscribed. */
  good(now: number): void {
    if (this.#state !== 'half-open' || now < this.#nextTrialAt) return;
    this.#trials += 1;
    this.#nextTrialAt = now + TRIAL_MS;
    if (this.#trials === TRIALS) this.#close();
  }

  /** The connection has lived long enough for its earlier failures to be forgotten. */
  settled(): void {
    if (this.#state === 'closed') this.#failures = 0;
  }

  #close(): void {
    this.#state = 'closed';
    this.#failures = 0;
  }
}
