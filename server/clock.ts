import type { Micros } from '../protocol/units.ts';

/** Stops what it was returned for; harmless the second time. */
export type Cancel = () => void;

/**
 * Time as the server reads it, injected so that tests own it.
 *
 * The wall clock is for people and records, the monotonic clock for durations, windows and
 * time-outs: a step of the wall clock must not change what a window counts.
 */
export interface Clock {
  /** UTC, whole µs since 1970. Runs on the monotonic clock between two anchors. */
  wallMicros(): Micros;
  /** The same in ns, as finely as the machine tells them. */
  wallNanos(): bigint;
  /** µs that never step back, from an arbitrary start; the same for all threads of a process. */
  monotonicMicros(): number;
  /** The same in ns. */
  monotonicNanos(): bigint;
  /** Runs `run` once, after `afterMs` milliseconds of monotonic time. */
  setTimer(afterMs: number, run: () => void): Cancel;
  /** Runs `run` every `everyMs` milliseconds until cancelled. */
  setRepeating(everyMs: number, run: () => void): Cancel;
}

/** The machine's wall clock moved by `byMicros` against the monotonic clock between two anchors. */
export interface ClockStep {
  readonly byMicros: number;
  readonly at: Micros;
}

export interface SystemTime {
  /** Unix time in ms, as `Date.now()`. */
  dateNow(): number;
  /** Monotonic ns, as `process.hrtime.bigint()`. */
  hrtime(): bigint;
}

const realTime: SystemTime = { dateNow: () => Date.now(), hrtime: () => process.hrtime.bigint() };

/** A difference up to this is drift, taken up smoothly; more is a step. `Date.now()` is read to 1 ms. */
export const STEP_MICROS = 50_000;
const ANCHOR_MS = 1000;
const SMOOTHING = 16;

/**
 * The system's clock: epoch = anchor + monotonic time, the anchor corrected each second. Drift is
 * taken up by a sixteenth a second, a step at once and told to `onStep`.
 *
 * `shiftMicros` moves the wall clock (demo profile only); hand the same shift to every thread.
 */
export class SystemClock implements Clock {
  readonly #time: SystemTime;
  readonly #shift: number;
  readonly #listeners = new Set<(step: ClockStep) => void>();
  #anchor: number;
  /** The anchor and the shift, whole ns: what a record's time adds to the monotonic clock. */
  #anchorNanos = 0n;
  #offsetMicros: number | null = null;

  constructor(shiftMicros = 0, time: SystemTime = realTime) {
    this.#time = time;
    this.#shift = Math.round(shiftMicros);
    this.#anchor = this.#measure();
    this.#setAnchorNanos();
  }

  wallMicros(): Micros {
    return (Math.round(this.#anchor + this.monotonicMicros()) + this.#shift) as Micros;
  }

  wallNanos(): bigint {
    return this.monotonicNanos() + this.#anchorNanos;
  }

  monotonicMicros(): number {
    return Number(this.#time.hrtime()) / 1000;
  }

  monotonicNanos(): bigint {
    return this.#time.hrtime();
  }

  setTimer(afterMs: number, run: () => void): Cancel {
    const timer = setTimeout(run, afterMs);
    return () => clearTimeout(timer);
  }

  setRepeating(everyMs: number, run: () => void): Cancel {
    const timer = setInterval(run, everyMs);
    return () => clearInterval(timer);
  }

  /** Re-anchors each second until cancelled. One owner, `main`, runs it in each thread. */
  keepAnchored(): Cancel {
    const timer = setInterval(() => this.anchor(), ANCHOR_MS);
    timer.unref();
    return () => clearInterval(timer);
  }

  onStep(listener: (step: ClockStep) => void): Cancel {
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  }

  /** The last difference between the machine's clock and the anchored one, µs; null before the first. */
  offsetMicros(): number | null {
    return this.#offsetMicros;
  }

  /** One re-anchoring; public so that a test drives it. */
  anchor(): void {
    const difference = this.#measure() - this.#anchor;
    this.#offsetMicros = difference;
    if (Math.abs(difference) <= STEP_MICROS) {
      this.#anchor += difference / SMOOTHING;
      this.#setAnchorNanos();
      return;
    }
    this.#anchor += difference;
    this.#setAnchorNanos();
    const step = { byMicros: Math.round(difference), at: this.wallMicros() };
    for (const listener of this.#listeners) listener(step);
  }

  #setAnchorNanos(): void {
    this.#anchorNanos = BigInt(Math.round(this.#anchor) + this.#shift) * 1000n;
  }

  /** Epoch µs at monotonic 0. Takes the narrowest of three brackets, so that a pause is not a step. */
  #measure(): number {
    let best = 0;
    let width = Infinity;
    for (let i = 0; i < 3; i++) {
      const before = this.monotonicMicros();
      // Date.now() cuts to whole ms: the middle of that ms is the best guess.
      const epoch = this.#time.dateNow() * 1000 + 500;
      const after = this.monotonicMicros();
      if (after - before >= width) continue;
      width = after - before;
      best = epoch - (before + after) / 2;
    }
    return best;
  }
}

/** By how much the wall clock must be moved to read `startIso` (RFC 3339) now; NaN when it is no time. */
export function shiftTo(startIso: string, nowMs = Date.now()): number {
  return (Date.parse(startIso) - nowMs) * 1000;
}
