import type { FeedView } from '../../../protocol/health.ts';
import type { Instrument } from '../../../protocol/instrument.ts';
import type { CandlesQuery, CandlesReply } from '../../../protocol/messages.ts';
import type { Refusal, Result } from '../../../protocol/result.ts';
import type { Cancel } from '../../clock.ts';
import { backoffMs } from '../backoff.ts';
import type { MessageKind } from '../dialect.ts';
import { FeedBars } from '../feed-bars.ts';
import type { FeedListener, FeedOptions } from '../feed-options.ts';
import { FeedReport } from '../feed-report.ts';
import { MarketMessage } from '../market-message.ts';
import { missingOf, stateOf } from '../market-states.ts';
import { Market, type MarketRules } from '../market.ts';
import { Pauses } from '../pause.ts';
import { Quarantine } from '../quarantine.ts';
import { faultOf } from '../validate.ts';
import { openExchange, type CcxtExchange } from './ccxt-exchange.ts';
import { readCcxtMarkets, type CcxtListing } from './ccxt-listing.ts';
import { CcxtReader } from './ccxt-reader.ts';
import { CcxtWatch } from './ccxt-watch.ts';

const TICK_MS = 50;
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
}

/** One venue's market data by way of ccxt: for any exchange that ccxt knows, slower and proven by ccxt alone. */
export class CcxtFeed {
  readonly #options: CcxtFeedOptions;
  readonly #listener: FeedListener;
  readonly #report: FeedReport;
  readonly #pauses: Pauses;
  readonly #quarantine: Quarantine;
  readonly #message = new MarketMessage();
  #running: Running | null = null;
  #stopTicking: Cancel | null = null;
  #stopped = false;

  constructor(options: CcxtFeedOptions, listener: FeedListener) {
    this.#options = options;
    this.#listener = listener;
    this.#pauses = new Pauses(options.time);
    this.#quarantine = new Quarantine(options.venue, (message) => listener.onQuarantined(message));
    const status = () => ({
      ended: false,
      lines: this.#running?.watches ?? null,
      books: this.markets.length,
      missing: missingOf(this.markets),
      distrusted: this.markets
        .filter(({ distrust }) => distrust.isOn)
        .map(({ instrument }) => instrument.name),
      offset: null,
      quarantined: this.#quarantine.count,
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
    this.#pauses.stop();
    for (const watch of this.#running?.watches ?? []) watch.stop();
    // Whoever waits for it is stopped; what it still says is nobody's.
    this.#running?.exchange.close().catch(() => undefined);
  }

  /** Nothing here is compared with our wall clock. */
  clockStepped(): void {
    this.#report.publish();
  }

  view(): FeedView {
    return this.#report.view();
  }

  history(bars: number): Uint8Array | null {
    return this.#running?.bars.history(bars) ?? null;
  }

  async candles({ instrument, interval, limit }: CandlesQuery): Promise<CandlesReply> {
    const watch = this.#running?.watches[instrument];
    if (!this.#running || !watch) {
      return { ok: false, code: 'starting', sentence: 'The feed does not know this instrument yet.' };
    }
    const { exchange, reader } = this.#running;
    if (!Object.keys(exchange.timeframes ?? {}).includes(interval)) {
      const sentence = `${this.#options.name} has no candles of ${interval}.`;
      return { ok: false, code: 'candles', sentence };
    }
    try {
      const raw = await exchange.fetchOHLCV(watch.unified, interval, undefined, limit);
      const read = reader.candles(raw, watch.market.instrument);
      return read.ok ? { ok: true, candles: read.value } : { ok: false, ...read.error, code: 'candles' };
    } catch (error) {
      return { ok: false, code: 'candles', sentence: `ccxt: ${String(error).slice(0, 200)}` };
    }
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
    const { table, time, random, name } = this.#options;
    if (instruments.length > table.capacity) {
      const sentence = `${instruments.length} instruments are more than one feed of ${name} carries.`;
      this.#listener.onFatal({ code: 'too-many-instruments', sentence });
      return;
    }
    const watches = instruments.map(
      (instrument, index) =>
        new CcxtWatch({
          exchange,
          market: new Market(instrument, index, RULES, table, {
            // The next book is whole, and it comes by itself.
            onSnapshotNeeded: (_market, cause) => this.#report.count(cause),
            onDepthSilent: () => undefined,
          }),
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
    const bars = new FeedBars(this.#options, markets, (at, bytes) => this.#listener.onBar(at, bytes));
    const reader = new CcxtReader((value) => exchange.numberToString(value));
    this.#running = { exchange, reader, watches, bars };
    for (const market of markets) table.setState(market.index, 'never');
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

  #refresh(market: Market): void {
    const phase = this.#running?.watches[market.index]?.phase ?? 'idle';
    market.display.setState(stateOf(market, { ended: false, phase }, this.#options.time.paceMs()));
  }
}
