/** Runs in the page: has the worker do its task and notes the main thread's long tasks meanwhile. */
import type { HeatmapAnswer, HeatmapTask, HeatmapTimes } from './heatmap-port.ts';

export interface HeatmapReport extends HeatmapTimes {
  /** Tasks of the main thread over 50 ms while the worker worked, ms each. */
  readonly longTasks: number[];
}

function heatmapBench(task: HeatmapTask): Promise<HeatmapReport> {
  const longTasks: number[] = [];
  const observer = new PerformanceObserver((list) => {
    for (const { duration } of list.getEntries()) longTasks.push(duration);
  });
  observer.observe({ type: 'longtask' });
  const worker = new Worker(new URL('./heatmap-worker.ts', import.meta.url), { type: 'module' });
  return new Promise<HeatmapReport>((resolve, reject) => {
    worker.onmessage = ({ data }: MessageEvent<HeatmapAnswer>) => {
      if (data.kind === 'times') resolve({ ...data.times, longTasks });
      else reject(new Error(data.why));
    };
    worker.onerror = ({ message }) => reject(new Error(message || 'The worker could not start.'));
    worker.postMessage(task);
  }).finally(() => {
    observer.disconnect();
    worker.terminate();
  });
}

declare global {
  var heatmapBench: (task: HeatmapTask) => Promise<HeatmapReport>;
}
globalThis.heatmapBench = heatmapBench;
