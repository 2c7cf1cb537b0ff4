import type { FeedView } from '../../protocol/health.ts';
import type { Instrument } from '../../protocol/instrument.ts';
import type { CandlesQuery, CandlesReply } from '../../protocol/messages.ts';
import type { Cancel } from '../clock.ts';
import { backoffMs } from './backoff.ts';
import { Candles } from './candles.ts';
import { Connection } from './connection.ts';
import type { Listing } from './dialect.ts';
import { FeedBars } from './feed-bars.ts';
import type { FeedListener, FeedOptions } from './feed-options.ts';
import { FeedReport } from './feed-report.ts';
import { Intake } from './intake.ts';
import { askForListing, tooMany } from './listing.ts';
import { missingOf, stateOf } from './market-states.ts';
import { Market } from './market.ts';
import { OffsetMeter } from './offset-meter.ts';
import { Pauses } from './pause.ts';
import { prefillBars } from './prefill.ts';
import { Refusals } from './refusals.ts';
import { Resync } from './resync.ts';
import { RestClient } from './rest.ts';
import { Session, type SessionEffect } from './session.ts';
import { WeightBudget } from './weight-budget.ts';

const TICK_MS = 50;
/** A book whose changes stay away is worth another connection, but not again and again: all books pay. */
const DEPTH_RECONNECT_MS = 60_000;

/** What exists once the instruments are known. */
interface Running {
  readonly markets: readonly Market[];
  readonly intake: Intake;
  readonly session: Session;
  readonly connection: Connection;
  readonly resync: Resync;
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
      session: this.#running?.session ?? null,
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
    if (this.#running) this.#act(this.#running.session.stop());
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
    this.#act(this.#running.session.start(time.paceMs()));
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
    const { dialect, table, time, random, wsUrl, clock } = this.#options;
    const decoder = dialect.decoder(instruments);
    const markets = instruments.map(
      (instrument, index) =>
        new Market(instrument, index, table, {
          onSnapshotNeeded: (market, cause) => resync.ask(market, cause),
          onDepthSilent: (market) => this.#onDepthSilent(market),
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
    const connection = new Connection(dialect.socketUrl(wsUrl), {
      onOpen: (generation) => this.#act(this.#running?.session.opened(generation, time.paceMs())),
      onFrame: (generation, bytes) => this.#onFrame(generation, bytes),
      onBeat: (generation) => void this.#running?.session.frame(generation, time.paceMs()),
      onClose: (generation, sentence) =>
        this.#act(this.#running?.session.closed(generation, sentence, time.paceMs())),
    });
    return {
      markets,
      intake: new Intake(decoder, markets, this.#offset, this.#refusals),
      session: new Session(dialect.rules, decoder.subscribe(), random, time.jitterMs),
      connection,
      resync,
      bars: new FeedBars(this.#options, markets, (at, bytes) => this.#listener.onBar(at, bytes)),
      candles: new Candles(dialect, this.#rest, instruments, () => clock.monotonicMicros()),
    };
  }

  #onFrame(generation: number, bytes: Uint8Array): void {
    const running = this.#running;
    const { time } = this.#options;
    const now = time.paceMs();
    if (!running?.session.frame(generation, now)) return;
    this.#report.frames += 1;
    running.bars.advance();
    const receivedAt = time.wallMicros();
    this.#report.lastFrameAt = receivedAt;
    const taken = running.intake.take(bytes, receivedAt, now);
    if (taken instanceof Market) {
      if (taken.state !== 'live' || !taken.synced) this.#refresh(taken, now);
    } else if (taken) {
      const sentence = taken.refusal?.sentence ?? null;
      this.#act(running.session.answered(generation, taken.id, sentence, now));
    }
  }

  #onDepthSilent(market: Market): void {
    const now = this.#options.time.paceMs();
    this.#refresh(market, now);
    if (now - this.#depthReconnectAt < DEPTH_RECONNECT_MS) return;
    this.#depthReconnectAt = now;
    const sentence = `Changes of the book of ${market.instrument.name} stay away: reconnecting.`;
    this.#act(this.#running?.session.abandon(sentence, now));
  }

  #act(effects: readonly SessionEffect[] = []): void {
    const running = this.#running;
    if (!running) return;
    for (const effect of effects) {
      switch (effect.kind) {
        case 'open':
          running.connection.open(effect.generation);
          break;
        case 'close':
          running.connection.close(effect.generation);
          break;
        case 'send':
          running.connection.send(effect.generation, effect.text);
          break;
        case 'ping':
          running.connection.ping(effect.generation);
          break;
        case 'subscribed':
          for (const market of running.markets) running.resync.ask(market, 'start');
          break;
        case 'lost':
          running.resync.restart();
          for (const market of running.markets) market.restart();
          this.#refreshAll();
          break;
      }
    }
    if (effects.length > 0) this.#report.publishOnChange();
  }

  #tick(): void {
    const { table, time } = this.#options;
    table.beat();
    const running = this.#running;
    if (running) {
      const now = time.paceMs();
      this.#act(running.session.tick(now, TICK_MS));
      running.resync.tick(now);
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
    const phase = this.#running?.session.phase ?? 'idle';
    market.setState(stateOf(market, { ended: this.#ended, phase }, now));
  }
}
