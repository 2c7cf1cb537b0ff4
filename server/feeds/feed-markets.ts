import type { Instrument } from '../../protocol/instrument.ts';
import type { Refusal } from '../../protocol/result.ts';
import { barsKept } from './candles/instrument-bars.ts';
import type { ChannelMeters } from './channel-meters.ts';
import { ConnectionBudget } from './connection-budget.ts';
import type { LinePlan } from './dialect.ts';
import type { FeedOptions } from './feed-options.ts';
import type { FeedReport } from './feed-report.ts';
import { OrderFlow } from './flow/order-flow.ts';
import { TickRoom } from './flow/tick-ring.ts';
import { Line } from './line.ts';
import { markStateOf, stateOf } from './market-states.ts';
import { Market, type MarketListener } from './market.ts';
import type { ResyncCause } from './resync-cause.ts';
import type { OffsetMeter } from './offset-meter.ts';
import { QuietCheck } from './quiet-check.ts';
import type { Refusals } from './refusals.ts';
import type { RestClient } from './rest.ts';
import { Resubscribe } from './resubscribe.ts';
import { Resync } from './resync.ts';

/** A book whose changes stay away is worth another connection, but not again and again: all books pay. */
const RECONNECT_MS = 60_000;

export interface FeedMarketsParts {
  readonly options: FeedOptions;
  readonly rest: RestClient;
  readonly offset: OffsetMeter;
  readonly refusals: Refusals;
  readonly channels: ChannelMeters;
  readonly report: FeedReport;
  readonly instruments: readonly Instrument[];
  /** A frame arrived, before it is read. */
  readonly onFrame: () => void;
}

/** A feed's instruments and the lines they come over: each book is kept in step, each state told. */
export class FeedMarkets {
  readonly all: readonly Market[];
  readonly lines: readonly Line[];
  readonly #parts: FeedMarketsParts;
  /** By instrument: the line that its book comes over. */
  readonly #lineOf: readonly Line[];
  /** By instrument: the line that its marks come over, where there are any. */
  readonly #markLineOf: readonly (Line | undefined)[];
  readonly #resync: Resync;
  readonly #resubscribe: Resubscribe;
  readonly #quiet: QuietCheck;
  #reconnectedAt = -Infinity;
  #ended = false;

  constructor(parts: FeedMarketsParts) {
    this.#parts = parts;
    const { options, rest, offset, refusals, channels, report, instruments } = parts;
    const { dialect, table, random, wsUrl } = options;
    const kept = barsKept(instruments.length);
    const room = new TickRoom();
    const listener: MarketListener = {
      onSnapshotNeeded: (market, cause) => this.#needsBook(market, cause),
      onDepthSilent: (market) => this.#onDepthSilent(market),
    };
    const markets = instruments.map(
      (instrument, index) =>
        new Market(instrument, index, dialect.rules, table, listener, new OrderFlow(kept, room)),
    );
    this.all = markets;
    const connections = new ConnectionBudget(dialect.rules.connections, random);
    const link = { options, connections, instruments, markets, offset, refusals, channels };
    this.lines = dialect.lines(wsUrl, instruments).map(
      (plan) =>
        new Line(plan, link, {
          onFrame: () => parts.onFrame(),
          onTaken: (market) => this.#onTaken(market),
          onSubscribed: (line) => this.#onSubscribed(line),
          onLost: (line, books) => this.#onLost(line, books),
          onBroken: (line, error) => this.#onBroken(line, error),
          onChange: () => report.publishOnChange(),
        }),
    );
    this.#lineOf = lineOfEach(instruments, this.lines);
    this.#markLineOf = instruments.map((_, index) =>
      this.lines.find(({ plan }) => marksOf(plan).includes(index)),
    );
    this.#resync = new Resync({
      options,
      rest,
      refusals,
      report,
      markets: () => markets,
      refresh: (market, paceMs) => this.#refresh(market, paceMs),
    });
    this.#quiet = new QuietCheck({
      rest,
      dialect,
      markets,
      paceMs: () => this.#now(),
      onDropped: (market) => this.#onDropped(market),
    });
    this.#resubscribe = new Resubscribe(random, (market) => this.#lineOf[market.index]?.resubscribe(market));
  }

  /** Symbols that a person quarantined; all others are as believable as they show themselves. */
  distrust(symbols: ReadonlySet<string>): void {
    for (const market of this.all) market.distrust.byHand = symbols.has(market.instrument.symbol);
    this.#refreshAll(this.#now());
  }

  start(): void {
    for (const line of this.lines) line.start();
  }

  stop(): void {
    for (const line of this.lines) line.stop();
  }

  /** The replay is over. */
  end(): void {
    this.#ended = true;
    this.#refreshAll(this.#now());
  }

  tick(everyMs: number): void {
    const now = this.#now();
    for (const line of this.lines) line.tick(everyMs);
    this.#resync.tick(now);
    this.#resubscribe.tick(now);
    this.#refreshAll(now);
    // A replay's venue answers with what was recorded, at another moment.
    const { dialect, time } = this.#parts.options;
    if (time.comparable && dialect.rules.snapshots !== 'none') this.#quiet.tick(now);
  }

  #now(): number {
    return this.#parts.options.time.paceMs();
  }

  #onTaken(market: Market): void {
    if (market.state !== 'live' || !market.synced) this.#refresh(market, this.#now());
  }

  #onSubscribed({ plan }: Line): void {
    for (const index of plan.books) {
      const market = this.all[index];
      if (market && !market.synced) this.#needsBook(market, 'start');
    }
  }

  #onLost({ plan }: Line, books: readonly Market[]): void {
    for (const index of marksOf(plan)) {
      const market = this.all[index];
      if (market) market.display.markedAt = -Infinity;
    }
    for (const market of books) {
      this.#resync.forget(market);
      this.#resubscribe.forget(market);
      market.restart();
    }
    this.#refreshAll(this.#now());
  }

  /** Which of its books is not whole nobody knows: all are asked for anew, once, over the same connection. */
  #onBroken(line: Line, { code }: Refusal): void {
    if (code === 'gap') this.#parts.report.gaps += 1;
    const whole: Market[] = [];
    for (const index of line.plan.books) {
      const market = this.all[index];
      market?.flow.interrupt();
      // What is on its way already comes behind the loss, or is asked for again.
      if (market?.synced === true) whole.push(market);
    }
    const together = whole.length > 1 && line.resubscribeAll();
    for (const market of whole) market.lose(together ? 'lost-frames' : 'dropped');
  }

  #needsBook(market: Market, cause: ResyncCause): void {
    const { snapshots } = this.#parts.options.dialect.rules;
    if (snapshots === 'none') return;
    if (snapshots === 'rest') {
      this.#resync.ask(market, cause);
      return;
    }
    const now = this.#now();
    this.#parts.report.count(cause);
    this.#resubscribe.want(market, now, cause === 'start' || cause === 'lost-frames');
    this.#refresh(market, now);
  }

  #onDepthSilent(market: Market): void {
    this.#refresh(market, this.#now());
    this.#reconnect(market, `Changes of the book of ${market.instrument.name} stay away: reconnecting.`);
  }

  /** Its subscription is gone without a word: asked for anew, alone where the venue can. */
  #onDropped(market: Market): void {
    const line = this.#lineOf[market.index];
    if (line?.canResubscribe(market)) {
      // Where the stream sends no books, the book comes by REST and the stream only has to run again.
      if (this.#parts.options.dialect.rules.snapshots === 'rest') line.resubscribe(market);
      market.gaps.restart();
      market.lose('dropped');
    } else {
      this.#reconnect(market, `Messages of ${market.instrument.name} stay away: reconnecting.`);
    }
  }

  #reconnect(market: Market, sentence: string): void {
    const now = this.#now();
    if (now - this.#reconnectedAt < RECONNECT_MS) return;
    this.#reconnectedAt = now;
    this.#lineOf[market.index]?.abandon(sentence);
  }

  #refreshAll(now: number): void {
    for (const market of this.all) {
      market.distrust.look(market.synced, now);
      this.#refresh(market, now);
    }
  }

  #refresh(market: Market, now: number): void {
    const phase = this.#lineOf[market.index]?.phase ?? 'idle';
    const markPhase = this.#markLineOf[market.index]?.phase ?? 'idle';
    const held = this.#parts.options.time.isHeld;
    const ended = this.#ended;
    market.display.setState(stateOf(market, { ended, phase, held }, now));
    market.display.setMarkState(markStateOf(market, { ended, phase: markPhase }, now));
  }
}

const marksOf = ({ marks, books }: LinePlan): readonly number[] => marks ?? books;

/** @throws Error when a dialect's plan leaves an instrument without a line for its book. */
function lineOfEach(instruments: readonly Instrument[], lines: readonly Line[]): Line[] {
  return instruments.map(({ name }, index) => {
    const line = lines.find(({ plan }) => plan.books.includes(index));
    if (!line) throw new Error(`No connection carries the book of ${name}.`);
    return line;
  });
}
