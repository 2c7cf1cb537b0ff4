import type { FeedView } from '../../protocol/health.ts';
import type { Instrument } from '../../protocol/instrument.ts';
import type { CandlesQuery, CandlesReply } from '../../protocol/messages.ts';
import type { Cancel } from '../clock.ts';
import { backoffMs } from './backoff.ts';
import { Candles } from './candles.ts';
import type { Listing } from './dialect.ts';
import { FeedBars } from './feed-bars.ts';
import type { FeedListener, FeedOptions } from './feed-options.ts';
import { FeedReport } from './feed-report.ts';
import { Line } from './line.ts';
import { askForListing, tooMany } from './listing.ts';
import { missingOf, stateOf } from './market-states.ts';
import { Market, type ResyncCause } from './market.ts';
import { OffsetMeter } from './offset-meter.ts';
import { Pauses } from './pause.ts';
import { prefillBars } from './prefill.ts';
import { Refusals } from './refusals.ts';
import { Resubscribe } from './resubscribe.ts';
import { Resync } from './resync.ts';
import { RestClient } from './rest.ts';
import { WeightBudget } from './weight-budget.ts';

const TICK_MS = 50;
/** A book whose changes stay away is worth another connection, but not again and again: all books pay. */
const DEPTH_RECONNECT_MS = 60_000;

/** What exists once the instruments are known. */
interface Running {
  readonly markets: readonly Market[];
  readonly lines: readonly Line[];
  /** By instrument: the line that its book comes over. */
  readonly lineOf: readonly Line[];
  readonly resync: Resync;
  readonly resubscribe: Resubscribe;
  readonly bars: FeedBars;
  readonly candles: Candles;
}

/** One venue's market data, from its sockets to the market table. */
export class Feed {
  readonly #options: FeedOptions;
  readonly #listener: FeedListener;
  readonly #budget: WeightBudget;
  readonly #rest: RestClient;
  readonly #offset: OffsetMeter;
  readonly #refusals: Refusals;
  readonly #report: FeedReport;
  readonly #pauses: Pauses;
  #running: Running | null = null;
  #stopTicking: Cancel | null = null;
  #ended = false;
  #stopped = false;
  #depthReconnectAt = -Infinity;

  constructor(options: FeedOptions, listener: FeedListener) {
    this.#options = options;
    this.#listener = listener;
    const { clock, dialect, time } = options;
    this.#budget = new WeightBudget(dialect.rules.weightPerMinute, clock.monotonicMicros() / 1000);
    this.#rest = new RestClient(options.restUrl, dialect.rest, this.#budget, clock);
    this.#offset = new OffsetMeter(dialect, this.#rest, clock);
    this.#pauses = new Pauses(time);
    this.#refusals = new Refusals(options, this.#offset, (message) => listener.onQuarantined(message));
    const status = () => ({
      ended: this.#ended,
      sessions: this.#running?.lines.map((line) => line.session) ?? null,
      books: this.markets.length,
      missing: missingOf(this.markets),
      offset: this.#offset.estimate,
      quarantined: this.#refusals.count,
    });
    this.#report = new FeedReport(options, status, (view) => {
      if (!this.#stopped) listener.onView(view);
    });
  }

  /** Counts and books by instrument, once known. */
  get markets(): readonly Market[] {
    return this.#running?.markets ?? [];
  }

  start(): void {
    this.#stopTicking = this.#options.time.repeat(TICK_MS, () => this.#tick());
    void this.#open();
  }

  stop(): void {
    this.#stopped = true;
    this.#stopTicking?.();
    for (const line of this.#running?.lines ?? []) line.stop();
    this.#pauses.stop();
    this.#offset.stop();
    this.#rest.stop();
  }

  /** The replay's end: a state, not a fault. */
  end(): void {
    // The capture's last seconds are still of a live feed.
    this.#running?.bars.advance();
    this.#ended = true;
    this.#refreshAll();
    this.#report.publish();
  }

  /** Our wall clock was stepped. */
  clockStepped(): void {
    if (this.#options.time.comparable) this.#offset.forget();
  }

  async candles(query: CandlesQuery): Promise<CandlesReply> {
    if (this.#running) return this.#running.candles.query(query);
    return { ok: false, code: 'starting', sentence: 'The feed does not know its instruments yet.' };
  }

  /** A `history` frame of the last `bars` bars; null before the instruments are known. */
  history(bars: number): Uint8Array | null {
    return this.#running?.bars.history(bars) ?? null;
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
    // What an earlier life of this thread left in the table is no longer live.
    for (const market of this.#running.markets) table.setState(market.index, 'never');
    table.absolve();
    this.#listener.onInstruments(instruments);
    for (const line of this.#running.lines) line.start();
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
      markets,
      dialect,
      rest: this.#rest,
      offsetMicros: () => (this.#offset.estimate?.offsetMs ?? 0) * 1000,
      pause: (failures) => this.#pauses.wait(backoffMs(failures, random)),
      onFault: (sentence) => {
        this.#report.historyFault = sentence === null ? null : `History is incomplete: ${sentence}`;
      },
    });
  }

  #wire(instruments: readonly Instrument[]): Running {
    const { dialect, table, random, wsUrl, clock } = this.#options;
    const markets = instruments.map(
      (instrument, index) =>
        new Market(instrument, index, dialect.rules, table, {
          onSnapshotNeeded: (market, cause) => this.#needsBook(market, cause),
          onDepthSilent: (market) => this.#onDepthSilent(market),
        }),
    );
    const parts = {
      options: this.#options,
      instruments,
      markets,
      offset: this.#offset,
      refusals: this.#refusals,
    };
    const lines = dialect.lines(wsUrl, instruments).map(
      (plan) =>
        new Line(plan, parts, {
          onFrame: () => this.#onFrame(),
          onTaken: (market) => this.#onTaken(market),
          onSubscribed: (line) => this.#onSubscribed(line),
          onLost: (line) => this.#onLost(line),
          onChange: () => this.#report.publishOnChange(),
        }),
    );
    const resync = new Resync({
      options: this.#options,
      rest: this.#rest,
      refusals: this.#refusals,
      report: this.#report,
      markets: () => markets,
      refresh: (market, paceMs) => this.#refresh(market, paceMs),
    });
    return {
      markets,
      lines,
      lineOf: lineOfEach(instruments, lines),
      resync,
      resubscribe: new Resubscribe(random, (market) => this.#lineOf(market)?.resubscribe(market)),
      bars: new FeedBars(this.#options, markets, (at, bytes) => this.#listener.onBar(at, bytes)),
      candles: new Candles(dialect, this.#rest, instruments, () => clock.monotonicMicros()),
    };
  }

  #lineOf(market: Market): Line | undefined {
    return this.#running?.lineOf[market.index];
  }

  #onFrame(): void {
    this.#report.frames += 1;
    this.#running?.bars.advance();
    this.#report.lastFrameAt = this.#options.time.wallMicros();
  }

  #onTaken(market: Market): void {
    if (market.state !== 'live' || !market.synced) this.#refresh(market, this.#options.time.paceMs());
  }

  #onSubscribed({ plan }: Line): void {
    for (const index of plan.books) {
      const market = this.markets[index];
      if (market && !market.synced) this.#needsBook(market, 'start');
    }
  }

  #onLost({ plan }: Line): void {
    const running = this.#running;
    if (!running) return;
    for (const index of plan.books) {
      const market = running.markets[index];
      if (!market) continue;
      running.resync.forget(market);
      running.resubscribe.forget(market);
      market.restart();
    }
    this.#refreshAll();
  }

  #needsBook(market: Market, cause: ResyncCause): void {
    const running = this.#running;
    if (!running) return;
    const now = this.#options.time.paceMs();
    if (this.#options.dialect.rules.snapshots === 'rest') running.resync.ask(market, cause);
    else {
      this.#report.count(cause);
      running.resubscribe.want(market, now, cause === 'start');
      this.#refresh(market, now);
    }
  }

  #onDepthSilent(market: Market): void {
    const now = this.#options.time.paceMs();
    this.#refresh(market, now);
    if (now - this.#depthReconnectAt < DEPTH_RECONNECT_MS) return;
    this.#depthReconnectAt = now;
    this.#lineOf(market)?.abandon(
      `Changes of the book of ${market.instrument.name} stay away: reconnecting.`,
    );
  }

  #tick(): void {
    const { table, time } = this.#options;
    table.beat();
    const running = this.#running;
    if (running) {
      const now = time.paceMs();
      for (const line of running.lines) line.tick(TICK_MS);
      running.resync.tick(now);
      running.resubscribe.tick(now);
      running.bars.advance();
      this.#refreshAll();
    }
    this.#report.tick();
  }

  #refreshAll(): void {
    const now = this.#options.time.paceMs();
    for (const market of this.markets) this.#refresh(market, now);
  }

  #refresh(market: Market, now: number): void {
    const phase = this.#lineOf(market)?.session.phase ?? 'idle';
    market.setState(stateOf(market, { ended: this.#ended, phase }, now));
  }
}

/** @throws Error when a dialect's plan leaves an instrument without a line for its book. */
function lineOfEach(instruments: readonly Instrument[], lines: readonly Line[]): Line[] {
  return instruments.map(({ name }, index) => {
    const line = lines.find(({ plan }) => plan.books.includes(index));
    if (!line) throw new Error(`No connection carries the book of ${name}.`);
    return line;
  });
}
