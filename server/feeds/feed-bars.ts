import { BarSeries, encodeBar, encodeHistory, type BarSource } from './bars.ts';
import type { FeedListener, FeedOptions } from './feed-options.ts';
import type { Market } from './market.ts';

/** Nothing is due before the next close, unless the clock was stepped far back. */
const STEPPED_MICROS = 4_000_000;

/** The bars of a feed's markets: closed in time, sent as frames, and their history for who asks. */
export class FeedBars {
  readonly series: BarSeries;
  readonly #options: Pick<FeedOptions, 'time' | 'origin'>;
  readonly #markets: readonly Market[];
  readonly #onBar: FeedListener['onBar'];
  /** Reused for every instrument of every bar. */
  readonly #source: { mid: number; valid: boolean; changes: number } = { mid: 0, valid: false, changes: 0 };
  #history: { readonly number: number; readonly bars: number; readonly bytes: Uint8Array } | null = null;

  constructor(
    options: Pick<FeedOptions, 'time' | 'origin'>,
    markets: readonly Market[],
    onBar: FeedListener['onBar'],
  ) {
    this.series = new BarSeries(markets.length, options.time.marketMicros());
    this.#options = options;
    this.#markets = markets;
    this.#onBar = onBar;
  }

  /** Called before every frame and on every tick: a bar closes on what was known at its end. */
  advance(): void {
    const { time, origin } = this.#options;
    const now = time.marketMicros();
    const { closesAt } = this.series;
    if (now < closesAt && now > closesAt - STEPPED_MICROS) return;
    const closed = this.series.advance(now, (index) => this.#sourceOf(index));
    if (closed.length === 0) return;
    for (const market of this.#markets) market.display.changesInBar = 0;
    for (const bar of closed) this.#onBar(bar.openAt, encodeBar(bar, origin, time.wallMicros()));
  }

  /** A `history` frame of the last `bars` bars. */
  history(bars: number): Uint8Array {
    const { number } = this.series;
    // At a login storm everybody asks for the same second's history.
    if (this.#history?.number !== number || this.#history.bars !== bars) {
      const { origin, time } = this.#options;
      const bytes = encodeHistory(this.series.history(bars), origin, time.wallMicros());
      this.#history = { number, bars, bytes };
    }
    return this.#history.bytes;
  }

  #sourceOf(index: number): BarSource {
    const market = this.#markets[index];
    const source = this.#source;
    source.valid = market?.state === 'live' || market?.state === 'quiet';
    source.mid = market?.mid ?? 0;
    source.changes = market?.display.changesInBar ?? 0;
    return source;
  }
}
