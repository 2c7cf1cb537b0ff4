/**
 * Realised volatility of the mid over the last `seconds` seconds: the square root of the mean squared
 * log return of 1 s, per √s. A second whose mid, or whose forerunner's, is not known gives no
 * return and is not counted. Pure, f64.
 */
export class Volatility {
  readonly seconds: number;
  /** Squared returns; NaN where there is none. */
  readonly #squares: Float64Array;
  #at = 0;
  #mid = 0;

  constructor(seconds: number) {
    this.seconds = seconds;
    this.#squares = new Float64Array(seconds).fill(Number.NaN);
  }

  /** The mid at the end of the next second; 0 = not known. */
  second(mid: number): void {
    this.#at = (this.#at + 1) % this.seconds;
    const before = this.#mid;
    this.#mid = mid;
    if (mid === 0 || before === 0) this.#squares[this.#at] = Number.NaN;
    else this.#squares[this.#at] = mid === before ? 0 : Math.log(mid / before) ** 2;
  }

  /** `value` null without a return. */
  read(): { readonly value: number | null; readonly returns: number } {
    let sum = 0;
    let returns = 0;
    for (let at = 0; at < this.seconds; at++) {
      const square = this.#squares[at] ?? Number.NaN;
      if (Number.isNaN(square)) continue;
      sum += square;
      returns += 1;
    }
    return { value: returns === 0 ? null : Math.sqrt(sum / returns), returns };
  }
}
