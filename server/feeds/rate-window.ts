/** At most `count` in any `perMs` milliseconds. */
export interface Rate {
  readonly count: number;
  readonly perMs: number;
}

/** Keeps to a rate that is counted over a sliding window. Pure: `now` in ms that never step back. */
export class RateWindow {
  readonly #rate: Rate;
  /** When the last ones were, oldest first; no more than `count`. */
  readonly #times: number[] = [];

  constructor(rate: Rate) {
    this.#rate = rate;
  }

  /** How long until another is allowed, ms; 0 = now. */
  waitMs(now: number): number {
    const { count, perMs } = this.#rate;
    const oldest = this.#times[this.#times.length - count];
    return oldest === undefined ? 0 : Math.max(0, oldest + perMs - now);
  }

  note(now: number): void {
    this.#times.push(now);
    if (this.#times.length > this.#rate.count) this.#times.shift();
  }

  clear(): void {
    this.#times.length = 0;
  }
}
