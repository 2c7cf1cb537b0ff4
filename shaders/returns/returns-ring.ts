import { BAR_SPANS, type Bars, type History } from '../../protocol/bars.ts';
import type { CorrelationInput } from '../correlation/panel.ts';
import { barState, logReturn, type Close } from './log-returns.ts';

/** A bar so much older than the newest was not overtaken by history: it is of another line of time. */
const LATE_BARS = 16;

/** What is given out is the caller's own, to hand on to another thread. */
interface RingWindow extends CorrelationInput {
  readonly returns: Float64Array<ArrayBuffer>;
  readonly valid: Uint32Array<ArrayBuffer>;
}

/**
 * The last returns of a fixed set of instruments, one column a bar, fed by bars of one span and filled at
 * the start by their history. Memory is fixed: n × capacity returns.
 */
export class ReturnsRing {
  readonly #row = new Map<number, number>();
  readonly #capacity: number;
  readonly #span: number;
  /** Row by row; column `bar % capacity`. NaN = no return. */
  readonly #returns: Float64Array;
  #last: (Close | null)[];
  #newest: number | null = null;
  #newestOpenAt = Number.NaN;
  #filled = 0;

  /**
   * @param instruments their numbers, in the order of the matrix's rows
   * @param capacity bars kept
   * @param span how long a bar is, µs
   */
  constructor(instruments: ArrayLike<number>, capacity: number, span: number = BAR_SPANS['1s']) {
    this.#span = span;
    for (let i = 0; i < instruments.length; i++) this.#row.set(instruments[i] ?? -1, i);
    this.#capacity = Math.max(1, Math.floor(capacity));
    this.#returns = new Float64Array(this.#row.size * this.#capacity).fill(Number.NaN);
    this.#last = this.#nothing();
  }

  get instruments(): number {
    return this.#row.size;
  }

  /** Bars held, missing ones included. */
  get length(): number {
    return this.#filled;
  }

  /** Number and open time (µs) of the newest bar; null before the first. */
  get newest(): { readonly number: number; readonly openAt: number } | null {
    return this.#newest === null ? null : { number: this.#newest, openAt: this.#newestOpenAt };
  }

  /** Replaces everything by a history; instruments that are not rows here are left out. */
  load(history: History): void {
    this.clear();
    const { instruments, bars, newest, firstOpenAt, close, state } = history;
    const step = (at: number): number => firstOpenAt + at * this.#span;
    for (let at = Math.max(0, bars - this.#capacity - 1); at < bars; at++) {
      const closes = this.#nothing();
      instruments.forEach((instrument, k) => {
        const row = this.#row.get(instrument);
        const cell = k * bars + at;
        if (row !== undefined) closes[row] = { close: close[cell] ?? 0, state: barState(state[cell] ?? 0) };
      });
      this.#append(newest - (bars - 1 - at), step(at), closes);
    }
  }

  /**
   * Takes the next bar. One that is already there changes nothing. False: bars were missed (their
   * returns are invalid), or the bar is of another line of time (whoever numbers them started again)
   * and all before it was dropped: it is worth asking for history again.
   */
  push({ number, openAt, rows }: Bars): boolean {
    const closes = this.#closesOf(rows);
    if (this.#newest === null) {
      this.#append(number, openAt, closes);
      return true;
    }
    const ahead = number - this.#newest;
    // Open times go up with the numbers, except where the clock that they were taken from was stepped.
    const inStep = openAt - this.#newestOpenAt === ahead * this.#span;
    if (ahead <= 0) {
      if (inStep && -ahead < LATE_BARS) return true;
      this.clear();
      this.#append(number, openAt, closes);
      return false;
    }
    if (ahead > 1 || !inStep) this.#skip(ahead - 1);
    this.#append(number, openAt, closes);
    return ahead === 1 && inStep;
  }

  clear(): void {
    this.#returns.fill(Number.NaN);
    this.#last = this.#nothing();
    this.#newest = null;
    this.#newestOpenAt = Number.NaN;
    this.#filled = 0;
  }

  /** The newest `bars` columns (fewer if fewer are held), oldest first, for `CorrelationEngine.compute`. */
  window(bars: number, lambda: number | null = null): RingWindow {
    const n = this.instruments;
    const t = Math.max(0, Math.min(Math.floor(bars), this.#filled));
    const words = Math.ceil(t / 32);
    const returns = new Float64Array(n * t);
    const valid = new Uint32Array(n * words);
    // In the order of time: what lies up to the ring's end, then what begins it anew.
    const start = this.#column((this.#newest ?? 0) - t + 1);
    const turn = Math.min(t, this.#capacity - start);
    for (let i = 0; i < n; i++) {
      const row = i * this.#capacity;
      returns.set(this.#returns.subarray(row + start, row + start + turn), i * t);
      returns.set(this.#returns.subarray(row, row + t - turn), i * t + turn);
      markReturns(returns, i * t, t, valid, i * words);
    }
    return { returns, valid, n, t, lambda };
  }

  #closesOf(rows: Bars['rows']): (Close | null)[] {
    const closes = this.#nothing();
    rows.instrument.forEach((instrument, k) => {
      const row = this.#row.get(instrument);
      if (row !== undefined) closes[row] = { close: rows.close[k] ?? 0, state: barState(rows.state[k] ?? 0) };
    });
    return closes;
  }

  #append(number: number, openAt: number, closes: (Close | null)[]): void {
    const column = this.#column(number);
    closes.forEach((now, row) => {
      const value = now === null ? null : logReturn(this.#last[row] ?? null, now);
      this.#returns[row * this.#capacity + column] = value ?? Number.NaN;
    });
    // The very first bar is only where returns start from.
    if (this.#newest !== null) this.#filled = Math.min(this.#filled + 1, this.#capacity);
    this.#last = closes;
    this.#newest = number;
    this.#newestOpenAt = openAt;
  }

  /** Columns of bars that never came: no return there, none across them. */
  #skip(missed: number): void {
    const from = (this.#newest ?? 0) + 1;
    for (let k = Math.max(0, missed - this.#capacity); k < missed; k++) {
      const column = this.#column(from + k);
      for (let row = 0; row < this.instruments; row++) {
        this.#returns[row * this.#capacity + column] = Number.NaN;
      }
    }
    this.#filled = Math.min(this.#filled + missed, this.#capacity);
    this.#last = this.#nothing();
  }

  #column(bar: number): number {
    return ((bar % this.#capacity) + this.#capacity) % this.#capacity;
  }

  #nothing(): (Close | null)[] {
    return Array.from({ length: this.#row.size }, () => null);
  }
}

/** Sets the bit of each return of a row that is there, and 0 where there is none. */
function markReturns(returns: Float64Array, from: number, t: number, valid: Uint32Array, word: number): void {
  for (let first = 0; first < t; first += 32, word++) {
    let bits = 0;
    for (let k = first, end = Math.min(t, first + 32); k < end; k++) {
      if (Number.isNaN(returns[from + k])) returns[from + k] = 0;
      else bits |= 1 << (k & 31);
    }
    valid[word] = bits;
  }
}
