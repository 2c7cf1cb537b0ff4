/** Detectors over the market's own past: what is usual is learnt from it, and said when it is not yet known. */
import { ok, refuse, type Result } from '../../protocol/result.ts';
import { isPresent, type ReturnsPanel } from '../../shaders/analyses/returns-panel.ts';
import {
  CoExceedanceDetector,
  CO_EXCEEDANCE,
  type CoExceedance,
} from '../../shaders/detectors/co-exceedance.ts';
import { FlashCrashDetector, isFlashCrash } from '../../shaders/detectors/flash-crash.ts';
import { fitRegime, RegimeFilter } from '../../shaders/detectors/volatility-regime.ts';
import type { Wildness } from './report.ts';

/** Returns without a horizon of their own: of a few seconds. */
export type Steps = Omit<ReturnsPanel, 'horizon'>;

/** How wild the market is now: of the mean of its returns. */
export function wildness(steps: Steps): Result<Wildness> {
  const index = marketReturns(steps);
  const known = index.filter(Number.isFinite);
  if (known.length < LEAST_STEPS) {
    return refuse('too-few-samples', `${known.length} of ${LEAST_STEPS} steps of the market are known.`);
  }
  const model = fitRegime(known);
  // One state tells it as well as two: nothing is wild.
  if (!model) {
    const size = Math.sqrt(known.reduce((sum, r) => sum + r * r, 0) / known.length);
    return size > 0 ? ok({ probability: 0, size }) : refuse('still', 'The market does not move.');
  }
  const filter = new RegimeFilter(model);
  const probability = index.reduce((_, value) => filter.step(value), 0);
  const size = Math.sqrt(probability * model.wild ** 2 + (1 - probability) * model.calm ** 2);
  return ok({ probability, size });
}

/** `fitRegime` needs 100; fewer than twice as many hardly tell two states. */
const LEAST_STEPS = 200;
/** Half of the rows at least: the mean of fewer is another market's. */
const LEAST_SHARE = 0.5;

function marketReturns(steps: Steps): Float64Array {
  const { n, t, returns } = steps;
  return Float64Array.from({ length: t }, (_, k) => {
    let [count, sum] = [0, 0];
    for (let i = 0; i < n; i++) {
      if (!isPresent(steps, i, k)) continue;
      count++;
      sum += returns[i * t + k] ?? 0;
    }
    return count > 0 && count >= LEAST_SHARE * n ? sum / count : Number.NaN;
  });
}

/**
 * Who crashes in the newest step. Of closes alone a crash is not told: where the spread is not known for
 * most of the past, the instrument is not watched yet.
 *
 * @param spreadAt of row i at µs, as a share of the price; null: not known.
 */
export function flashCrashes(
  steps: Steps,
  spreadAt: (row: number, at: number) => number | null,
): Result<{ readonly crashing: readonly string[]; readonly watched: number }> {
  const crashing: string[] = [];
  let watched = 0;
  steps.names.forEach((name, i) => {
    const detector = new FlashCrashDetector();
    let close = 1;
    let signs: ReturnType<FlashCrashDetector['step']> = null;
    for (let k = 0; k < steps.t; k++) {
      signs = null;
      // A step that is not known is no fall: the price goes on where it is seen again.
      if (!isPresent(steps, i, k)) continue;
      close *= Math.exp(steps.returns[i * steps.t + k] ?? 0);
      signs = detector.step({ close, spread: spreadAt(i, steps.times[k] ?? 0), volume: null });
    }
    if (!signs || signs.spread === null) return;
    watched++;
    if (isFlashCrash(signs)) crashing.push(name);
  });
  if (watched === 0) return refuse('learning', 'What is usual is not yet known of any instrument.');
  return ok({ crashing, watched });
}

/** Follows the minutes of a fixed set of rows; keeps 4,000 of them at most. */
export class MinuteCascades {
  readonly #detector: CoExceedanceDetector;
  #steppedTo = -Infinity;
  #seen = 0;
  #last: CoExceedance | null = null;

  /** @param rows in each panel that it is given. */
  constructor(rows: number) {
    this.#detector = new CoExceedanceDetector(rows);
  }

  /** Steps through the minutes that are new; the newest cascade among them, else the newest step. */
  step(minutes: ReturnsPanel): Result<CoExceedance> {
    let found: CoExceedance | null = null;
    const values = new Float64Array(minutes.n);
    for (let k = 0; k < minutes.t; k++) {
      const at = minutes.times[k] ?? Number.NaN;
      if (!(at > this.#steppedTo)) continue;
      this.#steppedTo = at;
      for (let i = 0; i < minutes.n; i++) {
        values[i] = isPresent(minutes, i, k)
          ? (minutes.returns[i * minutes.t + k] ?? Number.NaN)
          : Number.NaN;
      }
      const stepped = this.#detector.step(values);
      if (stepped.of > 0) this.#seen++;
      if (stepped.isCascade || found?.isCascade !== true) found = stepped;
    }
    this.#last = found ?? this.#last;
    if (this.#last !== null && this.#last.usual !== null) return ok(this.#last);
    return refuse('learning', `${this.#seen} of ${LEARNT} minutes are known of what is usual.`);
  }
}

const LEARNT = Math.ceil(0.5 / CO_EXCEEDANCE.rare);
