import { monitorEventLoopDelay } from 'node:perf_hooks';

/** A finer resolution costs much more; the measurement contains its own interval, so it comes off. */
const RESOLUTION_MS = 20;

/** How late this thread's event loop runs its timers; `read` gives the figures and starts a new window. */
export function watchLoopDelay(): {
  read: () => { p99Ms: number | null; samples: number };
  stop: () => void;
} {
  const histogram = monitorEventLoopDelay({ resolution: RESOLUTION_MS });
  histogram.enable();
  return {
    read() {
      const samples = histogram.count;
      const p99Ms = samples === 0 ? null : Math.max(0, histogram.percentile(99) / 1e6 - RESOLUTION_MS);
      histogram.reset();
      return { p99Ms, samples };
    },
    stop: () => void histogram.disable(),
  };
}
