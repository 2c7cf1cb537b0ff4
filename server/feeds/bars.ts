import { BAR_STATES, writeBars, writeHistory, type BarState, type History } from '../../protocol/bars.ts';
import { FrameWriter } from '../../protocol/frame.ts';
import type { Origin } from '../../protocol/origin.ts';
import type { Micros } from '../../protocol/units.ts';

export const BAR_CAPACITY = 4096;
export const BAR_MICROS = 1_000_000;
/** Behind by more, the missed bars are not sent one by one: the gap makes consoles ask for history. */
const CATCH_UP_BARS = 5;

const INVALID = BAR_STATES.indexOf('invalid');
const UPDATED = BAR_STATES.indexOf('updated');
const UNCHANGED = BAR_STATES.indexOf('unchanged');

/** What a bar needs to know of an instrument at its close. */
export interface BarSource {
  /** Mid in half ticks; 0 = none. */
  readonly mid: number;
  /** Live or quiet, its chain unbroken. */
  readonly valid: boolean;
  /** Changes of the quote since the last close. */
  readonly changes: number;
}

export interface ClosedBar {
  /** Its open time in seconds since 1970, and as many more as gaps were marked: it only goes up. */
  readonly number: number;
  readonly openAt: number;
  readonly close: Float64Array;
  readonly state: Uint8Array;
}

/**
 * 1 s bars of the mid of every instrument, and the last 4,096 of them. Numbered by time, so that a
 * restarted thread goes on about where the last one was. Pure: time comes in.
 */
export class BarSeries {
  readonly #instruments: number;
  readonly #capacity: number;
  readonly #close: Float64Array;
  readonly #state: Uint8Array;
  readonly #firstValidAt: Float64Array;
  /** Open time of the newest closed bar, and its place in the ring. */
  #openAt: number;
  #count: number;
  /** Numbers that no bar has, so that numbers and seconds since 1970 differ by so much. */
  #skipped = 0;

  /** The first bar to close opens at the whole second of `now`; those before it are invalid. */
  constructor(instruments: number, now: number, capacity = BAR_CAPACITY) {
    this.#instruments = instruments;
    this.#capacity = capacity;
    this.#close = new Float64Array(instruments * capacity);
    this.#state = new Uint8Array(instruments * capacity);
    this.#firstValidAt = new Float64Array(instruments).fill(Infinity);
    this.#openAt = Math.floor(now / BAR_MICROS) * BAR_MICROS - BAR_MICROS;
    this.#count = capacity;
  }

  /** Number of the newest closed bar. */
  get number(): number {
    return this.#openAt / BAR_MICROS + this.#skipped;
  }
  /** When the next bar closes, µs. */
  get closesAt(): number {
    return this.#openAt + 2 * BAR_MICROS;
  }

  /** Closes every bar that is over at `now` (µs) and returns those to send. */
  advance(now: number, source: (instrument: number) => BarSource): ClosedBar[] {
    const due = Math.floor((now - this.#openAt) / BAR_MICROS) - 1;
    if (due <= 0 && due > -CATCH_UP_BARS) return [];
    if (due <= -CATCH_UP_BARS || due > this.#capacity) {
      this.#reanchor(now);
      return [];
    }
    if (due > CATCH_UP_BARS) {
      for (let missed = 0; missed < due; missed++) this.#next();
      return [];
    }
    const closed: ClosedBar[] = [];
    // After a stall of our own the frames of its time are still unread: what is known now is not what
    // the mids were when those bars closed, and returns made of it would be invented.
    for (let bar = 0; bar < due; bar++) closed.push(this.#closeOne(due === 1 ? source : null));
    return closed;
  }

  /** Open time of the oldest bar kept, µs. */
  get oldestAt(): number {
    return this.#openAt - (this.#capacity - 1) * BAR_MICROS;
  }

  /** Open time of the first bar that is our own, µs; null before there is one. */
  ownSince(instrument: number): number | null {
    const at = this.#firstValidAt[instrument] ?? Infinity;
    return Number.isFinite(at) ? at : null;
  }

  /** Puts a bar from the venue's candles in the place of an invalid one before the feed was live. */
  fill(instrument: number, openAt: number, close: number, state: Exclude<BarState, 'invalid'>): boolean {
    const age = Math.round((this.#openAt - openAt) / BAR_MICROS);
    if (age < 0 || age >= this.#capacity || openAt >= (this.#firstValidAt[instrument] ?? 0)) return false;
    const at = this.#row(this.#count - age) + instrument;
    if (this.#state[at] !== INVALID) return false;
    this.#close[at] = close;
    this.#state[at] = BAR_STATES.indexOf(state);
    return true;
  }

  /** Past bars changed: skip a number, so that whoever has history asks for it again. */
  markGap(): void {
    this.#skipped += 1;
  }

  /** The last `bars` (at most the capacity) of every instrument, row by row, oldest first. */
  history(bars: number): History {
    const t = Math.max(1, Math.min(bars, this.#capacity));
    const n = this.#instruments;
    const close = new Float64Array(n * t);
    const state = new Uint8Array(n * t);
    for (let column = 0; column < t; column++) {
      const row = this.#row(this.#count - (t - 1 - column));
      for (let instrument = 0; instrument < n; instrument++) {
        close[instrument * t + column] = this.#close[row + instrument] ?? 0;
        state[instrument * t + column] = this.#state[row + instrument] ?? INVALID;
      }
    }
    return {
      span: BAR_MICROS,
      instruments: Uint16Array.from({ length: n }, (_, index) => index),
      bars: t,
      newest: this.number,
      firstOpenAt: this.#openAt - (t - 1) * BAR_MICROS,
      close,
      state,
    };
  }

  /** `source` null: nobody knows what it closed at. */
  #closeOne(source: ((instrument: number) => BarSource) | null): ClosedBar {
    this.#next();
    const row = this.#row(this.#count);
    for (let instrument = 0; source && instrument < this.#instruments; instrument++) {
      const { valid, mid, changes } = source(instrument);
      if (!valid || mid === 0) continue;
      this.#close[row + instrument] = mid;
      this.#state[row + instrument] = changes > 0 ? UPDATED : UNCHANGED;
      if (this.#openAt < (this.#firstValidAt[instrument] ?? 0)) this.#firstValidAt[instrument] = this.#openAt;
    }
    return {
      number: this.number,
      openAt: this.#openAt,
      close: this.#close.slice(row, row + this.#instruments),
      state: this.#state.slice(row, row + this.#instruments),
    };
  }

  /** Makes room for one more bar, invalid until it is filled. */
  #next(): void {
    this.#count += 1;
    this.#openAt += BAR_MICROS;
    const row = this.#row(this.#count);
    this.#close.fill(0, row, row + this.#instruments);
    this.#state.fill(INVALID, row, row + this.#instruments);
  }

  /** The clock jumped: what is here has no place on the new time line. */
  #reanchor(now: number): void {
    const before = this.number;
    this.#openAt = Math.floor(now / BAR_MICROS) * BAR_MICROS - BAR_MICROS;
    // Backwards, the numbers still go up.
    this.#skipped += Math.max(0, before + 1 - this.number);
    this.#close.fill(0);
    this.#state.fill(INVALID);
    this.#firstValidAt.fill(Infinity);
  }

  #row(count: number): number {
    return (count % this.#capacity) * this.#instruments;
  }
}

/** A closed bar as a frame of its own, encoded once for all consoles. */
export function encodeBar(bar: ClosedBar, origin: Origin, sentAt: Micros): Uint8Array {
  const writer = new FrameWriter().begin('bars', origin);
  const rows = writeBars(writer, bar.close.length, bar.number, bar.openAt);
  rows.close.set(bar.close);
  rows.state.set(bar.state);
  for (let row = 0; row < bar.close.length; row++) rows.instrument[row] = row;
  return writer.finish(sentAt);
}

export function encodeHistory(history: History, origin: Origin, sentAt: Micros): Uint8Array {
  const writer = new FrameWriter().begin('history', origin);
  writeHistory(writer, history);
  return writer.finish(sentAt);
}
