/**
 * The TypeScript twin: the bits of the other two, f32 steps in their order. The last resort where
 * WebAssembly is missing, and the check on them.
 *
 * HY = Σ_k Δp(k) · [q(first tick ≥ t_k) − q(last tick ≤ t_{k−1})] over the returns of one of the
 * two (Hayashi and Yoshida 2005); over those of the other the sum is the same. Taken is the one that
 * trades less, so that the overlaps counted are no more than the estimate rests on.
 */
import { pairsBefore } from '../lib/pairs.ts';
import { FIGURES, type TickCorrelations } from './estimate.ts';
import type { TickPanel } from './ticks.ts';

/** Threads of a pair, each with a stretch of the returns. */
export const LANES = 64;
/** Terms summed before a partial sum joins its lane's: bounds the rounding. */
const CHUNK = 64;

/** @param rows of the first so many instruments with all behind them; the other pairs stay 0 */
export function tickCorrelationsTypescript(panel: TickPanel, rows = panel.n): TickCorrelations {
  const { n } = panel;
  const pairs = new Float32Array(pairsBefore(n, n) * FIGURES);
  let at = 0;
  for (let i = 0; i < rows; i++) {
    for (let j = i + 1; j < n; j++, at += FIGURES) estimate(panel, i, j, pairs, at);
  }
  return { n, pairs };
}

const count = ({ offsets }: TickPanel, i: number): number => (offsets[i + 1] ?? 0) - (offsets[i] ?? 0);

const sums = new Float32Array(LANES);

function estimate(panel: TickPanel, i: number, j: number, out: Float32Array, at: number): void {
  const [one, other] = count(panel, j) < count(panel, i) ? [j, i] : [i, j];
  const returns = count(panel, one) - 1;
  if (returns < 1) return;
  const stretch = Math.ceil(returns / LANES);
  let overlaps = 0;
  for (let lane = 0; lane < LANES; lane++) {
    const first = Math.min(lane * stretch, returns);
    overlaps += sumStretch(panel, one, other, first, Math.min(first + stretch, returns), lane);
  }
  for (let half = LANES / 2; half >= 1; half /= 2) {
    for (let lane = 0; lane < half; lane++) sums[lane] = (sums[lane] ?? 0) + (sums[lane + half] ?? 0);
  }
  const scaled = Math.fround((sums[0] ?? 0) * (panel.scales[one] ?? 0));
  out[at] = scaled * (panel.scales[other] ?? 0);
  out[at + 1] = overlaps;
}

/** Sums the terms of returns first … end − 1 of `one` into its lane; how many overlap returns of `other`. */
function sumStretch(
  { offsets, times, logPrices }: TickPanel,
  one: number,
  other: number,
  first: number,
  end: number,
  lane: number,
): number {
  const base = offsets[one] ?? 0;
  const start = offsets[other] ?? 0;
  const stop = offsets[other + 1] ?? 0;
  let total = 0;
  let partial = 0;
  let overlaps = 0;
  let time = times[base + first] ?? 0;
  let next = first < end ? firstNotBefore(times, start, stop, time) : stop;
  for (let k = first; k < end; k++) {
    const from = next < stop && times[next] === time ? next : Math.max(next, start + 1) - 1;
    time = times[base + k + 1] ?? 0;
    while (next < stop && (times[next] ?? 0) < time) next++;
    const to = Math.min(next, stop - 1);
    const moved = Math.fround((logPrices[base + k + 1] ?? 0) - (logPrices[base + k] ?? 0));
    const met = Math.fround((logPrices[to] ?? 0) - (logPrices[from] ?? 0));
    partial = Math.fround(partial + Math.fround(moved * met));
    if (to > from) overlaps++;
    if ((k - first) % CHUNK === CHUNK - 1) {
      total = Math.fround(total + partial);
      partial = 0;
    }
  }
  sums[lane] = total + partial;
  return overlaps;
}

/** The first tick of start … stop − 1 that is not before `time`; `stop` if all are. */
function firstNotBefore(times: Uint32Array, start: number, stop: number, time: number): number {
  let [low, high] = [start, stop];
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((times[middle] ?? 0) < time) low = middle + 1;
    else high = middle;
  }
  return low;
}
