import type { Instrument } from '../../../protocol/instrument.ts';
import type { Origin } from '../../../protocol/origin.ts';

/** What of an instrument gives a bar's whole numbers their meaning. */
export type BarInstrument = Pick<
  Instrument,
  'venue' | 'symbol' | 'priceScale' | 'tickStep' | 'sizeScale' | 'lotStep'
>;

/** What the bar history is asked. `instruments` as their venue lists them: rows name them by place. */
export type BarsQuestion =
  /** Keeps these minutes (`packRows`); answered as soon as they are in its queue. */
  | {
      readonly kind: 'write';
      readonly origin: Origin;
      readonly instruments: readonly BarInstrument[];
      readonly rows: Float64Array;
      /** Bars that could not be handed over before. */
      readonly lost: number;
    }
  /** The minutes that open at `from` (µs) or later and before `to`, as `Float64Array` of `packRows`. */
  | {
      readonly kind: 'read';
      readonly origin: Origin;
      readonly instruments: readonly BarInstrument[];
      readonly from: number;
      readonly to: number;
    };
