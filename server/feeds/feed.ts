import type { FeedQuality } from '../../protocol/feed-quality.ts';
import type { FeedView } from '../../protocol/health.ts';
import type { Instrument } from '../../protocol/instrument.ts';
import type { CandlesQuery, CandlesReply, TicksQuery } from '../../protocol/messages.ts';
import type { Cancel } from '../clock.ts';
import { ChannelMeters } from './channel-meters.ts';
import { backoffMs } from './backoff.ts';
import { CandleBook } from './candles/candle-book.ts';
import { CandleSweep } from './candles/candle-sweep.ts';
import { packRows, unpackRows } from './candles/minute-rows.ts';
import { candlesByRest } from './candles/by-rest.ts';
import type { Listing } from './dialect.ts';
import { FeedBars } from './feed-bars.ts';
import { FeedMarkets } from './feed-markets.ts';
import type { FeedListener, FeedOptions } from './feed-options.ts';
import { channelsOf, qualityOf } from './feed-quality.ts';
import { FeedReport } from './feed-report.ts';
import { readTicks, type VenueTicks } from './flow/read-ticks.ts';
import { askForListing, tooMany } from './listing.ts';
import { distrustedOf, missingOf } from './market-states.ts';
import type { Market } from './market.ts';
import { OffsetMeter } from './offset-meter.ts';
import { Pauses } from './pause.ts';
import { prefillBars } from './prefill.ts';
import { Refusals } from './refusals.ts';
import { RestClient } from './rest.ts';
import { WeightBudget } from './weight-budget.ts';

const TICK_MS = 50;
/** Candles are shown with their gaps rather than after the venue's own time-out. */
const PATIENCE_MS = 2000;

/** What exists once the instruments are known. */
interface Running {
  readonly markets: FeedMarkets;
  readonly bars: FeedBars;
  readonly candles: CandleBook;
  readonly sweep: CandleSweep;
}

/** One venue's market data, from its sockets to the market table. */
export class Feed {
  readonly #options: FeedOptions;
  readonly #listener: FeedListener;
  readonly #budget: WeightBudget;
  readonly #rest: RestClient;
  readonly #offset: OffsetMeter;
  readonly #refusals: Refusals;
  readonly #channels: ChannelMeters;
  readonly #report: FeedReport;
  readonly #pauses: Pauses;
  #running: Running | null = null;
  #stopTicking: Cancel | null = null;
  /** Symbols that a person quarantined. */
  #distrusted: ReadonlySet<string> = new Set();
  #ended = false;
  #stopped = false;

  constructor(options: FeedOptions, listener: FeedListener) {
    this.#options = options;
    this.#listener = listener;
    const { clock, dialect, time } = options;
    this.#budget = new WeightBudget(dialect.rules.weightPerMinute, clock.monotonicMicros() / 1000);
    this.#rest = new RestClient(options.restUrl, dialect.rest, this.#budget, clock, options.tap);
    this.#offset = new OffsetMeter(dialect, this.#rest, clock);
    this.#pauses = new Pauses(time);
    this.#refusals = new Refusals(options, this.#offset, (message) => listener.onQuarantined(message));
    this.#channels = new ChannelMeters(time.paceMs());
    const status = () => ({
      ended: this.#ended,
      lines: this.#running?.markets.lines ?? null,
      books: this.markets.length,
      missing: missingOf(this.markets),
      distrusted: distrustedOf(this.markets),
      offset: this.#offset.estimate,
      quarantined: this.#refusals.count,
      quality: () => this.#quality(),
    });
    this.#report = new FeedReport(options, status, (view) => {
      if (!this.#stopped) listener.onView(view);
    });
  }

  /** Counts and books by instrument, once known. */
  get markets(): readonly Market[] {
    return this.#running?.markets.all ?? [];
  }

  start(): void {
    this.#stopTicking = this.#options.time.repeat(TICK_MS, () => this.#tick());
    void this.#open();
  }

  stop(): void {
    this.#stopped = true;
    this.#stopTicking?.();
    this.#running?.bars.flush();
    this.#running?.sweep.stop();
    this.#running?.markets.stop();
    this.#pauses.stop();
    this.#offset.stop();
    this.#rest.stop();
    this.#options.table.queue.flush();
  }

  /** The replay's end: a state, not a fault. */
  end(): void {
    // The capture's last seconds are still of a live feed.
    this.#running?.bars.advance();
    this.#ended = true;
    this.#running?.markets.end();
    this.#report.publish();
  }

  /** Our wall clock was stepped. */
  clockStepped(): void {
    if (this.#options.time.comparable) this.#offset.forget();
  }

  /** Nothing of these symbols is believed, until another list comes. */
  distrust(symbols: readonly string[]): void {
    this.#distrusted = new Set(symbols);
    this.#running?.markets.distrust(this.#distrusted);
    this.#report.publish();
  }

  async candles(query: CandlesQuery): Promise<CandlesReply> {
    if (this.#running) return this.#running.candles.query(query);
    return { ok: false, code: 'starting', sentence: 'The feed does not know its instruments yet.' };
  }

  /** A `history` frame of the last `bars` bars; null before the instruments are known. */
  history(bars: number): Uint8Array | null {
    return this.#running?.bars.history(bars) ?? null;
  }

  /** The same of longer bars. */
  async longer(...wanted: Parameters<FeedBars['longer']>): Promise<Uint8Array | null> {
    return (await this.#running?.bars.longer(...wanted)) ?? null;
  }

  /** The last trades of these instruments; none before they are known. */
  ticks({ instruments, seconds }: TicksQuery): VenueTicks[] {
    return readTicks(this.markets, instruments, seconds, this.#venueNow(), this.#offset.estimate);
  }

  /** Minutes of an earlier run (`packRows`); none, when there is nothing more to wait for. */
  restore(minutes: Float64Array): void {
    if (minutes.length > 0) this.#running?.candles.restore(unpackRows(minutes));
    else this.#running?.sweep.begin();
  }

  view(): FeedView {
    return this.#report.view();
  }

  async #open(): Promise<void> {
    const listing = await this.#instruments();
    if (!listing) return;
    const { table, time } = this.#options;
    const { instruments, weightPerMinute } = listing;
    const fault = tooMany(instruments, this.#options);
    if (fault) {
      this.#listener.onFatal(fault);
      return;
    }
    if (weightPerMinute !== null) this.#budget.setLimit(weightPerMinute);
    this.#running = this.#wire(instruments);
    this.#running.markets.distrust(this.#distrusted);
    // What an earlier life of this thread left in the table is no longer live.
    for (const market of this.markets) {
      table.setState(market.index, 'never');
      table.setMarkState(market.index, 'never');
    }
    table.absolve();
    this.#listener.onInstruments(instruments);
    this.#running.markets.start();
    this.#running.sweep.start();
    this.#report.publish();
    if (time.comparable) await this.#offset.start();
    await this.#prefill(this.#running);
  }

  async #instruments(): Promise<Listing | null> {
    const { instruments } = this.#options;
    if (instruments) return { instruments, weightPerMinute: null };
    const listing = await askForListing(this.#rest, this.#options, {
      onFault: (sentence) => {
        this.#report.startFault = sentence;
        this.#report.publish();
      },
      wait: (ms) => this.#pauses.wait(ms),
    });
    if (listing.ok) return listing.value;
    if (listing.error.code !== 'stopped') this.#listener.onFatal(listing.error);
    return null;
  }

  async #prefill({ bars, markets }: Running): Promise<void> {
    const { dialect, random } = this.#options;
    await prefillBars({
      bars: bars.series,
      markets: markets.all,
      dialect,
      rest: this.#rest,
      offsetMicros: () => this.#offset.micros,
      venueNow: () => this.#venueNow(),
      pause: (failures) => this.#pauses.wait(backoffMs(failures, random)),
      onFault: (sentence) => {
        this.#report.historyFault = sentence === null ? null : `History is incomplete: ${sentence}`;
      },
    });
  }

  #wire(instruments: readonly Instrument[]): Running {
    const { dialect, clock, time } = this.#options;
    const markets = new FeedMarkets({
      options: this.#options,
      rest: this.#rest,
      offset: this.#offset,
      refusals: this.#refusals,
      channels: this.#channels,
      report: this.#report,
      instruments,
      onFrame: () => this.#onFrame(),
    });
    const candles = new CandleBook({
      name: this.#options.name,
      markets: markets.all,
      venue: candlesByRest(dialect, this.#rest, () => this.#venueNow()),
      clocks: { now: () => clock.monotonicMicros(), venueNow: () => this.#venueNow() },
      patience: () => this.#pauses.wait(PATIENCE_MS),
      onFilled: (rows) => this.#listener.onMinutes(packRows(rows)),
    });
    return {
      markets,
      bars: new FeedBars({
        options: this.#options,
        markets: markets.all,
        offsetMicros: () => this.#offset.micros,
        listener: this.#listener,
      }),
      candles,
      sweep: new CandleSweep(time, () => candles.sweep()),
    };
  }

  #quality(): FeedQuality {
    const { dialect, time } = this.#options;
    return qualityOf({
      proof: dialect.proof,
      reveals: dialect.reveals,
      channels: channelsOf(dialect.rules),
      meters: this.#channels,
      counts: this.markets.map(({ counts }) => counts),
      refusals: this.#refusals.byCode,
      paceMs: time.paceMs(),
    });
  }

  #venueNow(): number {
    return this.#options.time.marketMicros() + this.#offset.micros;
  }

  #onFrame(): void {
    this.#report.frames += 1;
    this.#running?.bars.advance();
    this.#report.lastFrameAt = this.#options.time.wallMicros();
  }

  #tick(): void {
    this.#options.table.beat();
    if (this.#running) {
      this.#running.markets.tick(TICK_MS);
      this.#running.bars.advance();
    }
    this.#report.tick();
  }
}
