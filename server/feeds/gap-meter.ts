/** Buckets an octave: a quantile is told to within an eighth. */
const STEPS = 8;
const OCTAVES = 32;
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
  readonly #counts = new Uint32Array(STEPS * OCTAVES);
  #samples = 0;
  #lastAt: number | null = null;

  /** Of the last message, whatever came of it since; null before the first of this connection. */
  get lastAt(): number | null {
    return this.#lastAt;
  }

  message(now: number): void {
    if (this.#lastAt !== null) {
      const bucket = bucketOf(now - this.#lastAt);
      this.#counts[bucket] = (this.#counts[bucket] ?? 0) + 1;
      this.#samples += 1;
      if (this.#samples === HALVED_AT) this.#halve();
    }
    this.#lastAt = now;
  }

  /** Another connection, or the same asked anew: the silence until then was not the instrument's. */
  restart(): void {
    this.#lastAt = null;
  }

  /** Silence beyond this is unusual. */
  get limitMs(): number {
    if (this.#samples < ENOUGH) return UNKNOWN_LIMIT_MS;
    let beyond = this.#samples * (1 - QUANTILE);
    for (let bucket = this.#counts.length - 1; bucket >= 0; bucket--) {
      beyond -= this.#counts[bucket] ?? 0;
      if (beyond < 0) return Math.max(FLOOR_MS, TIMES * upperEdge(bucket));
    }
    return UNKNOWN_LIMIT_MS;
  }

  #halve(): void {
    this.#samples = 0;
    for (const [bucket, count] of this.#counts.entries()) {
      this.#counts[bucket] = count >> 1;
      this.#samples += count >> 1;
    }
  }
}

/** In eighths of a millisecond: the octave, and the three bits below its highest. */
function bucketOf(ms: number): number {
  const units = Math.min(Math.max(0, ms * STEPS), 0x7fffffff) | 0;
  if (units < STEPS) return units;
  const octave = 31 - Math.clz32(units);
  return (octave - 2) * STEPS + ((units >> (octave - 3)) & (STEPS - 1));
}

function upperEdge(bucket: number): number {
  if (bucket < STEPS) return (bucket + 1) / STEPS;
  const octave = Math.floor(bucket / STEPS) + 2;
  return (((bucket % STEPS) + STEPS + 1) * 2 ** (octave - 3)) / STEPS;
}
