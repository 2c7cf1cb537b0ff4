import type { BarRing } from './bar-ring.ts';
import { MINUTE } from './instrument-bars.ts';
import type { MinuteRow } from './minute-rows.ts';

/** Trades of a minute may still be on their way for so long after its end. */
const GRACE_MICROS = 3_000_000;

/** Which minutes are over and not yet told of, of all instruments at once. Pure; the venue's clock. */
export class MinuteLog {
  readonly #rings: readonly BarRing[];
  /** Open time of the first minute that was not told. */
  #next: number;

  constructor(rings: readonly BarRing[], now: number) {
    this.#rings = rings;
    this.#next = Math.floor(now / MINUTE) * MINUTE;
  }

  /** The minutes that closed since the last call; those of which nothing is known are left out. */
  closed(now: number): MinuteRow[] {
    const to = Math.floor((now - GRACE_MICROS) / MINUTE) * MINUTE;
    // The clock was stepped back: what was told is not told again.
    if (to <= this.#next) return [];
    return this.#until(to);
  }

  /** Also what is still open. */
  rest(): MinuteRow[] {
    return this.#until(this.#next + 2 * MINUTE);
  }

  #until(to: number): MinuteRow[] {
    const rows: MinuteRow[] = [];
    for (let at = this.#next; at < to; at += MINUTE) {
      this.#rings.forEach((ring, instrument) => {
        const bar = ring.read(at);
        if (bar && (bar.trades > 0 || bar.covered > 0)) rows.push({ instrument, bar });
      });
    }
    this.#next = to;
    return rows;
  }
}
