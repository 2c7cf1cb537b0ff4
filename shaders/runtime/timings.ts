/** The last durations, for a figure with its count. */
export class Timings {
  readonly #millis = new Float64Array(256);
  #count = 0;

  add(millis: number): void {
    this.#millis[this.#count % this.#millis.length] = millis;
    this.#count++;
  }

  /** Nulls until something was measured. */
  view(): TimingsView {
    const samples = Math.min(this.#count, this.#millis.length);
    const sorted = this.#millis.slice(0, samples).sort();
    const at = (q: number): number | null => sorted[Math.ceil(q * samples) - 1] ?? null;
    const last = this.#millis[(this.#count - 1) % this.#millis.length];
    return { last: samples === 0 ? null : (last ?? null), p50: at(0.5), p95: at(0.95), samples };
  }
}

export interface TimingsView {
  readonly last: number | null;
  readonly p50: number | null;
  readonly p95: number | null;
  /** How many durations the quantiles stand on: the last 256 at most. */
  readonly samples: number;
}
