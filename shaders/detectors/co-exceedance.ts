/**
 * A cascade: more of the market falls far at once than it does on its own bad days. A fall is far below
 * minus `far` of the instrument's own standard deviations, which are of the steps before, with weights that fade.
 */
export interface CoExceedance {
  /** Instruments that fell far in this step, of how many that have one and a size to compare with. */
  readonly down: number;
  readonly of: number;
  /** The count that this market passes once in `1 / rare` steps by its own past; null until it has enough of it. */
  readonly usual: number | null;
  readonly isCascade: boolean;
}

export interface CoExceedanceOptions {
  readonly far: number;
  /** Steps of the past that say what is usual. */
  readonly memory: number;
  readonly rare: number;
  /** No cascade below this share of the market, whatever is usual. */
  readonly leastShare: number;
}

/** Half the weight is gone after 0.69 / 0.02 = 35 steps. */
const FADES = 0.02;
const WARM = 30;

export const CO_EXCEEDANCE: CoExceedanceOptions = { far: 3, memory: 4000, rare: 0.0005, leastShare: 0.25 };

export class CoExceedanceDetector {
  readonly #options: CoExceedanceOptions;
  readonly #variance: Float64Array<ArrayBuffer>;
  readonly #seen: Uint32Array<ArrayBuffer>;
  /** The last `memory` counts, and how often each of them is there. */
  readonly #past: number[] = [];
  readonly #times: Uint32Array<ArrayBuffer>;

  /** @param n instruments. */
  constructor(n: number, options: CoExceedanceOptions = CO_EXCEEDANCE) {
    this.#options = options;
    this.#variance = new Float64Array(n);
    this.#seen = new Uint32Array(n);
    this.#times = new Uint32Array(n + 1);
  }

  /** @param returns one of each instrument, NaN where there is none. */
  step(returns: Float64Array): CoExceedance {
    const { far, memory, leastShare } = this.#options;
    let [down, of] = [0, 0];
    for (const [i, value] of returns.entries()) {
      if (!Number.isFinite(value)) continue;
      const variance = this.#variance[i] ?? 0;
      if ((this.#seen[i] ?? 0) >= WARM && variance > 0) {
        of++;
        if (value < -far * Math.sqrt(variance)) down++;
      }
      this.#learn(i, value, variance, far);
    }
    const usual = this.#usual();
    const isCascade = usual !== null && of > 0 && down > usual && down >= leastShare * of;
    // What is usual is told by what was: this step is not yet of it.
    if (of > 0) this.#remember(down, memory);
    return { down, of, usual, isCascade };
  }

  /** One wild print moves its size as far as `far` of them would, and no further. */
  #learn(i: number, value: number, variance: number, far: number): void {
    const seen = this.#seen[i] ?? 0;
    const weight = Math.max(FADES, 1 / (seen + 1));
    const bounded = seen >= WARM ? Math.min(value * value, far * far * variance) : value * value;
    this.#variance[i] = (1 - weight) * variance + weight * bounded;
    this.#seen[i] = seen + 1;
  }

  #remember(down: number, memory: number): void {
    this.#past.push(down);
    this.#times[down] = (this.#times[down] ?? 0) + 1;
    const old = this.#past.length > memory ? this.#past.shift() : undefined;
    if (old !== undefined) this.#times[old] = (this.#times[old] ?? 0) - 1;
  }

  #usual(): number | null {
    const { memory, rare } = this.#options;
    if (this.#past.length < Math.min(memory, Math.ceil(0.5 / rare))) return null;
    let left = rare * this.#past.length;
    for (let count = this.#times.length - 1; count > 0; count--) {
      left -= this.#times[count] ?? 0;
      if (left < 0) return count;
    }
    return 0;
  }
}
