/**
 * From a bar to its picture, and from picture to picture, in a worker of a page. Bars: 1,024 instruments ×
 * 1,024 bars on WASM at most 150 ms at p95 with no long task on the main thread; 4,096 × 4,096 panned and
 * zoomed at 1,200 × 800 at least 30 frames a second, coloured by the software GPU and by the TypeScript that
 * colours where no GPU is used.
 */
import { openBenchPage } from '../lib/page.ts';
import { median, printTable, quantile } from '../lib/report.ts';
import type { HeatmapReport } from '../pages/heatmap.ts';
import type { HeatmapTask } from '../pages/heatmap-port.ts';
import type { Section, SectionResult } from './section.ts';

const BARS: HeatmapTask = { kind: 'bars', instruments: 1024, window: 1024, bars: 60 };
const FRAMES = { kind: 'frames', instruments: 4096, window: 64 } as const;
/** What computes, and what colours then. */
const PAINTERS = { webgpu: 'webgpu', wasm: 'typescript' } as const;
const BAR_TO_HEATMAP_MS = 150;
const FRAMES_A_SECOND = 30;

export const barToHeatmap: Section = { name: 'bar-to-heatmap', run: runBars };
export const heatmap: Section = { name: 'heatmap', run: runFrames };

async function report(
  task: HeatmapTask,
): Promise<{ readonly report: HeatmapReport; readonly browser: string }> {
  const { page, browserVersion, close } = await openBenchPage('heatmap');
  try {
    const found = await page.evaluate((given) => globalThis.heatmapBench(given), task);
    return { report: found, browser: browserVersion };
  } finally {
    await close();
  }
}

async function runBars(): Promise<SectionResult> {
  const { report: found, browser } = await report(BARS);
  const { millis, longTasks, computedBy, paintedBy, workers } = found;
  const [p50, p95] = [median(millis), quantile(millis, 0.95)];
  printTable(
    [
      `bar to heatmap: 1,024 × 1,024, Chromium ${browser}`,
      'p50 ms',
      'p95 ms',
      'bars',
      'main thread over 50 ms',
    ],
    [[`${computedBy}, ${workers} workers; ${paintedBy}`, p50, p95, millis.length, longTasks.length]],
  );
  return {
    pass: computedBy === 'wasm' && p95 <= BAR_TO_HEATMAP_MS && longTasks.length === 0,
    figures: {
      p50,
      p95,
      bars: millis.length,
      longTasks,
      computedBy,
      paintedBy,
      workers,
      barMs: BAR_TO_HEATMAP_MS,
    },
  };
}

async function runFrames(): Promise<SectionResult> {
  const rows: (string | number)[][] = [];
  const figures: Record<string, unknown> = { bar: FRAMES_A_SECOND };
  let [pass, version] = [true, ''];
  for (const pinned of ['webgpu', 'wasm'] as const) {
    const { report: found, browser } = await report({ ...FRAMES, pinned });
    version = browser;
    const { millis, matrixMs, computedBy, paintedBy, longestDispatchMs } = found;
    const framesPerSecond = (1000 * millis.length) / millis.reduce((a, b) => a + b, 0);
    const [p50, p95] = [median(millis), quantile(millis, 0.95)];
    rows.push([`${computedBy}; painted by ${paintedBy}`, framesPerSecond, p50, p95, millis.length]);
    pass &&= paintedBy === PAINTERS[pinned] && framesPerSecond >= FRAMES_A_SECOND;
    figures[pinned] = {
      ...{ framesPerSecond, p50, p95, frames: millis.length, computedBy, paintedBy },
      ...{ matrixMs, longestDispatchMs },
    };
  }
  printTable(
    [`heatmap: 4,096 × 4,096 at 1,200 × 800, Chromium ${version}`, 'frames/s', 'p50 ms', 'p95 ms', 'frames'],
    rows,
  );
  return { pass, figures };
}
