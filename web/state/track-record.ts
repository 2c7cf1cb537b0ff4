import type { Direction } from './horizon-signals.ts';

/** Below so many judged forecasts no rate is worth a look. */
export const ENOUGH = 100;

export interface Tally {
  readonly hits: number;
  /** Forecasts that came out one way or the other. */
  readonly judged: number;
  /** Of these, how many came out up (of a regime: wild). */
  readonly ups: number;
  /** Came out neither way: they count for nothing. */
  readonly ties: number;
}

export const NO_TALLY: Tally = { hits: 0, judged: 0, ups: 0, ties: 0 };

export function judged(tally: Tally, says: Direction, came: Direction): Tally {
  if (says === 0) return tally;
  if (came === 0) return { ...tally, ties: tally.ties + 1 };
  return {
    ...tally,
    hits: tally.hits + (says === came ? 1 : 0),
    judged: tally.judged + 1,
    ups: tally.ups + (came === 1 ? 1 : 0),
  };
}

export interface HitRate {
  readonly rate: number;
  /** 95 % interval (Wilson). */
  readonly low: number;
  readonly high: number;
  /** What always saying the commoner outcome would have hit. */
  readonly constant: number;
}

/** Null: not enough was judged. */
export function hitRate({ hits, judged: n, ups }: Tally): HitRate | null {
  if (n < ENOUGH) return null;
  const z = 1.959963984540054;
  const rate = hits / n;
  const centre = (rate + (z * z) / (2 * n)) / (1 + (z * z) / n);
  const half = (z * Math.sqrt((rate * (1 - rate)) / n + (z * z) / (4 * n * n))) / (1 + (z * z) / n);
  return { rate, low: centre - half, high: centre + half, constant: Math.max(ups, n - ups) / n };
}
