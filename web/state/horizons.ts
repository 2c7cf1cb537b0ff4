/** The signals of the chosen instrument and how often each has been right since this page was opened. */
import { createStore } from 'zustand/vanilla';
import {
  SIGNALS,
  SIGNAL_NAMES,
  Signals,
  type Direction,
  type Reading,
  type Sample,
  type SignalName,
} from './horizon-signals.ts';
import { judged, NO_TALLY, type Tally } from './track-record.ts';

export interface Horizons {
  /** Null: none is chosen. */
  readonly instrument: number | null;
  /** Seconds without a hole that the readings rest on. */
  readonly seconds: number;
  readonly readings: Readonly<Record<SignalName, Reading>>;
  /** Of this instrument, over all times it was chosen. */
  readonly tallies: Readonly<Record<SignalName, Tally>>;
}

/** A page that is busy misses a second: the price before it holds on. More is a hole. */
const MOST_MISSED = 3;

const UNJUDGED = Object.fromEntries(SIGNAL_NAMES.map((name) => [name, NO_TALLY])) as Horizons['tallies'];
const UNREAD = new Signals().read();
export const NO_HORIZONS: Horizons = { instrument: null, seconds: 0, readings: UNREAD, tallies: UNJUDGED };

interface Forecast {
  readonly says: Direction;
  readonly due: number;
  readonly mid: number;
  /** Of a regime: what parts wild from calm. */
  readonly border: number | null;
  /** Squares of the returns since. */
  squares: number;
}

export function createHorizons() {
  const store = createStore<Horizons>(() => NO_HORIZONS);
  const tallies = new Map<number, Horizons['tallies']>();
  let signals = new Signals();
  let open = new Map<SignalName, Forecast>();
  let last: { readonly second: number; readonly sample: Sample } | null = null;

  /** What was open is never judged: nobody saw how it came out. */
  function begin(instrument: number | null): void {
    signals = new Signals();
    open = new Map();
    last = null;
    const known = (instrument === null ? undefined : tallies.get(instrument)) ?? UNJUDGED;
    store.setState({ instrument, seconds: 0, readings: UNREAD, tallies: known });
  }

  function step(second: number, sample: Sample, told: Horizons['tallies']): Horizons['tallies'] {
    const gain = last === null ? 0 : Math.log(sample.mid / last.sample.mid);
    signals.step(sample);
    last = { second, sample };
    const readings = signals.read();
    const next = { ...told };
    for (const name of SIGNAL_NAMES) {
      const forecast = open.get(name);
      if (forecast) {
        forecast.squares += gain * gain;
        if (second < forecast.due) continue;
        next[name] = judged(next[name], forecast.says, outcome(name, forecast, sample));
        open.delete(name);
      }
      // One at a time: forecasts that overlap would count the same move twice.
      const { says } = readings[name];
      if (says === 0) continue;
      const due = second + SIGNALS[name].ahead;
      open.set(name, { says, due, mid: sample.mid, border: signals.border, squares: 0 });
    }
    return next;
  }

  return {
    ...store,
    /** @param second of the server's clock. @param sample null: there is no price that is sure to be the present one. */
    sample(instrument: number | null, second: number, sample: Sample | null): void {
      if (instrument !== store.getState().instrument) begin(instrument);
      if (instrument === null) return;
      if (sample === null) {
        if (last !== null) begin(instrument);
        return;
      }
      const passed = last === null ? 1 : second - last.second;
      // The estimate of the server's clock wavers: a second that was seen is not seen again.
      if (passed <= 0 && passed > -MOST_MISSED) return;
      if (passed <= 0 || passed > MOST_MISSED) begin(instrument);
      const { seconds, tallies: before } = store.getState();
      let told = before;
      let stepped = 1;
      for (const held = last; held !== null && held.second + stepped < second; stepped++) {
        told = step(held.second + stepped, held.sample, told);
      }
      told = step(second, sample, told);
      tallies.set(instrument, told);
      store.setState({ seconds: seconds + stepped, readings: signals.read(), tallies: told });
    },
    /** Another list of instruments: an index may mean another one. */
    forget(): void {
      tallies.clear();
      begin(null);
    },
  };
}
export type HorizonsStore = ReturnType<typeof createHorizons>;

function outcome(name: SignalName, { mid, border, squares }: Forecast, now: Sample): Direction {
  if (SIGNALS[name].horizon !== 'macro') return sign(now.mid - mid);
  return border === null ? 0 : sign(Math.sqrt(squares / SIGNALS[name].ahead) - border);
}

const sign = (value: number): Direction => (value > 0 ? 1 : value < 0 ? -1 : 0);
