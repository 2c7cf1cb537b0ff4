import type { Figure } from '../../protocol/health.ts';
import type { Clock } from '../clock.ts';

/** The newest measurements of one thing: at most `capacity`, none older than the window. */
export class Samples {
  readonly #clock: Clock;
  readonly #windowMicros: number;
  readonly #values: Float64Array;
  readonly #times: Float64Array;
  #next = 0;

  constructor(clock: Clock, windowSeconds: number, capacity = 4096) {
    this.#clock = clock;
    this.#windowMicros = windowSeconds * 1_000_000;
    this.#values = new Float64Array(capacity);
    this.#times = new Float64Array(capacity).fill(-Infinity);
  }

  add(value: number): void {
    const slot = this.#next % this.#values.length;
    this.#values[slot] = value;
    this.#times[slot] = this.#clock.monotonicMicros();
    this.#next += 1;
  }

  /** Those inside the window, or only the newest part of it, smallest first. */
  sorted(seconds = this.#windowMicros / 1_000_000): Float64Array {
    const oldest = this.#clock.monotonicMicros() - Math.min(this.#windowMicros, seconds * 1_000_000);
    return this.#values.filter((_, slot) => (this.#times[slot] ?? -Infinity) >= oldest).sort();
  }

  /** p50, p99 and largest as figures, with the count and window behind them; null while empty. */
  figures(name: string, unit: Figure['unit']): Figure[] {
    const sorted = this.sorted();
    const windowSeconds = this.#windowMicros / 1_000_000;
    const figure = (which: string, value: number | null): Figure => {
      return { name: `${name} ${which}`, value, unit, samples: sorted.length, windowSeconds };
    };
    return [
      figure('p50', quantile(sorted, 0.5)),
      figure('p99', quantile(sorted, 0.99)),
      figure('max', sorted.at(-1) ?? null),
    ];
  }
}

/** Nearest rank; null of nothing. */
export function quantile(sorted: ArrayLike<number>, q: number): number | null {
  if (sorted.length === 0) return null;
  return sorted[Math.min(sorted.length - 1, Math.max(0, Math.ceil(q * sorted.length) - 1))] ?? null;
}
