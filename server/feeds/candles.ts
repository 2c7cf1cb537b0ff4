import type { Candle, CandlesQuery, CandlesReply } from '../../protocol/messages.ts';
import type { Instrument } from '../../protocol/instrument.ts';
import type { Dialect } from './dialect.ts';
import type { RestClient } from './rest.ts';

const KEPT = 1000;
/** Questions within this time of an answer get the same one, however many consoles ask. */
const FRESH_MICROS = 500_000;

interface Series {
  candles: Candle[];
  fetchedAt: number;
  running: Promise<string | null> | null;
}

export interface CandleClocks {
  /** µs that never step back. */
  readonly now: () => number;
  /** The venue's clock, µs since 1970. */
  readonly venueNow: () => number;
}

/** Candles of the venue, kept and extended: only what is new since the last question is fetched. */
export class Candles {
  readonly #dialect: Dialect;
  readonly #rest: RestClient;
  readonly #instruments: readonly Instrument[];
  readonly #clocks: CandleClocks;
  readonly #series = new Map<string, Series>();

  constructor(dialect: Dialect, rest: RestClient, instruments: readonly Instrument[], clocks: CandleClocks) {
    this.#dialect = dialect;
    this.#rest = rest;
    this.#instruments = instruments;
    this.#clocks = clocks;
  }

  async query(query: CandlesQuery): Promise<CandlesReply> {
    const instrument = this.#instruments[query.instrument];
    if (!instrument) {
      const sentence = `Instrument ${query.instrument} is not in this feed.`;
      return { ok: false, code: 'unknown-instrument', sentence };
    }
    const key = `${query.instrument} ${query.interval}`;
    const series = this.#series.get(key) ?? { candles: [], fetchedAt: -Infinity, running: null };
    this.#series.set(key, series);
    if (this.#clocks.now() - series.fetchedAt > FRESH_MICROS) {
      series.running ??= this.#extend(series, instrument, query.interval).finally(() => {
        series.running = null;
      });
      const fault = await series.running;
      if (fault !== null) return { ok: false, code: 'candles', sentence: fault };
    }
    return { ok: true, candles: series.candles.slice(-query.limit) };
  }

  /** Returns what went wrong, in a sentence. */
  async #extend(
    series: Series,
    instrument: Instrument,
    interval: CandlesQuery['interval'],
  ): Promise<string | null> {
    // The last candle was still open when it was fetched: it comes again.
    const from = series.candles.at(-1)?.[0];
    const { rest } = this.#dialect;
    const limit = Math.min(KEPT, rest.candlesAPage);
    const range = { interval, limit, ...(from === undefined ? {} : { from }) };
    const call = rest.candles(instrument, range, this.#clocks.venueNow());
    if (!call) return `${this.#dialect.name} has no candles of ${interval}.`;
    const answer = await this.#rest.get(call, 'view');
    const read = answer.ok ? rest.readCandles(answer.value.json, instrument) : answer;
    if (!read.ok) return read.error.sentence;
    const fresh = read.value.map(({ candle }) => candle);
    const first = fresh[0];
    // An answer that does not reach back to the candles we have would leave a hole behind them.
    const joins = !first || from === undefined || first[0] <= from;
    const kept = joins ? series.candles.filter((candle) => !first || candle[0] < first[0]) : [];
    // A full answer may not reach to now: what lies between would be missing, so start over.
    const full = fresh.length >= limit && from !== undefined;
    series.candles = full ? [] : [...kept, ...fresh].slice(-KEPT);
    if (full) return this.#extend(series, instrument, interval);
    series.fetchedAt = this.#clocks.now();
    return null;
  }
}
