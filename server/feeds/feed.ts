import type { FeedView, Quarantined } from '../../protocol/health.ts';
import type { Instrument } from '../../protocol/instrument.ts';
import type { CandlesQuery, CandlesReply } from '../../protocol/messages.ts';
import type { Origin } from '../../protocol/origin.ts';
import type { QuoteState } from '../../protocol/quotes.ts';
import type { Refusal } from '../../protocol/result.ts';
import type { Micros, VenueId } from '../../protocol/units.ts';
import type { Cancel, Clock } from '../clock.ts';
import { BarSeries, encodeBar, encodeHistory, type BarSource } from './bars.ts';
import type { SnapshotOutcome } from './book-sync.ts';
import { Candles } from './candles.ts';
import { Connection } from './connection.ts';
import type { BookSnapshot, Decoder, Dialect, Listing } from './dialect.ts';
import { describeFeed, type FeedWords } from './feed-words.ts';
import { askForListing } from './listing.ts';
import { MarketMessage, type Levels } from './market-message.ts';
import { Market, type ResyncCause } from './market.ts';
import { OffsetMeter } from './offset-meter.ts';
import { backoffMs } from './backoff.ts';
import { Pauses } from './pause.ts';
import { prefillBars } from './prefill.ts';
import { Quarantine } from './quarantine.ts';
import { RestClient } from './rest.ts';
import { Session, type SessionEffect } from './session.ts';
import { Snapshots } from './snapshots.ts';
import type { MarketTableWriter } from './table.ts';
import type { FeedTime } from './time.ts';
import { faultOf } from './validate.ts';
import { WeightBudget } from './weight-budget.ts';

const TICK_MS = 50;
const NO_BYTES = new Uint8Array(0);
const VIEW_MICROS = 1_000_000;
/** A book whose changes stay away is worth another connection, but not again and again: all books pay. */
const DEPTH_RECONNECT_MS = 60_000;
/** An instrument without a message for this long, on a live feed, is quiet. */
const QUIET_MS = 3000;

export interface FeedOptions {
  readonly venue: VenueId;
  readonly name: string;
  readonly dialect: Dialect;
  readonly restUrl: string;
  readonly wsUrl: string;
  readonly symbols: readonly string[] | 'all';
  readonly origin: Origin;
  /** A list that must be kept as it is; null = ask the venue. */
  readonly instruments: readonly Instrument[] | null;
  readonly table: MarketTableWriter;
  readonly clock: Clock;
  readonly time: FeedTime;
  /** In [0, 1). */
  readonly random: () => number;
  /** Of a replay: how far it is. */
  readonly replay: (() => NonNullable<FeedView['replay']>) | null;
  /** Said in the view while all is well: what people must know about this data. */
  readonly remark: string;
}

export interface FeedListener {
  onInstruments(instruments: readonly Instrument[]): void;
  onView(view: FeedView): void;
  onQuarantined(message: Quarantined): void;
  onBar(openAt: number, bytes: Uint8Array): void;
  /** The feed cannot go on. */
  onFatal(error: Refusal): void;
}

/** What exists once the instruments are known. */
interface Running {
  readonly instruments: readonly Instrument[];
  readonly markets: readonly Market[];
  readonly decoder: Decoder;
  readonly session: Session;
  readonly connection: Connection;
  readonly snapshots: Snapshots;
  readonly bars: BarSeries;
  readonly candles: Candles;
}

/** One venue's market data, from its sockets to the market table. */
export class Feed {
  readonly #options: FeedOptions;
  readonly #listener: FeedListener;
  readonly #budget: WeightBudget;
  readonly #rest: RestClient;
  readonly #offset: OffsetMeter;
  readonly #quarantine: Quarantine;
  readonly #message = new MarketMessage();
  readonly #barSource: { mid: number; valid: boolean; changes: number } = {
    mid: 0,
    valid: false,
    changes: 0,
  };
  #running: Running | null = null;
  readonly #pauses: Pauses;
  #cancels: Cancel[] = [];
  #startFault: string | null = null;
  #restFault: string | null = null;
  #historyFault: string | null = null;
  #ended = false;
  #stopped = false;
  #frames = 0;
  #gaps = 0;
  #resyncs = 0;
  #lastFrameAt: Micros | null = null;
  #viewedAt = -Infinity;
  #viewedState = '';
  #depthReconnectAt = -Infinity;
  #history: { readonly number: number; readonly bars: number; readonly bytes: Uint8Array } | null = null;

  constructor(options: FeedOptions, listener: FeedListener) {
    this.#options = options;
    this.#listener = listener;
    const { clock, dialect } = options;
    this.#budget = new WeightBudget(dialect.rules.weightPerMinute, clock.monotonicMicros() / 1000);
    this.#rest = new RestClient(options.restUrl, dialect.rest, this.#budget, clock);
    this.#offset = new OffsetMeter(dialect, this.#rest, clock);
    this.#pauses = new Pauses(options.time);
    this.#quarantine = new Quarantine(options.venue, (message) => this.#listener.onQuarantined(message));
  }

  /** Counts and books by instrument, once known. */
  get markets(): readonly Market[] {
    return this.#running?.markets ?? [];
  }

  #isStopped(): boolean {
    return this.#stopped;
  }

  start(): void {
    this.#cancels.push(this.#options.time.repeat(TICK_MS, () => this.#tick()));
    void this.#open();
  }

  stop(): void {
    this.#stopped = true;
    for (const cancel of this.#cancels) cancel();
    if (this.#running) this.#act(this.#running.session.stop());
    this.#pauses.stop();
    this.#offset.stop();
    this.#rest.stop();
  }

  /** The replay's end: a state, not a fault. */
  end(): void {
    // The capture's last seconds are still of a live feed.
    if (this.#running) this.#advanceBars(this.#running);
    this.#ended = true;
    this.#refreshAll();
    this.#publish();
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
    const series = this.#running?.bars;
    if (!series) return null;
    // At a login storm everybody asks for the same second's history.
    if (this.#history?.number !== series.number || this.#history.bars !== bars) {
      const { origin, time } = this.#options;
      const bytes = encodeHistory(series.history(bars), origin, time.wallMicros());
      this.#history = { number: series.number, bars, bytes };
    }
    return this.#history.bytes;
  }

  view(): FeedView {
    const { state, sentence } = this.#describe();
    const offset = this.#offset.estimate;
    return {
      venue: this.#options.venue,
      state,
      sentence,
      frames: this.#frames,
      gaps: this.#gaps,
      resyncs: this.#resyncs,
      reconnects: this.#running?.session.reconnects ?? 0,
      quarantined: this.#quarantine.count,
      clockOffsetMs: offset ? offset.offsetMs : null,
      clockUncertaintyMs: offset ? offset.uncertaintyMs : null,
      lastFrameAt: this.#lastFrameAt,
      replay: this.#options.replay?.() ?? null,
    };
  }

  async #open(): Promise<void> {
    const listing = await this.#instruments();
    if (!listing) return;
    const { dialect, table } = this.#options;
    const { instruments } = listing;
    const streams = instruments.length * dialect.rules.streamsPerInstrument;
    if (streams > dialect.rules.maxStreams || instruments.length > table.capacity) {
      const sentence = `${instruments.length} instruments are more than one feed of ${this.#options.name} carries.`;
      this.#listener.onFatal({ code: 'too-many-instruments', sentence });
      return;
    }
    if (listing.weightPerMinute !== null) this.#budget.setLimit(listing.weightPerMinute);
    this.#running = this.#wire(instruments);
    // What an earlier life of this thread left in the table is no longer live.
    for (const market of this.#running.markets) table.setState(market.index, 'never');
    table.absolve();
    this.#listener.onInstruments(instruments);
    this.#act(this.#running.session.start(this.#options.time.paceMs()));
    this.#publish();
    await this.#prefill(this.#running);
  }

  async #prefill({ bars, markets }: Running): Promise<void> {
    const { dialect, time, random } = this.#options;
    if (time.comparable) await this.#offset.start();
    if (this.#isStopped()) return;
    await prefillBars({
      bars,
      markets,
      dialect,
      rest: this.#rest,
      offsetMicros: () => (this.#offset.estimate?.offsetMs ?? 0) * 1000,
      pause: (failures) => this.#pauses.wait(backoffMs(failures, random)),
      onFault: (sentence) => {
        this.#historyFault = sentence === null ? null : `History is incomplete: ${sentence}`;
      },
    });
  }

  async #instruments(): Promise<Listing | null> {
    const { instruments } = this.#options;
    if (instruments) return { instruments, weightPerMinute: null };
    const listing = await askForListing(this.#rest, this.#options, {
      onFault: (sentence) => {
        this.#startFault = sentence;
        this.#publish();
      },
      wait: (ms) => this.#pauses.wait(ms),
    });
    if (listing.ok) return listing.value;
    if (listing.error.code !== 'stopped') this.#listener.onFatal(listing.error);
    return null;
  }

  #wire(instruments: readonly Instrument[]): Running {
    const { dialect, table, time, random, wsUrl, clock } = this.#options;
    const decoder = dialect.decoder(instruments);
    const markets = instruments.map(
      (instrument, index) =>
        new Market(instrument, index, table, {
          onSnapshotNeeded: (market, cause) => this.#onSnapshotNeeded(market, cause),
          onDepthSilent: (market) => this.#onDepthSilent(market),
        }),
    );
    const snapshots = new Snapshots(dialect, this.#rest, () => missingOf(markets), random, {
      onSnapshot: (market, snapshot) => this.#onSnapshot(market, snapshot),
      onSnapshotFault: (market, error, text) => this.#onSnapshotFault(market, error, text),
    });
    const connection = new Connection(dialect.socketUrl(wsUrl), {
      onOpen: (generation) => this.#act(this.#running?.session.opened(generation, time.paceMs())),
      onFrame: (generation, bytes) => this.#onFrame(generation, bytes),
      onBeat: (generation) => void this.#running?.session.frame(generation, time.paceMs()),
      onClose: (generation, sentence) =>
        this.#act(this.#running?.session.closed(generation, sentence, time.paceMs())),
    });
    return {
      instruments,
      markets,
      decoder,
      session: new Session(dialect.rules, decoder.subscribe(), random, time.jitterMs),
      connection,
      snapshots,
      bars: new BarSeries(instruments.length, time.marketMicros()),
      candles: new Candles(dialect, this.#rest, instruments, () => clock.monotonicMicros()),
    };
  }

  #onFrame(generation: number, bytes: Uint8Array): void {
    const running = this.#running;
    const { time } = this.#options;
    const now = time.paceMs();
    if (!running?.session.frame(generation, now)) return;
    this.#frames += 1;
    this.#advanceBars(running);
    const receivedAt = time.wallMicros();
    this.#lastFrameAt = receivedAt;
    const outcome = running.decoder.decode(bytes, this.#message);
    if (typeof outcome === 'string') {
      const market = running.markets[this.#message.instrument];
      if (!market) return;
      const fault =
        faultOf(outcome, this.#message, this.#venueNow(receivedAt)) ??
        market[outcome](this.#message, receivedAt, now);
      if (fault) this.#refuse(fault, bytes);
      else if (outcome === 'depth') this.#noteOffTick(market, this.#message, bytes);
      if (fault || market.state !== 'live') this.#refresh(market, now);
      return;
    }
    if (outcome.kind === 'reply') {
      const sentence = outcome.refusal?.sentence ?? null;
      this.#act(running.session.answered(generation, outcome.id, sentence, now));
    }
    const error = outcome.kind === 'reply' ? outcome.refusal : outcome.error;
    if (error) this.#refuse(error, bytes);
  }

  #refuse(error: Refusal, bytes: Uint8Array): void {
    this.#quarantine.add(error, bytes, this.#options.time.wallMicros());
    if (error.code === 'event-time') this.#offset.doubt();
  }

  /** Counted and shown, though the rest of the message was taken. */
  #noteOffTick(market: Market, { bids, asks }: { bids: Levels; asks: Levels }, bytes: Uint8Array): void {
    const levels = bids.offTick + asks.offTick;
    if (levels === 0) return;
    const sentence = `${levels} levels of ${market.instrument.name} are not on its tick and were left out.`;
    this.#refuse({ code: 'off-tick', sentence }, bytes);
  }

  /** Our best estimate of the venue's clock, µs; null where there is none. */
  #venueNow(receivedAt: number): number | null {
    const offset = this.#offset.estimate;
    return offset ? receivedAt + offset.offsetMs * 1000 : null;
  }

  #onSnapshotNeeded(market: Market, cause: ResyncCause): void {
    if (cause === 'gap') this.#gaps += 1;
    if (cause !== 'start' && cause !== 'refresh') this.#resyncs += 1;
    const now = this.#options.time.paceMs();
    this.#running?.snapshots.ask(market, now);
    this.#refresh(market, now);
  }

  #onDepthSilent(market: Market): void {
    const now = this.#options.time.paceMs();
    this.#refresh(market, now);
    if (now - this.#depthReconnectAt < DEPTH_RECONNECT_MS) return;
    this.#depthReconnectAt = now;
    const sentence = `Changes of the book of ${market.instrument.name} stay away: reconnecting.`;
    this.#act(this.#running?.session.abandon(sentence, now));
  }

  #onSnapshot(market: Market, snapshot: BookSnapshot): SnapshotOutcome {
    const { time } = this.#options;
    const now = time.paceMs();
    this.#noteOffTick(market, snapshot, NO_BYTES);
    const outcome = market.snapshot(snapshot, time.wallMicros(), now);
    if (outcome === 'synced') this.#restFault = null;
    this.#refresh(market, now);
    return outcome;
  }

  #onSnapshotFault(market: Market, error: Refusal, text: string): void {
    if (error.code === 'stopped') return;
    this.#restFault = `${market.instrument.name}: ${error.sentence}`;
    if (text !== '') this.#refuse(error, Buffer.from(text.slice(0, 4096)));
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
          for (const market of running.markets) this.#onSnapshotNeeded(market, 'start');
          break;
        case 'lost':
          running.snapshots.restart();
          for (const market of running.markets) market.restart();
          this.#refreshAll();
          break;
      }
    }
    if (effects.length > 0) this.#publishOnChange();
  }

  #tick(): void {
    const { table, time, clock } = this.#options;
    table.beat();
    const running = this.#running;
    if (running) {
      const now = time.paceMs();
      this.#act(running.session.tick(now, TICK_MS));
      running.snapshots.tick(now);
      this.#advanceBars(running);
      this.#refreshAll();
    }
    if (clock.monotonicMicros() - this.#viewedAt >= VIEW_MICROS) this.#publish();
    else this.#publishOnChange();
  }

  #advanceBars(running: Running): void {
    const { time, origin } = this.#options;
    const now = time.marketMicros();
    if (now < running.bars.closesAt && now > running.bars.closesAt - 4_000_000) return;
    const closed = running.bars.advance(now, (index) => this.#barOf(running, index));
    if (closed.length === 0) return;
    for (const market of running.markets) market.changesInBar = 0;
    for (const bar of closed) {
      this.#listener.onBar(bar.openAt, encodeBar(bar, origin, time.wallMicros()));
    }
  }

  #barOf(running: Running, index: number): BarSource {
    const market = running.markets[index];
    const source = this.#barSource;
    source.valid = market?.state === 'live' || market?.state === 'quiet';
    source.mid = market?.mid ?? 0;
    source.changes = market?.changesInBar ?? 0;
    return source;
  }

  #refreshAll(): void {
    const now = this.#options.time.paceMs();
    for (const market of this.markets) this.#refresh(market, now);
  }

  #refresh(market: Market, now: number): void {
    market.setState(this.#stateOf(market, now));
  }

  #stateOf(market: Market, now: number): QuoteState {
    if (!market.hadValue) return 'never';
    if (this.#ended) return 'ended';
    if (this.#running?.session.phase !== 'live') return 'stale';
    if (!market.synced) return 'resyncing';
    return now - market.changedAt > QUIET_MS ? 'quiet' : 'live';
  }

  #describe(): FeedWords {
    const running = this.#running;
    return describeFeed({
      ended: this.#ended,
      session: running?.session ?? null,
      startFault: this.#startFault,
      restFault: this.#restFault ?? this.#historyFault,
      books: this.markets.length,
      missing: missingOf(this.markets),
      remark: this.#options.remark,
    });
  }

  #publishOnChange(): void {
    if (this.#describe().state !== this.#viewedState) this.#publish();
  }

  #publish(): void {
    if (this.#stopped) return;
    const view = this.view();
    this.#viewedAt = this.#options.clock.monotonicMicros();
    this.#viewedState = view.state;
    this.#listener.onView(view);
  }
}

function missingOf(markets: readonly Market[]): number {
  let missing = 0;
  for (const market of markets) if (!market.synced) missing += 1;
  return missing;
}
