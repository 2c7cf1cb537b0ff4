import type { FeedView } from '../../../protocol/health.ts';
import type { Instrument } from '../../../protocol/instrument.ts';
import type { CandlesQuery, CandlesReply, TicksQuery } from '../../../protocol/messages.ts';
import type { Refusal, Result } from '../../../protocol/result.ts';
import type { Cancel } from '../../clock.ts';
import { ChannelMeters } from '../channel-meters.ts';
import { backoffMs } from '../backoff.ts';
import { CandleBook } from '../candles/candle-book.ts';
import { CandleSweep } from '../candles/candle-sweep.ts';
import { barsKept } from '../candles/instrument-bars.ts';
import { packRows, unpackRows } from '../candles/minute-rows.ts';
import type { MessageKind } from '../dialect.ts';
import { FeedBars } from '../feed-bars.ts';
import type { FeedListener, FeedOptions } from '../feed-options.ts';
import { FeedReport } from '../feed-report.ts';
import { OrderFlow } from '../flow/order-flow.ts';
import { readTicks, type VenueTicks } from '../flow/read-ticks.ts';
import { TickRoom } from '../flow/tick-ring.ts';
import { MarketMessage } from '../market-message.ts';
import { distrustedOf, missingOf, stateOf } from '../market-states.ts';
import { Market, type MarketListener, type MarketRules } from '../market.ts';
import { Pauses } from '../pause.ts';
import { Quarantine } from '../quarantine.ts';
import { faultOf } from '../validate.ts';
import { candlesByCcxt } from './ccxt-candles.ts';
import { openExchange, type CcxtExchange } from './ccxt-exchange.ts';
import { readCcxtMarkets, type CcxtListing } from './ccxt-listing.ts';
import { ccxtQuality } from './ccxt-quality.ts';
import { CcxtReader } from './ccxt-reader.ts';
import { CcxtWatch } from './ccxt-watch.ts';

const TICK_MS = 50;
/** Candles are shown with their gaps rather than after the venue's own time-out. */
const PATIENCE_MS = 2000;
/** What no waiting mends. */
const FINAL = new Set(['ccxt-missing', 'unknown-exchange', 'unknown-symbol', 'no-symbols']);

/** ccxt checks a venue's numbers itself, where it does, and tells each time the whole book. */
const RULES: MarketRules = {
  chain: 'none',
  bookDepth: null,
  snapshots: 'stream',
  tradeIds: 'unique',
  tickersNumbered: false,
  checksum: null,
};

export interface CcxtFeedOptions extends Pick<
  FeedOptions,
  'venue' | 'name' | 'symbols' | 'origin' | 'table' | 'clock' | 'time' | 'random' | 'replay' | 'remark'
> {
  /** ccxt's name of the exchange. */
  readonly exchange: string;
  /** Of an earlier life: an index must keep its meaning. */
  readonly instruments: readonly Instrument[] | null;
  /** Opens it; a test has its own. */
  readonly open?: (exchange: string) => Promise<Result<CcxtExchange>>;
}

interface Running {
  readonly exchange: CcxtExchange;
  readonly reader: CcxtReader;
  readonly watches: readonly CcxtWatch[];
  readonly bars: FeedBars;
  readonly candles: CandleBook;
  readonly sweep: CandleSweep;
}

/** One venue's market data by way of ccxt: for any exchange that ccxt knows, slower and proven by ccxt alone. */
export class CcxtFeed {
  readonly #options: CcxtFeedOptions;
  readonly #listener: FeedListener;
  readonly #report: FeedReport;
  readonly #pauses: Pauses;
  readonly #quarantine: Quarantine;
  readonly #channels: ChannelMeters;
  readonly #message = new MarketMessage();
  #running: Running | null = null;
  #stopTicking: Cancel | null = null;
  #stopped = false;
  /** Symbols that a person quarantined. */
  #distrusted: ReadonlySet<string> = new Set();

  constructor(options: CcxtFeedOptions, listener: FeedListener) {
    this.#options = options;
    this.#listener = listener;
    this.#pauses = new Pauses(options.time);
    this.#quarantine = new Quarantine(options.venue, (message) => listener.onQuarantined(message));
    this.#channels = new ChannelMeters(options.time.paceMs());
    const status = () => ({
      ended: false,
      lines: this.#running?.watches ?? null,
      books: this.markets.length,
      missing: missingOf(this.markets),
      distrusted: distrustedOf(this.markets),
      offset: null,
      quarantined: this.#quarantine.count,
      quality: () => ccxtQuality(this.#channels, this.markets, this.#quarantine, options.time.paceMs()),
    });
    this.#report = new FeedReport(options, status, (view) => {
      if (!this.#stopped) listener.onView(view);
    });
  }

  get markets(): readonly Market[] {
    return this.#running?.watches.map(({ market }) => market) ?? [];
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
    this.#pauses.stop();
    for (const watch of this.#running?.watches ?? []) watch.stop();
    // Whoever waits for it is stopped; what it still says is nobody's.
    this.#running?.exchange.close().catch(() => undefined);
    this.#options.table.queue.flush();
  }

  /** Nothing here is compared with our wall clock. */
  clockStepped(): void {
    this.#report.publish();
  }

  /** Nothing of these symbols is believed, until another list comes. */
  distrust(symbols: readonly string[]): void {
    this.#distrusted = new Set(symbols);
    this.#doubt();
    this.#report.publish();
  }

  view(): FeedView {
    return this.#report.view();
  }

  history(bars: number): Uint8Array | null {
    return this.#running?.bars.history(bars) ?? null;
  }

  async longer(...wanted: Parameters<FeedBars['longer']>): Promise<Uint8Array | null> {
    return (await this.#running?.bars.longer(...wanted)) ?? null;
  }

  /** The last trades of these instruments; its venue's clock is never measured. */
  ticks({ instruments, seconds }: TicksQuery): VenueTicks[] {
    return readTicks(this.markets, instruments, seconds, this.#options.time.marketMicros(), null);
  }

  async candles(query: CandlesQuery): Promise<CandlesReply> {
    if (this.#running) return this.#running.candles.query(query);
    return { ok: false, code: 'starting', sentence: 'The feed does not know its instruments yet.' };
  }

  /** Minutes of an earlier run (`packRows`). */
  restore(minutes: Float64Array): void {
    if (minutes.length > 0) this.#running?.candles.restore(unpackRows(minutes));
    else this.#running?.sweep.begin();
  }

  async #open(): Promise<void> {
    const { exchange: id, open = openExchange, random } = this.#options;
    for (let failures = 0; !this.#stopped; failures++) {
      const exchange = await open(id);
      const listing = exchange.ok ? await this.#list(exchange.value) : exchange;
      if (exchange.ok && listing.ok) {
        this.#run(exchange.value, listing.value);
        return;
      }
      if (exchange.ok) exchange.value.close().catch(() => undefined);
      if (listing.ok) return;
      if (FINAL.has(listing.error.code)) {
        this.#listener.onFatal(listing.error);
        return;
      }
      this.#report.startFault = listing.error.sentence;
      this.#report.publish();
      if (!(await this.#pauses.wait(backoffMs(failures, random)))) return;
    }
  }

  async #list(exchange: CcxtExchange): Promise<Result<CcxtListing>> {
    const { symbols, instruments, venue } = this.#options;
    try {
      const { precisionMode } = exchange;
      const markets = await exchange.loadMarkets();
      const numberToString = (value: number): string => exchange.numberToString(value);
      const wanted = instruments?.map(({ symbol }) => symbol) ?? symbols;
      return readCcxtMarkets({ markets, precisionMode, numberToString }, wanted, venue);
    } catch (error) {
      const sentence = `ccxt can't load the markets: ${String(error).slice(0, 200)}`;
      return { ok: false, error: { code: 'rest-unreachable', sentence } };
    }
  }

  #run(exchange: CcxtExchange, { instruments, unified }: CcxtListing): void {
    if (this.#stopped) {
      exchange.close().catch(() => undefined);
      return;
    }
    const { table, time, random, name, clock } = this.#options;
    if (instruments.length > table.capacity) {
      const sentence = `${instruments.length} instruments are more than one feed of ${name} carries.`;
      this.#listener.onFatal({ code: 'too-many-instruments', sentence });
      return;
    }
    const kept = barsKept(instruments.length);
    const room = new TickRoom();
    const listener: MarketListener = {
      // The next book is whole, and it comes by itself.
      onSnapshotNeeded: (_market, cause) => this.#report.count(cause),
      onDepthSilent: () => undefined,
    };
    const watches = instruments.map(
      (instrument, index) =>
        new CcxtWatch({
          exchange,
          market: new Market(instrument, index, RULES, table, listener, new OrderFlow(kept, room)),
          unified: unified[index] ?? '',
          pauses: this.#pauses,
          random,
          paceMs: () => time.paceMs(),
          onBook: (market, book) => this.#onBook(market, book),
          onTrades: (market, trades) => this.#onTrades(market, trades),
          onLost: (market) => this.#onLost(market),
        }),
    );
    const markets = watches.map(({ market }) => market);
    // ccxt tells no venue's clock: ours stands for it.
    const bars = new FeedBars({
      options: this.#options,
      markets,
      offsetMicros: () => 0,
      listener: this.#listener,
    });
    const reader = new CcxtReader((value) => exchange.numberToString(value));
    const candles = new CandleBook({
      name,
      markets,
      venue: candlesByCcxt(exchange, reader, (market) => unified[market.index] ?? ''),
      clocks: { now: () => clock.monotonicMicros(), venueNow: () => time.marketMicros() },
      patience: () => this.#pauses.wait(PATIENCE_MS),
      onFilled: (rows) => this.#listener.onMinutes(packRows(rows)),
    });
    const sweep = new CandleSweep(time, () => candles.sweep());
    this.#running = { exchange, reader, watches, bars, candles, sweep };
    sweep.start();
    for (const market of markets) table.setState(market.index, 'never');
    this.#doubt();
    table.absolve();
    this.#listener.onInstruments(instruments);
    for (const watch of watches) watch.start();
    this.#report.publish();
  }

  #onBook(market: Market, book: unknown): void {
    this.#onFrame();
    const fault = this.#running?.reader.book(book, market.instrument, this.#message);
    this.#take('snapshot', market, fault ?? null);
    const { bids, asks } = this.#message;
    const offTick = fault ? 0 : bids.offTick + asks.offTick;
    if (offTick > 0) {
      const sentence = `${offTick} levels of ${market.instrument.name} are not on its tick and were left out.`;
      this.#refuse({ code: 'off-tick', sentence });
    }
  }

  #onTrades(market: Market, raw: unknown): void {
    this.#onFrame();
    const reader = this.#running?.reader;
    const trades = reader?.trades(raw);
    if (!reader || !trades) return;
    if (!trades.ok) this.#refuse(trades.error);
    else {
      for (const trade of trades.value) {
        this.#take('trade', market, reader.trade(trade, market.instrument, this.#message));
      }
    }
  }

  #take(kind: Extract<MessageKind, 'snapshot' | 'trade'>, market: Market, fault: Refusal | null): void {
    const { time } = this.#options;
    const wrong =
      fault ??
      faultOf(kind, this.#message, null) ??
      market[kind](this.#message, time.wallMicros(), time.paceMs());
    this.#channels.heard(kind, Number.NaN, wrong !== null);
    if (wrong) this.#refuse(wrong);
    this.#refresh(market);
  }

  #refuse(error: Refusal): void {
    this.#quarantine.add(error, Buffer.from(''), this.#options.time.wallMicros());
  }

  #onLost(market: Market): void {
    market.restart();
    this.#refresh(market);
    this.#report.publishOnChange();
  }

  #onFrame(): void {
    this.#report.frames += 1;
    this.#report.lastFrameAt = this.#options.time.wallMicros();
    this.#running?.bars.advance();
  }

  #tick(): void {
    this.#options.table.beat();
    for (const watch of this.#running?.watches ?? []) {
      watch.tick(this.#options.time.paceMs());
      this.#refresh(watch.market);
    }
    this.#running?.bars.advance();
    this.#report.tick();
  }

  #doubt(): void {
    for (const market of this.markets) {
      market.distrust.byHand = this.#distrusted.has(market.instrument.symbol);
      this.#refresh(market);
    }
  }

  #refresh(market: Market): void {
    const phase = this.#running?.watches[market.index]?.phase ?? 'idle';
    market.display.setState(
      stateOf(market, { ended: false, phase, held: false }, this.#options.time.paceMs()),
    );
  }
}
