import type { Figure, HealthRow } from '../../../protocol/health.ts';
import type { Micros } from '../../../protocol/units.ts';
import type { ComputeView } from '../../state/compute.ts';
import { gpuLost } from '../../state/compute.ts';
import type { CrossCheckView } from '../../state/cross-check.ts';
import { checkSentence } from '../../state/check-words.ts';
import { plural } from '../../ui/format.ts';
import type { LinkView } from '../../state/link.ts';
import type { PageHealthView } from '../../state/page-health.ts';

/** A page whose event loop is later than this is degraded, and down from ten times that. */
const SLOW_PAGE_MS = 100;
const RECENT_LONG_TASK_MS = 60_000;

const figure = (
  name: string,
  value: number | null,
  unit: Figure['unit'],
  samples: number | null,
): Figure => ({
  name,
  value,
  unit,
  samples,
  windowSeconds: null,
});

/** The page's own row: what the operator's machine does to what they see. */
export function pageRow(
  page: PageHealthView,
  link: LinkView,
  monotonicMs: number,
  nowMicros: number,
): HealthRow {
  const p99 = page.delayP99;
  const recent = page.lastLongTaskAt !== null && monotonicMs - page.lastLongTaskAt < RECENT_LONG_TASK_MS;
  const refused = link.stats?.refusedFrames ?? 0;
  const state =
    p99 === null ? 'unknown' : p99 > SLOW_PAGE_MS * 10 ? 'down' : p99 > SLOW_PAGE_MS ? 'degraded' : 'ok';
  const sentence =
    p99 === null
      ? 'Not measured yet.'
      : state !== 'ok'
        ? `The page's event loop is late by ${Math.round(p99)} ms (p99): what it shows may be late too.`
        : recent
          ? `A task of ${Math.round(page.longestTaskMs)} ms held the page up in the last minute.`
          : refused > 0
            ? `${refused} frames were refused since load.`
            : 'Draws as frames come.';
  return {
    id: 'page',
    name: 'Page',
    state,
    sentence,
    figures: [
      figure('loop delay p50', page.delayP50, 'ms', page.delaySamples),
      figure('loop delay p99', p99, 'ms', page.delaySamples),
      figure('frame to drawn p50', page.drawP50, 'ms', page.drawSamples),
      figure('frame to drawn p99', page.drawP99, 'ms', page.drawSamples),
      figure('tasks over 50 ms', page.longTasks, 'count', null),
      figure('frames', link.stats?.framesPerSecond ?? null, 'per-second', null),
      figure('bytes a second', link.stats?.bytesPerSecond ?? null, 'bytes', null),
      figure('frames refused', refused, 'count', null),
    ],
    since: nowMicros as Micros,
    checkedAt: nowMicros as Micros,
  };
}

/**
 * The GPU's row. A machine without one is well: the CPU twin computes the same. What is not what the server
 * computes is down, whichever of the two is right.
 */
export function gpuRow({ status, failed }: ComputeView, check: CrossCheckView, nowMicros: number): HealthRow {
  const base = { id: 'gpu', name: 'GPU', since: nowMicros as Micros, checkedAt: nowMicros as Micros };
  if (failed !== null) return { ...base, state: 'down', sentence: failed, figures: [] };
  if (!status) return { ...base, state: 'unknown', sentence: 'The compute worker is starting.', figures: [] };
  const { compute, paint, crossCheck, crew, memory } = status;
  const disagrees = check.last?.comparison.kind === 'disagreed';
  const losses = `${plural(status.losses, 'device loss', 'device losses')} since load.`;
  const own = status.losses === 0 ? status.why : `${losses} ${status.why}`;
  return {
    ...base,
    state: disagrees || gpuLost(status) ? 'down' : status.faults + status.losses > 0 ? 'degraded' : 'ok',
    sentence: disagrees ? `${checkSentence(check)} ${own}` : `${own} ${checkSentence(check)}`,
    figures: [
      figure('compute p50', compute.p50, 'ms', compute.samples),
      figure('compute p95', compute.p95, 'ms', compute.samples),
      figure('paint p50', paint.p50, 'ms', paint.samples),
      figure('paint p95', paint.p95, 'ms', paint.samples),
      figure('device losses', status.losses, 'count', null),
      figure('faults', status.faults, 'count', null),
      figure(`checks against ${crossCheck.against}`, crossCheck.checks, 'count', null),
      figure('longest dispatch', status.longestDispatchMs, 'ms', null),
      figure('GPU memory', memory.gpu, 'bytes', null),
      figure('WASM memory', memory.wasm, 'bytes', null),
      figure('heatmap memory', memory.heatmap, 'bytes', null),
      figure('WASM workers', crew?.workers ?? null, 'count', null),
    ],
  };
}
