import { LogBuckets } from './log-buckets.ts';

/** Gaps are counted in this part of a millisecond. */
const PART = 8;
/** Before so many gaps nothing is concluded from them. */
export const ENOUGH = 1000;
const UNKNOWN_LIMIT_MS = 30_000;
const QUANTILE = 0.999;
const TIMES = 10;
/** Shorter silence is nobody's concern, however busy an instrument is. */
const FLOOR_MS = 3000;
/** Older gaps count less: all are halved at this many. */
const HALVED_AT = 65_536;

/**
 * How one instrument's messages follow each other, and from when its silence is unusual: ten times the
 * gap that 999 of 1,000 do not exceed. Pure, allocates nothing per message; ms that never step back.
 */
export class GapMeter {
  readonly #gaps = new LogBuckets();
  #lastAt: number | null = null;

  /** Of the last message, whatever came of it since; null before the first of this connection. */
  get lastAt(): number | null {
    return this.#lastAt;
  }

  message(now: number): void {
    if (this.#lastAt !== null) {
      this.#gaps.add((now - this.#lastAt) * PART);
      if (this.#gaps.samples === HALVED_AT) this.#gaps.halve();
    }
    this.#lastAt = now;
  }

  /** Another connection, or the same asked anew: the silence until then was not the instrument's. */
  restart(): void {
    this.#lastAt = null;
  }

  /** Silence beyond this is unusual. */
  get limitMs(): number {
    if (this.#gaps.samples < ENOUGH) return UNKNOWN_LIMIT_MS;
    const gap = LogBuckets.quantile([this.#gaps], QUANTILE);
    return gap === null ? UNKNOWN_LIMIT_MS : Math.max(FLOOR_MS, (TIMES * gap) / PART);
  }
}
