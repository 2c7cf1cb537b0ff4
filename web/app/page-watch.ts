import type { PageHealthStore } from '../state/page-health.ts';
import { quantile } from '../stream/link-times.ts';

const KEPT = 300;
const TICK_MS = 100;
/** Loading is not living: what the page's own start costs is not its health. */
const SETTLED_MS = 5000;

/**
 * Measures the page itself: how late its timers run, its long tasks, and how long a frame waits
 * to be drawn. Returns the function that takes a drawn frame's wait in ms.
 */
export function watchPage(store: PageHealthStore): (waitMs: number) => void {
  const delays: number[] = [];
  const draws: number[] = [];
  let expected = performance.now() + TICK_MS;
  setInterval(() => {
    const now = performance.now();
    // A hidden page's timers are slowed on purpose: that is not this machine being slow.
    if (!document.hidden && now > SETTLED_MS) push(delays, Math.max(0, now - expected));
    expected = now + TICK_MS;
  }, TICK_MS);
  setInterval(() => {
    store.setState({ ...spread('delay', delays), ...spread('draw', draws) });
  }, 1000);
  if (PerformanceObserver.supportedEntryTypes.includes('longtask')) {
    new PerformanceObserver((list) => {
      for (const entry of list.getEntries()) {
        store.setState((view) => ({
          longTasks: view.longTasks + 1,
          longestTaskMs: Math.max(view.longestTaskMs, entry.duration),
          lastLongTaskAt: performance.now(),
        }));
      }
    }).observe({ type: 'longtask' });
  }
  return (waitMs) => push(draws, waitMs);
}

function push(values: number[], value: number): void {
  values.push(value);
  if (values.length > KEPT) values.shift();
}

function spread(name: 'delay' | 'draw', values: readonly number[]) {
  const sorted = values.toSorted((a, b) => a - b);
  const p50 = sorted.length ? quantile(sorted, 0.5) : null;
  const p99 = sorted.length ? quantile(sorted, 0.99) : null;
  return name === 'delay'
    ? { delayP50: p50, delayP99: p99, delaySamples: sorted.length }
    : { drawP50: p50, drawP99: p99, drawSamples: sorted.length };
}
