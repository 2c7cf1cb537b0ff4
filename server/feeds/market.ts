import type { Instrument } from '../../protocol/instrument.ts';
import type { QuoteState } from '../../protocol/quotes.ts';
import type { Refusal } from '../../protocol/result.ts';
import type { Book } from './book.ts';
import { BookSync, type SnapshotOutcome } from './book-sync.ts';
import { linkOf, type Numbered } from './chain.ts';
import { DepthWatch } from './depth-watch.ts';
import type { BookSnapshot, DialectRules } from './dialect.ts';
import { Distrust } from './distrust.ts';
import { OrderFlow } from './flow/order-flow.ts';
import { GapMeter } from './gap-meter.ts';
import { noCounts } from './market-counts.ts';
import { MarketDisplay } from './market-display.ts';
import { checksumFault, crossedFault, gapFault, replayed } from './market-faults.ts';
import type { MarketMessage } from './market-message.ts';
import type { ResyncCause } from './resync-cause.ts';
import { BOOK_DEPTH, type MarketTableWriter } from './table.ts';
import { TickerHistory } from './ticker-history.ts';
import { TradeIds } from './trade-ids.ts';

export type MarketRules = Pick<
  DialectRules,
  'chain' | 'bookDepth' | 'snapshots' | 'tradeIds' | 'tickersNumbered' | 'checksum'
>;

/** What a market tells its feed. */
export interface MarketListener {
  onSnapshotNeeded(market: Market, cause: ResyncCause): void;
  /** A snapshot did not help: no changes come at all. Another is asked for when they do. */
  onDepthSilent(market: Market): void;
}

/** One instrument of a feed: its book, quote and trades, written to the table as they change. */
export class Market {
  readonly instrument: Instrument;
  readonly index: number;
  readonly counts = noCounts();
  readonly display: MarketDisplay;
  readonly sync: BookSync;
  /** Of its messages of every kind. */
  readonly gaps = new GapMeter();
  readonly distrust = new Distrust();
  /** Its bars and statistics. */
  readonly flow: OrderFlow;
  readonly #rules: MarketRules;
  /** The venue's checksum of its book. */
  readonly #checksum: ((book: Book) => number) | null;
  readonly #listener: MarketListener;
  readonly #tickers = new TickerHistory();
  readonly #depths = new DepthWatch();
  /** Of a venue without books: a best bid and offer came over this connection. */
  #isQuoted = false;
  #quoteUpdate = 0;
  #tickerUpdate = 0;
  readonly #tradeIds: TradeIds;
  #depthUpdate = 0;
  #awaitsDepth = false;

  constructor(
    instrument: Instrument,
    index: number,
    rules: MarketRules,
    table: MarketTableWriter,
    listener: MarketListener,
    flow = new OrderFlow(),
  ) {
    this.instrument = instrument;
    const { chain, bookDepth, snapshots, tradeIds, tickersNumbered, checksum } = rules;
    this.#rules = { chain, bookDepth, snapshots, tradeIds, tickersNumbered, checksum }; // one shape for all venues: fast
    this.#checksum = checksum?.(instrument) ?? null;
    this.sync = new BookSync(this.#rules);
    this.#tradeIds = new TradeIds(rules.tradeIds);
    this.index = index;
    this.display = new MarketDisplay(index, table);
    this.flow = flow;
    this.#listener = listener;
  }

  get state(): QuoteState {
    return this.display.quote.state;
  }
  get synced(): boolean {
    return this.#rules.snapshots === 'none' ? this.#isQuoted : this.sync.synced;
  }
  /** It was in step since its connection began. */
  get wasSynced(): boolean {
    return this.sync.wasSynced;
  }

  /** Mid in half ticks (bid + ask); 0 when a side is missing. */
  get mid(): number {
    const { bid, bidSize, ask, askSize } = this.display.quote;
    return bidSize > 0 && askSize > 0 ? bid + ask : 0;
  }

  /** A new connection: the venue may have restarted, so no number of the old one counts. */
  restart(): void {
    this.#isQuoted = false;
    this.flow.interrupt();
    this.sync.restart();
    this.sync.wasSynced = false;
    this.gaps.restart();
    this.#tickers.clear();
    this.#depths.restart();
    this.#awaitsDepth = false;
    this.#quoteUpdate = 0;
    this.#tickerUpdate = 0;
    this.#tradeIds.clear();
    this.#depthUpdate = 0;
  }

  /** A change may begin before the book's last update. */
  get changesMayOverlap(): boolean {
    return this.#rules.chain === 'range';
  }

  /**
   * Whether a change of another connection continues the book. If so the chain goes on from where that
   * change begins: what both connections told is told alike, for levels are absolute.
   */
  continueWith(change: Numbered): boolean {
    const { book } = this.sync;
    if (this.#rules.chain !== 'previous') return linkOf('range', change, book.lastUpdate, true) !== 'gap';
    if (change.previousUpdate > book.lastUpdate) return false;
    book.lastUpdate = change.previousUpdate;
    this.#depthUpdate = change.previousUpdate;
    return true;
  }

  /** Two connections tell its trades, from here on or no more. */
  overlapTrades(begins: boolean): void {
    this.#tradeIds.overlap(begins);
  }

  /** A message of it was refused: too many, and it is quarantined until it is clean again. */
  refused(paceMs: number): void {
    // It may have been a trade.
    this.flow.ticks.interrupt();
    if (this.distrust.refused(paceMs)) this.lose('distrust');
  }

  /** Its book is not in step with its stream any more. */
  lose(cause: ResyncCause): void {
    this.sync.restart();
    this.display.hideBook();
    if (!this.#rules.tickersNumbered) this.flow.imbalance.interrupt();
    this.#listener.onSnapshotNeeded(this, cause);
  }

  /** Returns what is wrong with it, as of the others. */
  trade(trade: MarketMessage, receivedAt: number, paceMs: number): Refusal | null {
    if (!this.#tradeIds.isNew(trade.tradeId)) return replayed('Trade', trade.tradeId);
    this.counts.trades += 1;
    this.flow.trade(trade.eventAt, trade.price, trade.size, trade.aggressor);
    this.display.showTrade(trade);
    if (this.#tradeIds.isLatest(trade.tradeId)) this.display.setLast(trade.price);
    this.display.noteTime(trade.eventAt);
    this.display.showQuote(receivedAt, paceMs);
    return null;
  }

  ticker(ticker: MarketMessage, receivedAt: number, paceMs: number): Refusal | null {
    if (!this.#rules.tickersNumbered) {
      this.#plainTicker(ticker, receivedAt, paceMs);
      return null;
    }
    const update = ticker.lastUpdate;
    if (update <= this.#tickerUpdate) return replayed('Best bid and offer', update, this.#tickerUpdate);
    this.#tickerUpdate = update;
    this.counts.tickers += 1;
    this.#tickers.add(update, ticker.bid, ticker.bidSize, ticker.ask, ticker.askSize);
    if (this.synced && update === this.sync.book.lastUpdate) this.#compare(update);
    // The book may already be further than a ticker that was overtaken on its way.
    if (update >= this.#quoteUpdate) {
      this.#quoteUpdate = update;
      this.#best(ticker.bid, ticker.bidSize, ticker.ask, ticker.askSize);
      if (ticker.eventAt > 0) this.display.noteTime(ticker.eventAt);
      this.display.showQuote(receivedAt, paceMs);
    }
    if (this.synced) this.#watchDepth(update, paceMs);
    return null;
  }

  depth(depth: MarketMessage, receivedAt: number, paceMs: number): Refusal | null {
    const link = linkOf(this.#rules.chain, depth, this.#depthUpdate, this.#depthUpdate !== 0);
    if (link === 'old') return replayed('Update', depth.lastUpdate, this.#depthUpdate);
    const chained =
      this.#rules.chain === 'previous'
        ? depth.previousUpdate === this.#depthUpdate && depth.lastUpdate >= 0
        : depth.firstUpdate === this.#depthUpdate + 1;
    if (chained) this.counts.chained += 1;
    this.#depthUpdate = depth.lastUpdate;
    if (this.#depths.heard() && this.#awaitsDepth) {
      this.#awaitsDepth = false;
      this.#listener.onSnapshotNeeded(this, 'behind');
    }
    switch (this.sync.depth(depth)) {
      case 'held':
      case 'old': // in the snapshot already
        return null;
      case 'gap':
        this.#listener.onSnapshotNeeded(this, 'gap');
        return gapFault(this.instrument, this.sync.book.lastUpdate, depth);
      case 'crossed':
        return this.#crossed(depth.lastUpdate);
      case 'applied':
        return this.#verified(depth, receivedAt, paceMs);
    }
  }

  /** A snapshot in the stream replaces the book, whatever was there. */
  snapshot(book: MarketMessage, receivedAt: number, paceMs: number): Refusal | null {
    this.counts.snapshots += 1;
    this.#depthUpdate = book.lastUpdate;
    const { lastUpdate, bids, asks } = book;
    if (!this.sync.replace({ lastUpdate, bids, asks, limit: Infinity })) return this.#crossed(lastUpdate);
    this.#depths.replaced();
    return this.#verified(book, receivedAt, paceMs);
  }

  mark(mark: MarketMessage, receivedAt: number, paceMs: number): Refusal | null {
    this.counts.marks += 1;
    this.display.showMark(mark, receivedAt, paceMs);
    return null;
  }

  /** A snapshot that was asked for by REST. */
  answer(snapshot: BookSnapshot, receivedAt: number, paceMs: number): SnapshotOutcome {
    const outcome = this.sync.snapshot(snapshot);
    if (outcome === 'synced') {
      this.#depths.replaced();
      this.#publishBook(receivedAt, paceMs);
    } else if (outcome !== 'unasked') this.display.hideBook();
    return outcome;
  }

  #best(bid: number, bidSize: number, ask: number, askSize: number): void {
    this.display.setBest(bid, bidSize, ask, askSize);
    this.flow.best(bid, bidSize, ask, askSize);
  }

  /** Best prices without a number: the book knows better as soon as there is one. */
  #plainTicker(ticker: MarketMessage, receivedAt: number, paceMs: number): void {
    this.counts.tickers += 1;
    this.display.changedAt = paceMs;
    if (this.sync.synced) return;
    if (this.#rules.snapshots === 'none') {
      this.#isQuoted = true;
      this.display.quoted();
    }
    this.#best(ticker.bid, ticker.bidSize, ticker.ask, ticker.askSize);
    this.display.noteTime(ticker.eventAt);
    this.display.showQuote(receivedAt, paceMs);
  }

  #crossed(update: number): Refusal {
    this.lose('crossed');
    return crossedFault(this.instrument, update);
  }

  /** The book has taken `message`: shown, unless the venue's checksum says that it is another one. */
  #verified(message: MarketMessage, receivedAt: number, paceMs: number): Refusal | null {
    const checksum = this.#checksum;
    if (checksum && message.checksum >= 0) {
      const ours = checksum(this.sync.book);
      this.counts.checked += 1;
      if (ours !== message.checksum) {
        this.counts.failed += 1;
        this.lose('checksum');
        return checksumFault(this.instrument, ours, message.checksum);
      }
    }
    this.display.noteTime(message.eventAt);
    this.#publishBook(receivedAt, paceMs);
    return null;
  }

  #watchDepth(update: number, paceMs: number): void {
    const verdict = this.#depths.ticker(update, this.sync.book.lastUpdate, paceMs);
    if (verdict === 'fine') return;
    this.sync.restart();
    this.#awaitsDepth = verdict === 'silent';
    if (verdict === 'silent') this.#listener.onDepthSilent(this);
    else this.#listener.onSnapshotNeeded(this, 'behind');
  }

  #publishBook(receivedAt: number, paceMs: number): void {
    const { book } = this.sync;
    this.#compare(book.lastUpdate);
    if (!this.synced) return;
    if (book.isThin(BOOK_DEPTH)) this.lose('thin');
    else if (this.sync.wantsRefresh) {
      this.sync.refresh();
      this.#listener.onSnapshotNeeded(this, 'refresh');
    }
    this.display.showBook(book, receivedAt);
    // Without numbered tickers the book alone says the best prices, even when its numbers start over.
    if (!this.#rules.tickersNumbered || book.lastUpdate >= this.#quoteUpdate) {
      this.#quoteUpdate = book.lastUpdate;
      this.#best(book.bids.best, book.bids.bestSize, book.asks.best, book.asks.bestSize);
    }
    this.display.showQuote(receivedAt, paceMs);
  }

  /** The venue's own best bid and offer at an update that both have must be the book's. */
  #compare(update: number): void {
    const ticker = this.#tickers.at(update);
    if (!ticker) return;
    const { bids, asks } = this.sync.book;
    this.counts.compared += 1;
    const same =
      ticker.bidSize === bids.bestSize &&
      ticker.askSize === asks.bestSize &&
      (ticker.bidSize === 0 || ticker.bid === bids.best) &&
      (ticker.askSize === 0 || ticker.ask === asks.best);
    if (same) return;
    this.counts.differed += 1;
    this.lose('mismatch');
  }
}
