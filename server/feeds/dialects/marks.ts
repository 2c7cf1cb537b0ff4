import type { MarketMessage } from '../market-message.ts';

export interface Mark {
  /** Ticks, 0 = not said. */
  markPrice: number;
  indexPrice: number;
  /** 10^-8, NaN = not said. */
  fundingRate: number;
  /** µs since 1970, 0 = not said. */
  nextFundingAt: number;
}

/**
 * What was last said of each instrument's mark, index and funding: venues send them apart, or only
 * what changed, and a `mark` message says all of them.
 */
export class Marks {
  readonly #marks = new Map<number, Mark>();

  /** Of the instrument at this index; to be changed in place. */
  of(instrument: number): Mark {
    const known = this.#marks.get(instrument);
    if (known) return known;
    const mark = { markPrice: 0, indexPrice: 0, fundingRate: Number.NaN, nextFundingAt: 0 };
    this.#marks.set(instrument, mark);
    return mark;
  }

  fill(instrument: number, into: MarketMessage): void {
    Object.assign(into, this.of(instrument));
  }
}
