/**
 * How often a venue is looked at in a halt: a burst, then at a rate that leaves most of the venue's
 * minute to cancels whatever nudges it (16 + 40 looks of weight 80 in any minute, of 6,000). Times
 * are monotonic µs. Pure.
 */
const BURST = 16;
const EVERY_MICROS = 1_500_000;

export class LookBudget {
  #left = BURST;
  #at = 0;

  /** Takes a look, or returns how many ms to wait for the next one. */
  take(now: number): number {
    if (this.#left >= BURST) this.#at = now;
    const gained = Math.floor((now - this.#at) / EVERY_MICROS);
    this.#left = Math.min(BURST, this.#left + gained);
    this.#at += gained * EVERY_MICROS;
    if (this.#left < 1) return Math.ceil((this.#at + EVERY_MICROS - now) / 1000);
    this.#left -= 1;
    return 0;
  }
}
