import { BAR_SPANS, type BarHorizon } from '../../protocol/bars.ts';
import { STATISTICS_EVERY_SECONDS } from '../../protocol/statistics.ts';
import { BAR_MICROS, BarSeries, encodeBar, encodeHistory, type BarSource } from './bars.ts';
import { emptyHistory, fillRow } from './candles/longer-history.ts';
import { MinuteLog } from './candles/minute-log.ts';
import { packRows } from './candles/minute-rows.ts';
import type { FeedListener, FeedOptions } from './feed-options.ts';
import { encodeStatistics } from './flow/encode.ts';
import type { Market } from './market.ts';

/** Nothing is due before the next close, unless the clock was stepped far back. */
const STEPPED_MICROS = 4_000_000;
/** Instruments whose longer bars are read in one go: some milliseconds. */
const ROWS_A_BREATH = 16;

export interface FeedBarsParts {
  readonly options: Pick<FeedOptions, 'time' | 'origin'>;
  readonly markets: readonly Market[];
  /** The venue's clock less ours, µs. */
  readonly offsetMicros: () => number;
  readonly listener: Pick<FeedListener, 'onBar' | 'onStatistics' | 'onMinutes'>;
}

/**
 * What a feed's markets add up to, second by second: bars of the mid are closed in time and sent as
 * frames, with their history for who asks; statistics every few seconds; minutes once they are over.
 */
export class FeedBars {
  readonly series: BarSeries;
  readonly #parts: FeedBarsParts;
  readonly #minutes: MinuteLog;
  /** Reused for every instrument of every bar. */
  readonly #source: { mid: number; valid: boolean; changes: number } = { mid: 0, valid: false, changes: 0 };
  #history: { readonly number: number; readonly bars: number; readonly bytes: Uint8Array } | null = null;

  constructor(parts: FeedBarsParts) {
    const { options, markets, offsetMicros } = parts;
    const now = options.time.marketMicros();
    this.series = new BarSeries(markets.length, now);
    this.#parts = parts;
    this.#minutes = new MinuteLog(
      markets.map(({ flow }) => flow.bars.minutes),
      now + offsetMicros(),
    );
  }

  /** Called before every frame and on every tick: a bar closes on what was known at its end. */
  advance(): void {
    const { options, markets, listener } = this.#parts;
    const { time, origin } = options;
    const now = time.marketMicros();
    const { closesAt } = this.series;
    if (now < closesAt && now > closesAt - STEPPED_MICROS) return;
    const closed = this.series.advance(now, (index) => this.#sourceOf(index));
    const seconds = (this.series.closesAt - closesAt) / BAR_MICROS;
    if (seconds !== 0) this.#second(seconds);
    if (closed.length === 0) return;
    for (const market of markets) market.display.changesInBar = 0;
    for (const bar of closed) listener.onBar(bar.openAt, encodeBar(bar, origin, time.wallMicros()));
  }

  /** A `history` frame of the last `bars` bars. */
  history(bars: number): Uint8Array {
    const { number } = this.series;
    // At a login storm everybody asks for the same second's history.
    if (this.#history?.number !== number || this.#history.bars !== bars) {
      const { origin, time } = this.#parts.options;
      const bytes = encodeHistory(this.series.history(bars), origin, time.wallMicros());
      this.#history = { number, bars, bytes };
    }
    return this.#history.bytes;
  }

  /**
   * A `history` frame of the last `bars` bars of a minute or five, of what was watched whole or filled from
   * the venue's candles. Many bars of many instruments are read a few at a time: market data waits for none.
   */
  async longer(
    bars: number,
    horizon: Exclude<BarHorizon, '1s'>,
    breathe: () => Promise<void>,
  ): Promise<Uint8Array> {
    const { options, markets, offsetMicros } = this.#parts;
    const { time, origin } = options;
    const span = BAR_SPANS[horizon];
    const newest = Math.floor((time.marketMicros() + Math.round(offsetMicros())) / span) * span - span;
    const history = emptyHistory(markets.length, { bars, span, newest });
    for (const [row, { flow }] of markets.entries()) {
      fillRow(history, row, flow.bars);
      if (row % ROWS_A_BREATH === ROWS_A_BREATH - 1) await breathe();
    }
    return encodeHistory(history, origin, time.wallMicros());
  }

  /** The end: what of a minute is known is kept, with its gap. */
  flush(): void {
    this.#keep(this.#minutes.rest());
  }

  /** So many seconds are over; not one: our clock stood still or was stepped, and nobody watched. */
  #second(seconds: number): void {
    const { options, markets, offsetMicros, listener } = this.#parts;
    const { time, origin } = options;
    const endsAt = this.series.closesAt - BAR_MICROS;
    const atVenue = endsAt + Math.round(offsetMicros());
    for (const market of markets) {
      if (seconds === 1) market.flow.second(atVenue, isWatched(market), market.mid);
      else market.flow.missed(seconds);
    }
    this.#keep(this.#minutes.closed(atVenue));
    if ((endsAt / BAR_MICROS) % STATISTICS_EVERY_SECONDS !== 0) return;
    listener.onStatistics(encodeStatistics(markets, endsAt, origin, time.wallMicros()));
  }

  #keep(rows: ReturnType<MinuteLog['rest']>): void {
    if (rows.length > 0) this.#parts.listener.onMinutes(packRows(rows));
  }

  #sourceOf(index: number): BarSource {
    const market = this.#parts.markets[index];
    const source = this.#source;
    source.valid = market !== undefined && isWatched(market);
    source.mid = market?.mid ?? 0;
    source.changes = market?.display.changesInBar ?? 0;
    return source;
  }
}

const isWatched = ({ state }: Pick<Market, 'state'>): boolean => state === 'live' || state === 'quiet';
