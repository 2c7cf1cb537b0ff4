/**
 * Counts what happened in the last second of monotonic time, exactly: a ring of times, no buckets,
 * so that no second however cut holds more than was counted. A step of the wall clock is not seen.
 */
export class SecondWindow {
  #times: number[] = [];
  #head = 0;

  add(monotonicMicros: number): void {
    this.#times.push(monotonicMicros);
  }

  /** How many were added in (now − 1 s, now]. */
  count(monotonicMicros: number): number {
    const oldest = monotonicMicros - 1_000_000;
    while (this.#head < this.#times.length && (this.#times[this.#head] ?? 0) <= oldest) this.#head += 1;
    if (this.#head > 4096) {
      this.#times = this.#times.slice(this.#head);
      this.#head = 0;
    }
    return this.#times.length - this.#head;
  }
}
