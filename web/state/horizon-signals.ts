/**
 * What the next second, seconds and minute of one instrument look like, by the plainest signals there are,
 * each of them a forecast that time will judge. Mids are in half ticks (bid + ask).
 */
import { fitRegime, RegimeFilter, type RegimeModel } from '../../shaders/detectors/volatility-regime.ts';

/** The market at a whole second. */
export interface Sample {
  readonly mid: number;
  /** The mid weighted by the sizes on the other side, in half ticks. */
  readonly microprice: number;
  /** In half ticks, above zero. */
  readonly spread: number;
  /** Order-flow imbalance in mean best sizes; null: not known. */
  readonly flow: number | null;
}

/** Up, down (of a regime: wild, calm), or nothing said. */
export type Direction = 1 | -1 | 0;

export interface Reading {
  /** Null: not enough was seen yet. */
  readonly value: number | null;
  readonly says: Direction;
}

export const SIGNALS = {
  microprice: { horizon: 'micro', ahead: 1 },
  flow: { horizon: 'micro', ahead: 5 },
  momentum: { horizon: 'milli', ahead: 10 },
  bands: { horizon: 'milli', ahead: 10 },
  regime: { horizon: 'macro', ahead: 60 },
} as const;
export type SignalName = keyof typeof SIGNALS;
export const SIGNAL_NAMES = Object.keys(SIGNALS) as SignalName[];

/** Seconds that are looked back on. */
export const KEPT = 601;
/** Of the mean and the bands. */
const BAND_SECONDS = 60;
const MOMENTUM_SECONDS = 10;
/** Returns before a regime is fitted, and how often it is again. */
const REGIME_SECONDS = 300;
const REFIT_SECONDS = 60;
/** What is less than this says nothing: of the spread, mean best sizes, deviations. */
const BARS: Readonly<Record<Exclude<SignalName, 'regime'>, number>> = {
  ...{ microprice: 0.1, flow: 1, momentum: 1, bands: 2 },
};

const NOTHING: Reading = { value: null, says: 0 };

/** The signals of one instrument, second by second, with nothing of the future. */
export class Signals {
  readonly #samples: Sample[] = [];
  #model: RegimeModel | null = null;
  #filter: RegimeFilter | null = null;
  #sinceFit = Infinity;

  step(sample: Sample): void {
    const before = this.#samples.at(-1);
    this.#samples.push(sample);
    if (this.#samples.length > KEPT) this.#samples.shift();
    if (before) this.#filter?.step(Math.log(sample.mid / before.mid));
    this.#sinceFit += 1;
    if (this.#samples.length > REGIME_SECONDS && this.#sinceFit >= REFIT_SECONDS) this.#fit();
  }

  read(): Readonly<Record<SignalName, Reading>> {
    const now = this.#samples.at(-1);
    if (!now) {
      return { microprice: NOTHING, flow: NOTHING, momentum: NOTHING, bands: NOTHING, regime: NOTHING };
    }
    return {
      microprice: along((now.microprice - now.mid) / now.spread, BARS.microprice),
      flow: now.flow === null ? NOTHING : along(now.flow, BARS.flow),
      momentum: this.#momentum(now),
      bands: this.#bands(now),
      regime: this.#regime(),
    };
  }

  /** Beyond this size of a second's return, root mean square, what comes was wild; null: there are no two states. */
  get border(): number | null {
    return this.#model && Math.sqrt(this.#model.calm * this.#model.wild);
  }

  #momentum(now: Sample): Reading {
    const spread = this.#deviation();
    const from = this.#samples.at(-1 - MOMENTUM_SECONDS);
    if (spread === null || !from) return NOTHING;
    return along((now.mid - from.mid) / (spread * Math.sqrt(MOMENTUM_SECONDS)), BARS.momentum);
  }

  /** Of the mid's changes from second to second; null: too few, or it did not move. */
  #deviation(): number | null {
    const last = this.#samples.slice(-BAND_SECONDS - 1);
    if (last.length <= BAND_SECONDS) return null;
    let squares = 0;
    for (let k = 1; k < last.length; k++) squares += ((last[k]?.mid ?? 0) - (last[k - 1]?.mid ?? 0)) ** 2;
    return squares > 0 ? Math.sqrt(squares / BAND_SECONDS) : null;
  }

  /** Beyond its band it is expected back. */
  #bands(now: Sample): Reading {
    const last = this.#samples.slice(-BAND_SECONDS);
    if (last.length < BAND_SECONDS) return NOTHING;
    const mean = last.reduce((sum, { mid }) => sum + mid, 0) / BAND_SECONDS;
    const variance = last.reduce((sum, { mid }) => sum + (mid - mean) ** 2, 0) / BAND_SECONDS;
    if (!(variance > 0)) return NOTHING;
    const { value, says } = along((now.mid - mean) / Math.sqrt(variance), BARS.bands);
    return { value, says: says === 0 ? 0 : says === 1 ? -1 : 1 };
  }

  #regime(): Reading {
    if (!this.#filter) return NOTHING;
    const { wild } = this.#filter;
    return { value: wild, says: wild >= 0.5 ? 1 : -1 };
  }

  #fit(): void {
    this.#sinceFit = 0;
    const last = this.#samples.slice(-REGIME_SECONDS - 1);
    const returns = Float64Array.from({ length: REGIME_SECONDS }, (_, k) =>
      Math.log((last[k + 1]?.mid ?? 1) / (last[k]?.mid ?? 1)),
    );
    this.#model = fitRegime(returns);
    this.#filter = this.#model && new RegimeFilter(this.#model);
    for (const each of returns) this.#filter?.step(each);
  }
}

function along(value: number, bar: number): Reading {
  return { value, says: value >= bar ? 1 : value <= -bar ? -1 : 0 };
}
