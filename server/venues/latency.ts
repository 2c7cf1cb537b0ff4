/** Round trips of the last `capacity` answers. */
export class Latencies {
  readonly #capacity: number;
  #samples: number[] = [];
  #next = 0;

  constructor(capacity = 1000) {
    this.#capacity = capacity;
  }

  add(ms: number): void {
    this.#samples[this.#next] = ms;
    this.#next = (this.#next + 1) % this.#capacity;
  }

  /** null before the first answer. Nearest-rank quantiles. */
  summary(): { readonly p50Ms: number; readonly p99Ms: number; readonly samples: number } | null {
    const sorted = [...this.#samples].sort((a, b) => a - b);
    const at = (q: number): number | undefined => sorted[Math.ceil(q * sorted.length) - 1];
    const [p50Ms, p99Ms] = [at(0.5), at(0.99)];
    if (p50Ms === undefined || p99Ms === undefined) return null;
    return { p50Ms, p99Ms, samples: sorted.length };
  }
}
