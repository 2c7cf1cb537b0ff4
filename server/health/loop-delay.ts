import { createHistogram } from 'node:perf_hooks';

/** How late an event loop ran its timers, in a window of seconds. */
export interface LoopDelay {
  readonly p50Ms: number;
  readonly p99Ms: number;
  readonly maxMs: number;
  readonly samples: number;
  readonly windowSeconds: number;
}

const RESOLUTION_MS = 20;

/**
 * The event loop's delay over the last `readings` (one a second): how much later than its 20 ms a
 * timer ran. Not `monitorEventLoopDelay`, which loses the interval after each `reset`, and with it
 * the very delay that the once-a-second work causes.
 */
export class LoopDelayMonitor {
  readonly #histogram = createHistogram();
  readonly #readings: number;
  #slices: LoopDelay[] = [];
  #timer: NodeJS.Timeout | null = null;
  #before = 0;

  constructor(readings = 10) {
    this.#readings = readings;
  }

  start(): void {
    this.#before = performance.now();
    this.#timer = setInterval(() => this.#tick(), RESOLUTION_MS);
    this.#timer.unref();
  }

  stop(): void {
    if (this.#timer) clearInterval(this.#timer);
    this.#timer = null;
  }

  /** Takes the time since the last reading, and gives the worst of those kept. */
  read(): LoopDelay | null {
    const { count } = this.#histogram;
    if (count > 0) {
      this.#slices.push({
        p50Ms: this.#histogram.percentile(50) / 1000,
        p99Ms: this.#histogram.percentile(99) / 1000,
        maxMs: this.#histogram.max / 1000,
        samples: count,
        windowSeconds: 1,
      });
      this.#histogram.reset();
      this.#slices = this.#slices.slice(-this.#readings);
    }
    return worst(this.#slices);
  }

  #tick(): void {
    const now = performance.now();
    // A histogram counts whole µs from 1.
    const late = Math.max(1, Math.round((now - this.#before - RESOLUTION_MS) * 1000));
    this.#before = now;
    this.#histogram.record(late);
  }
}

function worst(slices: readonly LoopDelay[]): LoopDelay | null {
  if (slices.length === 0) return null;
  return {
    p50Ms: Math.max(...slices.map((slice) => slice.p50Ms)),
    p99Ms: Math.max(...slices.map((slice) => slice.p99Ms)),
    maxMs: Math.max(...slices.map((slice) => slice.maxMs)),
    samples: slices.reduce((sum, slice) => sum + slice.samples, 0),
    windowSeconds: slices.length,
  };
}
