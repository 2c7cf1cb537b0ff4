/**
 * What every backend of the Hayashi–Yoshida estimator reads: each instrument's own ticks, with no grid
 * laid over them. Log prices are integers, so that a difference of two is exact: from f32 log prices
 * a correlation would be off by 6e-4.
 */

export interface TickSeries {
  /** Milliseconds, in the order in which they came. */
  readonly times: ArrayLike<number>;
  readonly prices: ArrayLike<number>;
}

export interface TickPanel {
  readonly n: number;
  /** CSR: instrument i has ticks offsets[i] … offsets[i + 1] − 1. */
  readonly offsets: Uint32Array<ArrayBuffer>;
  /** Counts of the resolution since the panel's first tick, rising within an instrument. */
  readonly times: Uint32Array<ArrayBuffer>;
  /** log(price / first price), in units of the instrument's largest · 2⁻²⁹. */
  readonly logPrices: Int32Array<ArrayBuffer>;
  /** 1 / √Σ Δ² of each instrument in those units; 0 where it did not move, and then it has no ticks. */
  readonly scales: Float32Array<ArrayBuffer>;
  /** Ticks left out of each instrument: no price, no time, or a time before the last one's. */
  readonly dropped: Uint32Array<ArrayBuffer>;
}

const LARGEST = 2 ** 29;
const WORDS = 2 ** 32;

/**
 * @param resolution milliseconds a count; ticks of the same count collapse to the last of them
 * @throws RangeError when the ticks span 2³² counts or more, or the resolution is none.
 */
export function buildTickPanel(series: readonly TickSeries[], resolution = 1): TickPanel {
  if (!(resolution > 0 && resolution < Infinity)) {
    throw new RangeError(`A resolution is a number of milliseconds above 0, not ${resolution}.`);
  }
  const cleaned = series.map((ticks) => clean(ticks, resolution));
  const starts = cleaned.flatMap(({ counts }) => counts.slice(0, 1));
  const origin = starts.reduce((a, b) => Math.min(a, b), Infinity);
  const offsets = new Uint32Array(series.length + 1);
  cleaned.forEach(({ counts }, i) => (offsets[i + 1] = (offsets[i] ?? 0) + counts.length));
  const total = offsets[series.length] ?? 0;
  const panel: TickPanel = {
    n: series.length,
    offsets,
    times: new Uint32Array(total),
    logPrices: new Int32Array(total),
    scales: new Float32Array(series.length),
    dropped: Uint32Array.from(cleaned, ({ dropped }) => dropped),
  };
  cleaned.forEach(({ counts, logs }, i) => {
    const from = offsets[i] ?? 0;
    if ((counts.at(-1) ?? 0) - origin >= WORDS) {
      throw new RangeError(
        `Ticks span ${WORDS} counts of ${resolution} ms or more: take a coarser resolution.`,
      );
    }
    panel.times.set(
      counts.map((count) => count - origin),
      from,
    );
    panel.scales[i] = writeLogPrices(logs, panel.logPrices.subarray(from, from + logs.length));
  });
  return panel;
}

interface CleanTicks {
  /** Of the resolution since the epoch. */
  readonly counts: readonly number[];
  readonly logs: readonly number[];
  readonly dropped: number;
}

function clean({ times, prices }: TickSeries, resolution: number): CleanTicks {
  const counts: number[] = [];
  const logs: number[] = [];
  let dropped = 0;
  for (let k = 0; k < times.length; k++) {
    const count = Math.floor((times[k] ?? Number.NaN) / resolution);
    const log = Math.log(prices[k] ?? Number.NaN);
    const last = counts.at(-1) ?? -Infinity;
    if (!Number.isFinite(count) || !Number.isFinite(log) || count < last) {
      dropped++;
      continue;
    }
    if (count === last) logs[logs.length - 1] = log;
    else {
      counts.push(count);
      logs.push(log);
    }
  }
  // One that never moved correlates with nothing: it has no ticks, rather than ticks of no scale.
  const still = logs.every((log) => log === logs[0]);
  return still ? { counts: [], logs: [], dropped } : { counts, logs, dropped };
}

/** @returns the instrument's 1 / √Σ Δ² in the units written. */
function writeLogPrices(logs: readonly number[], out: Int32Array): number {
  const first = logs[0] ?? 0;
  const largest = logs.reduce((most, log) => Math.max(most, Math.abs(log - first)), 0);
  let squares = 0;
  logs.forEach((log, k) => {
    out[k] = Math.round(((log - first) / largest) * LARGEST);
    if (k > 0) squares += ((out[k] ?? 0) - (out[k - 1] ?? 0)) ** 2;
  });
  return squares > 0 ? 1 / Math.sqrt(squares) : 0;
}
