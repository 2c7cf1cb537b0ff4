import { BAR_SPANS, BAR_STATES, type Bars, type History } from '../../protocol/bars.ts';

const SECOND = BAR_SPANS['1s'];
const INVALID = BAR_STATES.indexOf('invalid');
const UPDATED = BAR_STATES.indexOf('updated');
const UNCHANGED = BAR_STATES.indexOf('unchanged');

interface Seen {
  seconds: number;
  moved: boolean;
}

/**
 * Bars of a second to longer ones, numbered by their open time in spans. A longer bar is whole when each of
 * its seconds was there and valid; else it is invalid, and has no return.
 */
export class BarFold {
  readonly #span: number;
  #openAt = Number.NaN;
  #nextAt = Number.NaN;
  readonly #seen = new Map<number, Seen>();

  /** `span` in µs. */
  constructor(span: number) {
    this.#span = span;
  }

  /** The longer bar that this second ends; null: it goes on. */
  take({ openAt, rows }: Bars): Bars | null {
    const own = Math.floor(openAt / this.#span) * this.#span;
    // Seconds that come twice, late or from another line of time make no whole bar.
    if (own !== this.#openAt || openAt !== this.#nextAt) this.#seen.clear();
    this.#openAt = own;
    this.#nextAt = openAt + SECOND;
    for (let row = 0; row < rows.instrument.length; row++) {
      const state = rows.state[row] ?? INVALID;
      if (state === INVALID) continue;
      const instrument = rows.instrument[row] ?? 0;
      const seen = this.#seen.get(instrument) ?? { seconds: 0, moved: false };
      seen.seconds++;
      seen.moved ||= state === UPDATED;
      this.#seen.set(instrument, seen);
    }
    if (openAt + SECOND !== own + this.#span) return null;
    const state = Uint8Array.from(rows.instrument, (instrument) => this.#stateOf(instrument));
    this.#seen.clear();
    return { number: own / this.#span, openAt: own, rows: { ...rows, close: rows.close.slice(), state } };
  }

  /** What the seconds of a history say of the bar that is open at their end. */
  load(history: History): void {
    const { bars, newest, firstOpenAt, instruments } = history;
    for (let at = Math.max(0, bars - this.#span / SECOND); at < bars; at++) {
      const cells = (of: ArrayLike<number>): number[] =>
        Array.from(instruments, (_, row) => of[row * bars + at] ?? 0);
      this.take({
        number: newest - (bars - 1 - at),
        openAt: firstOpenAt + at * SECOND,
        rows: {
          instrument: instruments,
          close: Float64Array.from(cells(history.close)),
          state: Uint8Array.from(cells(history.state)),
        },
      });
    }
  }

  #stateOf(instrument: number): number {
    const seen = this.#seen.get(instrument);
    if (seen?.seconds !== this.#span / SECOND) return INVALID;
    return seen.moved ? UPDATED : UNCHANGED;
  }
}
