/** Buckets an octave: a quantile is told to within an eighth. */
export const STEPS = 8;
const OCTAVES = 32;

/** Counts of whole numbers in buckets that widen with them. Allocates nothing per number. */
export class LogBuckets {
  readonly #counts = new Uint32Array(STEPS * OCTAVES);
  #samples = 0;

  get samples(): number {
    return this.#samples;
  }

  /** Cut to 0 … 2^31 − 1. */
  add(value: number): void {
    const bucket = bucketOf(value);
    this.#counts[bucket] = (this.#counts[bucket] ?? 0) + 1;
    this.#samples += 1;
  }

  clear(): void {
    this.#counts.fill(0);
    this.#samples = 0;
  }

  /** Older ones count less. */
  halve(): void {
    this.#samples = 0;
    for (const [bucket, count] of this.#counts.entries()) {
      this.#counts[bucket] = count >> 1;
      this.#samples += count >> 1;
    }
  }

  /** What this share of all of them does not exceed, as its bucket's upper edge; null without any. */
  static quantile(all: readonly LogBuckets[], share: number): number | null {
    let beyond = all.reduce((sum, { samples }) => sum + samples, 0) * (1 - share);
    if (beyond <= 0) return null;
    for (let bucket = STEPS * OCTAVES - 1; bucket >= 0; bucket--) {
      for (const each of all) beyond -= each.#counts[bucket] ?? 0;
      if (beyond < 0) return upperEdge(bucket);
    }
    return null;
  }
}

/** The octave, and the three bits below its highest. */
function bucketOf(value: number): number {
  const units = Math.min(Math.max(0, value), 0x7fffffff) | 0;
  if (units < STEPS) return units;
  const octave = 31 - Math.clz32(units);
  return (octave - 2) * STEPS + ((units >> (octave - 3)) & (STEPS - 1));
}

function upperEdge(bucket: number): number {
  if (bucket < STEPS) return bucket + 1;
  const octave = Math.floor(bucket / STEPS) + 2;
  return ((bucket % STEPS) + STEPS + 1) * 2 ** (octave - 3);
}
