import type { TickPanel } from './ticks.ts';

/**
 * What the kernel is asked for a stretch of time and a lag. Of n instruments it makes 2n rows: row i has the
 * ticks of instrument i whose returns end in [from, to), row n + j those of instrument j that such a return
 * can meet, `lag` earlier than they were. The figure of rows i and n + j is then what the returns of i in the
 * stretch have in common with those of j `lag` later, as a part of ρ over the whole panel: over stretches that
 * follow on each other the parts add up to it, so that a return over an edge counts once.
 *
 * @param from and `to` and `lag` in the panel's counts
 */
export function laggedStretch(panel: TickPanel, from: number, to: number, lag: number): TickPanel {
  const { n } = panel;
  const leading = Array.from({ length: n }, (_, i) => endingWithin(panel, i, from, to));
  const begins = leading.reduce(
    (least, { first, end }) => (end > first ? Math.min(least, panel.times[first] ?? 0) : least),
    Infinity,
  );
  const rows = [
    ...leading,
    ...Array.from({ length: n }, (_, j) => meeting(panel, j, begins + lag, to + lag)),
  ];
  const offsets = new Uint32Array(2 * n + 1);
  rows.forEach(({ first, end }, row) => (offsets[row + 1] = (offsets[row] ?? 0) + end - first));
  const total = offsets[2 * n] ?? 0;
  const times = new Uint32Array(total);
  const logPrices = new Int32Array(total);
  rows.forEach(({ first, end }, row) => {
    const at = offsets[row] ?? 0;
    // Times cannot be below 0: the leaders are later by the lag, and the followers as they were.
    const later = row < n ? lag : 0;
    for (let k = first; k < end; k++) times[at + k - first] = (panel.times[k] ?? 0) + later;
    logPrices.set(panel.logPrices.subarray(first, end), at);
  });
  const scales = new Float32Array(2 * n);
  scales.set(panel.scales);
  scales.set(panel.scales, n);
  return { n: 2 * n, offsets, times, logPrices, scales, dropped: new Uint32Array(2 * n) };
}

/** Places first … end − 1 among the panel's ticks. */
interface Places {
  readonly first: number;
  readonly end: number;
}

const NONE: Places = { first: 0, end: 0 };

/** A return belongs to the stretch in which it ends; the tick that it begins with may be long before. */
function endingWithin(panel: TickPanel, i: number, from: number, to: number): Places {
  const { start, stop } = rowOf(panel, i);
  const first = Math.max(start, firstNotBefore(panel, start, stop, from) - 1);
  const end = firstNotBefore(panel, start, stop, to);
  return end - first < 2 ? NONE : { first, end };
}

/** From the last tick that is not after `from` to the first that is not before `to`; none where nothing begins. */
function meeting(panel: TickPanel, j: number, from: number, to: number): Places {
  const { start, stop } = rowOf(panel, j);
  if (from === Infinity) return NONE;
  const first = Math.max(start, firstNotBefore(panel, start, stop, from + 1) - 1);
  const end = Math.min(stop, firstNotBefore(panel, start, stop, to) + 1);
  return end - first < 2 ? NONE : { first, end };
}

const rowOf = ({ offsets }: TickPanel, i: number): { start: number; stop: number } => ({
  start: offsets[i] ?? 0,
  stop: offsets[i + 1] ?? 0,
});

function firstNotBefore({ times }: TickPanel, start: number, stop: number, time: number): number {
  let [low, high] = [start, stop];
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((times[middle] ?? 0) < time) low = middle + 1;
    else high = middle;
  }
  return low;
}
