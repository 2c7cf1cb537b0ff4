import { BarRing, foldBars, type Bar } from './bar-ring.ts';

export const SECOND = 1_000_000;
export const MINUTE = 60 * SECOND;

/** How many bars of each kind are kept of one instrument. */
export interface BarsKept {
  readonly seconds: number;
  readonly minutes: number;
}

const MOST: BarsKept = { seconds: 900, minutes: 1440 };
const LEAST: BarsKept = { seconds: 120, minutes: 300 };
/** Of all instruments of a feed together: 96 bytes a bar. */
const SECONDS_OF_ALL = 500_000;
const MINUTES_OF_ALL = 1_500_000;

/** The more instruments, the shorter their past in memory: a quarter of an hour and a day of few. */
export function barsKept(instruments: number): BarsKept {
  const share = (all: number, least: number, most: number): number =>
    Math.max(least, Math.min(most, Math.floor(all / Math.max(1, instruments))));
  return {
    seconds: share(SECONDS_OF_ALL, LEAST.seconds, MOST.seconds),
    minutes: share(MINUTES_OF_ALL, LEAST.minutes, MOST.minutes),
  };
}

/**
 * The bars of one instrument from its trades, with what of them was watched: a bar that was not watched
 * whole has a gap, and whoever shows it says so. Longer bars are made of minutes when they are asked for.
 */
export class InstrumentBars {
  readonly seconds: BarRing;
  readonly minutes: BarRing;

  constructor(kept: BarsKept = MOST) {
    this.seconds = new BarRing(SECOND, kept.seconds);
    this.minutes = new BarRing(MINUTE, kept.minutes);
  }

  trade(at: number, price: number, size: number, aggressor: number): void {
    this.seconds.trade(at, price, size, aggressor);
    this.minutes.trade(at, price, size, aggressor);
  }

  cover(from: number, to: number): void {
    this.seconds.cover(from, to);
    this.minutes.cover(from, to);
  }

  mid(at: number, halfTicks: number): void {
    this.seconds.mid(at, halfTicks);
    this.minutes.mid(at, halfTicks);
  }

  /** The bar of `minutes` minutes that opens at `at`; null when nothing is known of any of it. */
  folded(at: number, minutes: number, read = (minute: number) => this.minutes.read(minute)): Bar | null {
    const parts: Bar[] = [];
    for (let part = 0; part < minutes; part++) {
      const bar = read(at + part * MINUTE);
      if (bar) parts.push(bar);
    }
    return parts.length === 0 ? null : foldBars(at, parts);
  }
}
